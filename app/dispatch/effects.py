"""What the core decided, carried out: requests to the carrier, journal rows, warnings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.db.tables import Callback, InboxRow
from app.dispatch.batch import Batch
from app.dispatch.rows import NO_NUMBER, order_of
from app.domain.customers.dialling import is_callable, number_of
from app.journal.entry import Entry
from app.observe.clock import new_id
from routing.codec import encode, plain
from routing.commands import (
    CheckTask,
    Command,
    ConnectTask,
    DivertTask,
    EndCall,
    FlagUnmanned,
    HoldCaller,
    MakeOffer,
    OverflowTask,
    RaiseAlarm,
    ReleaseAgent,
    ReportTransfer,
    ResumeWait,
    SetAgentState,
    WithdrawOffer,
)
from routing.events import MediaConnected, TaskCanceled
from routing.types import CONNECT_MS, Kind, Leg, Mode, Task, TaskState


def conference_of(contact_id: str) -> str:
    """One conference for each contact, whoever comes and goes."""
    return f"int-{contact_id}"


def carry_out(batch: Batch, commands: list[Command]) -> None:
    """Everything that follows from `commands`, in their order."""
    for command in commands:
        handler = HANDLERS.get(type(command))
        if handler is not None:
            handler(batch, command)


def end_conference(batch: Batch, contact_id: str, task_id: str) -> None:
    """When one side has really hung up the service ends the conference. Who writes is in none."""
    task = batch.task(task_id)
    if task is not None and task.mode is not Mode.PHONE:
        return
    batch.ask("conference.end", {"conference": conference_of(contact_id)}, contact_id=contact_id, task_id=task_id)


def move_caller(batch: Batch, task: Task, purpose: str, offer_id: str | None = None) -> None:
    """Have the carrier fetch another document for the caller's leg; the document's key names this request."""
    row_id = new_id(batch.at_ms)
    batch.ask(
        "call.move",
        {"purpose": purpose, "url": batch.urls.turn(0, f"{purpose}.{row_id}")},
        contact_id=task.contact_id,
        task_id=task.task_id,
        offer_id=offer_id,
        row_id=row_id,
    )


def _offer(batch: Batch, command: MakeOffer) -> None:
    task = batch.task(command.task_id)
    order_no = order_of(task) if task else None
    body = {
        "text": command.why.sentence(),
        "offer_id": command.offer_id,
        "task_id": command.task_id,
        "agent_no": command.agent_no,
        "queue": command.queue,
        "expires_at": command.expires_at,
        "why": plain(command.why),
    }
    batch.journal(
        Entry(
            "offer",
            "system",
            contact_id=batch.contact_of(command.task_id),
            order_no=order_no,
            agent_no=command.agent_no,
            body=body,
        )
    )
    if command.agent_no.startswith("duty:"):
        _ring_duty(batch, command)
    elif task is not None and _rings_phone(task, command.leg):
        _ring_own_phone(batch, task, command)


def _rings_phone(task: Task, leg: Leg) -> bool:
    """Whether the last one staffed missed it before, so that the phone beside the screen rings too."""
    return task.mode is Mode.PHONE and leg is Leg.PHONE and task.sole_misses > 0


def _ring_own_phone(batch: Batch, task: Task, command: MakeOffer) -> None:
    """The agent's phone says what waits; key 1 takes the offer there, the screen still takes it as before."""
    body = {"agent_no": command.agent_no, "offer_id": command.offer_id, "lang": batch.lang_of(command.agent_no)}
    batch.ask("offer.ring", body, contact_id=task.contact_id, task_id=task.task_id, offer_id=command.offer_id)


def _ring_duty(batch: Batch, command: MakeOffer) -> None:
    """An on-call phone is offered by ringing it into the conference; picking up is accepting."""
    contact_id = batch.contact_of(command.task_id)
    if contact_id is not None:
        _ring_phone(batch, contact_id, command.offer_id, command.task_id, command.agent_no.removeprefix("duty:"))


def _ring_phone(batch: Batch, contact_id: str, offer_id: str, task_id: str, number: str) -> None:
    body = {
        "conference": conference_of(contact_id),
        "to": number,
        "from": batch.number,
        "label": f"agent-{offer_id}",
        "status_url": batch.urls.fixed("leg/status", offer=offer_id),
        "events_url": batch.urls.fixed("conference"),
    }
    batch.ask("participant.ring", body, contact_id=contact_id, task_id=task_id, offer_id=offer_id)


def _withdraw(batch: Batch, command: WithdrawOffer) -> None:
    kind = "offer_expired" if command.reason == "expired" else "offer"
    body = {
        "text": f"offer withdrawn: {command.reason}",
        "offer_id": command.offer_id,
        "task_id": command.task_id,
        "agent_no": command.agent_no,
        "reason": command.reason,
    }
    task, contact_id = batch.task(command.task_id), batch.contact_of(command.task_id)
    order_no = order_of(task) if task else None
    batch.journal(Entry(kind, "system", None, contact_id, order_no, command.agent_no, body=body))
    batch.ask("leg.end", {"offer_id": command.offer_id}, contact_id=contact_id, task_id=command.task_id)


def _connect(batch: Batch, command: ConnectTask) -> None:
    task = batch.task(command.task_id)
    assert task is not None
    if task.mode is not Mode.PHONE:
        # A chat or a job has no media that could fail to come up.
        follow, _ = batch.apply(MediaConnected(batch.at_ms, command.task_id, command.offer_id))
        carry_out(batch, follow)
        return
    if task.kind is Kind.CALLBACK:  # the core's own limit leaves time to ring the customer too
        batch.later(CONNECT_MS, "leg_awaited", {"offer_id": command.offer_id})
    offer = batch.core.offer(command.offer_id)
    if offer is not None and _rings_phone(task, offer.leg):
        body = {"offer_id": command.offer_id}  # taken at the screen
        batch.ask("offer.stop", body, contact_id=task.contact_id, task_id=task.task_id)
    if batch.leg_of(command.agent_no) is Leg.PHONE and not command.agent_no.startswith("duty:"):
        ring_agent(batch, task, command.offer_id, command.agent_no)


def ring_agent(batch: Batch, task: Task, offer_id: str, agent_no: str) -> None:
    """Have the agent's own phone rung into the conference."""
    body = {"agent_no": agent_no, "conference": conference_of(task.contact_id), "offer_id": offer_id}
    batch.ask("agent.ring", body, contact_id=task.contact_id, task_id=task.task_id, offer_id=offer_id)


def _release(batch: Batch, command: ReleaseAgent) -> None:
    _end_agent_leg(batch, command.task_id, command.agent_no)


def _end_agent_leg(batch: Batch, task_id: str, agent_no: str) -> None:
    body = {"task_id": task_id, "agent_no": agent_no}
    batch.ask("leg.end", body, contact_id=batch.contact_of(task_id), task_id=task_id)


def _hold(batch: Batch, command: HoldCaller) -> None:
    hold_caller(batch, command.task_id, hold=True)


def hold_caller(batch: Batch, task_id: str, *, hold: bool) -> None:
    """Put the caller's leg on hold, or take it off."""
    contact_id = batch.contact_of(task_id)
    if contact_id is None:
        return
    body = {
        "conference": conference_of(contact_id),
        "hold": hold,
        "hold_url": batch.urls.fixed("hold") if hold else None,
    }
    batch.ask("participant.hold", body, contact_id=contact_id, task_id=task_id)


def _resume_wait(batch: Batch, command: ResumeWait) -> None:
    task = batch.task(command.task_id)
    if task is None or task.mode is not Mode.PHONE:
        return
    if task.kind is Kind.CALLBACK:  # its agent was lost; who was called is called again
        end_conference(batch, task.contact_id, task.task_id)
    else:
        move_caller(batch, task, "requeue")


def _end_call(batch: Batch, command: EndCall) -> None:
    task = batch.task(command.task_id)
    if task is not None and task.agent_no:
        _end_agent_leg(batch, command.task_id, task.agent_no)


def _overflow(batch: Batch, command: OverflowTask) -> None:
    body = {
        "text": f"{command.from_queue} → {command.to_queue}: {command.reason}",
        "task_id": command.task_id,
        "successor_id": command.successor_id,
    }
    batch.journal(Entry("task", "system", contact_id=batch.contact_of(command.task_id), body=body))


def _divert(batch: Batch, command: DivertTask) -> None:
    task = batch.task(command.task_id)
    if task is None:
        return
    body = {"text": f"{command.rule}: {command.reason}", "task_id": command.task_id, "rule": command.rule.value}
    batch.journal(Entry("task", "system", contact_id=batch.contact_of(command.task_id), body=body))
    if command.successor_id:
        _promise(batch, task, command)
    if task.mode is Mode.PHONE and task.kind is Kind.CONTACT:
        move_caller(batch, task, f"divert-{command.reason}")


def _promise(batch: Batch, task: Task, command: DivertTask) -> None:
    """The rule's call back is a promise like one that was asked for. Where no number can be called there is none, and
    the caller is asked for a number."""
    phone = number_of(task.caller)
    if not is_callable(phone, phone, number_of(batch.number)):
        event = encode(TaskCanceled(batch.at_ms, command.successor_id, NO_NUMBER))
        batch.write_set.insert(InboxRow, id=new_id(batch.at_ms), kind="event", at=batch.at_ms, body=event)
        batch.ring("inbox")
        return
    batch.write_set.insert(
        Callback,
        callback_id=command.successor_id,
        phone=phone,
        contact_id=task.contact_id,
        task_id=command.successor_id,
        queue=task.queue,
        reason=command.reason,
        at=batch.at_ms,
    )


def _transfer(batch: Batch, command: ReportTransfer) -> None:
    body = {"text": f"transfer {command.outcome}", "task_id": command.task_id, "outcome": command.outcome.value}
    batch.journal(
        Entry(
            "transfer",
            "system",
            contact_id=batch.contact_of(command.task_id),
            agent_no=command.agent_no,
            body={**body, "successor_id": command.successor_id},
        )
    )
    batch.ring(f"agent:{command.agent_no}")


def _alarm(batch: Batch, command: RaiseAlarm) -> None:
    task = batch.task(command.task_id)
    assert task is not None
    contact_id = batch.contact_of(command.task_id)
    body = {"text": f"emergency unanswered for {command.waited_ms // 1000} s", "task_id": command.task_id}
    batch.journal(Entry("note", "system", contact_id=contact_id, body=body))
    batch.warn("emergency_unanswered", "red", task)
    for number in batch.core.state.config.duty_phones:
        batch.text(number, _alarming(command.waited_ms // 1000, task), contact_id)


def _alarming(waited_s: int, task: Task) -> str:
    """To on-call phones, of which no language is known; the caller by the last digits, where there is a number."""
    if task.mode is not Mode.PHONE:
        return (
            f"【供电服务热线】紧急网聊已{waited_s}秒无人处理，请立即处理。"
            f" Emergency in writing unanswered for {waited_s} s, please act now."
        )
    ending = task.caller[-4:]
    chinese, english = (f"（来电尾号{ending}）", f" (number ending {ending})") if ending else ("", "")
    return (
        f"【供电服务热线】紧急来电{chinese}已{waited_s}秒无人接听，请立即处理。"
        f" Emergency call{english} unanswered for {waited_s} s, please act now."
    )


def _unmanned(batch: Batch, command: FlagUnmanned) -> None:
    unanswered = command.unmanned and batch.core.state.lines[command.queue].unanswered
    how = "unanswered" if unanswered else "unmanned" if command.unmanned else "manned again"
    body = {"queue": command.queue, "unmanned": command.unmanned, "unanswered": unanswered}
    batch.journal(Entry("note", "system", body={"text": f"{command.queue} is {how}", **body}))


def _agent_state(batch: Batch, command: SetAgentState) -> None:
    body = {"text": f"{command.state} ({command.reason})", "state": command.state.value, "reason": command.reason}
    batch.journal(Entry("note", "system", agent_no=command.agent_no, body=body))


def _check(batch: Batch, command: CheckTask) -> None:
    if command.state in (TaskState.TALKING, TaskState.WAITING, TaskState.OFFERED):
        contact_id = batch.contact_of(command.task_id)
        batch.ask("call.check", {"task_id": command.task_id}, contact_id=contact_id, task_id=command.task_id)


HANDLERS: Mapping[type[Command], Callable[[Batch, Any], None]] = {
    MakeOffer: _offer,
    WithdrawOffer: _withdraw,
    ConnectTask: _connect,
    ReleaseAgent: _release,
    HoldCaller: _hold,
    ResumeWait: _resume_wait,
    EndCall: _end_call,
    OverflowTask: _overflow,
    DivertTask: _divert,
    ReportTransfer: _transfer,
    RaiseAlarm: _alarm,
    FlagUnmanned: _unmanned,
    SetAgentState: _agent_state,
    CheckTask: _check,
}
