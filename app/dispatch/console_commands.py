"""What agents and supervisors tell their console, put to the core; each command has a result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.db.tables import Contact
from app.dispatch.batch import Batch
from app.dispatch.effects import conference_of, hold_caller, move_caller, ring_agent
from app.dispatch.intake import give_up_leg, hang_up, stop_ringing, tell
from app.dispatch.rows import BESIDE, order_of
from app.journal.entry import Entry
from routing.events import (
    AgentStateSet,
    Event,
    HoldEnded,
    HoldStarted,
    OfferAccepted,
    OfferDeclined,
    OutboundStarted,
    PriorityChanged,
    TaskMoved,
    TransferCanceled,
    TransferCompleted,
    TransferRequested,
    WrapUpCompleted,
)
from routing.state import is_crew
from routing.types import Availability, Kind, Leg, Mode, Task, TaskState, TransferMode

Result = dict[str, Any]
Body = Mapping[str, Any]
OK: Result = {"ok": True}


def execute(batch: Batch, body: Body) -> Result:
    """Carry out one command of `agent_no`; `{"ok": true, …}` or `{"ok": false, code, message}`."""
    return COMMANDS[str(body["command"])](batch, body)


def refusal(code: str, message: str) -> Result:
    """A command that did not fit; nothing changed."""
    return {"ok": False, "code": code, "message": message}


def _actor(batch: Batch, agent_no: str) -> str:
    """How the one who tells appears in the story."""
    agent = batch.core.agent(agent_no)
    return "crew" if agent is not None and is_crew(agent) else "agent"


def _told(batch: Batch, event: Event, code: str) -> Result:
    refused = tell(batch, event)
    return dict(OK) if refused is None else refusal(code, refused)


def _set_state(batch: Batch, body: Body) -> Result:
    event = AgentStateSet(
        at=batch.at_ms,
        agent_no=str(body.get("target") or body["agent_no"]),
        state=Availability(body["state"]),
        reason=str(body.get("reason") or ""),
        leg=Leg(body["leg"]) if body.get("leg") else None,
        by=str(body["agent_no"]) if body.get("target") else "",
    )
    if _is_so(batch, event):
        return dict(OK)
    result = _told(batch, event, "cannot_set_state")
    if result["ok"]:
        said = {"text": f"state {event.state}", "state": event.state.value, "reason": event.reason}
        kind = "supervisor" if event.by else _actor(batch, event.agent_no)
        batch.journal(Entry("note", kind, str(body["agent_no"]), agent_no=event.agent_no, body=said))
    return result


def _is_so(batch: Batch, event: AgentStateSet) -> bool:
    """Whether they are in this state already, for this reason and with this leg: told again, it changes nothing."""
    agent = batch.core.agent(event.agent_no)
    if agent is None or agent.duty:
        return False
    leg = event.leg or agent.leg
    return (agent.availability, agent.reason, agent.leg) == (event.state, event.reason, leg)


def _accept(batch: Batch, body: Body) -> Result:
    offer_id, agent_no = str(body["offer_id"]), str(body["agent_no"])
    result = _told(batch, OfferAccepted(batch.at_ms, offer_id, agent_no), "offer_gone")
    if not result["ok"]:
        return _leg_again(batch, offer_id, agent_no) or result
    task = batch.task(offer_id.rpartition(".")[0])
    assert task is not None
    said = {"text": f"accepted by {agent_no}", "offer_id": offer_id, "task_id": task.task_id}
    contact_id = batch.contact_of(task.task_id)
    batch.journal(Entry("offer_accepted", _actor(batch, agent_no), agent_no, contact_id, agent_no=agent_no, body=said))
    return {**result, "connect": batch.connect(task, offer_id, agent_no)}


def _leg_again(batch: Batch, offer_id: str, agent_no: str) -> Result | None:
    """A page that lost its softphone accepts once more and gets new parameters for it, as long as the task waits."""
    task = batch.core.task(offer_id.rpartition(".")[0])
    if task is None or task.agent_no != agent_no or offer_id != f"{task.task_id}.{task.attempt}":
        return None
    lost = task.lost_at is not None or batch.is_reloaded(offer_id, agent_no)
    if task.state is not TaskState.CONNECTING and not (task.state is TaskState.TALKING and lost):
        return None
    connect = batch.connect(task, offer_id, agent_no)
    return None if connect is None else {**OK, "connect": connect}


def _decline(batch: Batch, body: Body) -> Result:
    offer_id, agent_no = str(body["offer_id"]), str(body["agent_no"])
    reason = str(body.get("reason") or "")
    result = _told(batch, OfferDeclined(batch.at_ms, offer_id, agent_no, reason), "offer_gone")
    if result["ok"]:
        said = {"text": f"declined by {agent_no}: {reason}", "offer_id": offer_id, "reason": reason}
        task_id = offer_id.rpartition(".")[0]
        task, contact_id = batch.task(task_id), batch.contact_of(task_id)
        order_no = order_of(task) if task else None
        actor = _actor(batch, agent_no)
        batch.journal(Entry("offer_declined", actor, agent_no, contact_id, order_no, agent_no, body=said))
    return result


def _hold(batch: Batch, body: Body) -> Result:
    return _held(batch, body, hold=True)


def _unhold(batch: Batch, body: Body) -> Result:
    return _held(batch, body, hold=False)


def _held(batch: Batch, body: Body, *, hold: bool) -> Result:
    task = _own(batch, body)
    if task is None:
        return refusal("not_yours", "you have no such contact")
    event = HoldStarted(batch.at_ms, task.task_id) if hold else HoldEnded(batch.at_ms, task.task_id)
    result = _told(batch, event, "cannot_hold")
    if result["ok"]:
        if task.mode is Mode.PHONE:
            hold_caller(batch, task.task_id, hold=hold)
        said = {"text": "on hold" if hold else "off hold", "task_id": task.task_id}
        batch.journal(Entry("hold", "agent", task.agent_no, task.contact_id, agent_no=task.agent_no, body=said))
    return result


def _hang_up(batch: Batch, body: Body) -> Result:
    task = _own(batch, body)
    if task is None:
        return refusal("not_yours", "you have no such contact")
    if task.state is TaskState.TALKING:
        hang_up(batch, task, "agent")
    elif task.state is TaskState.CONNECTING and task.kind in (Kind.OUTBOUND, Kind.CALLBACK):
        stop_ringing(batch, task)
    elif task.state is TaskState.CONNECTING:
        give_up_leg(batch, task)
    return dict(OK)


def _wrap_up(batch: Batch, body: Body) -> Result:
    task = _own(batch, body)
    if task is None:
        return refusal("not_yours", "you have no such contact")
    result = _told(batch, WrapUpCompleted(batch.at_ms, task.task_id, str(body["agent_no"])), "cannot_wrap_up")
    if result["ok"]:
        _conclude(batch, task, body.get("disposition"), body.get("note") or None)
        said = {"text": f"wrapped up: {body.get('disposition')}", "disposition": body.get("disposition")}
        private = {"note": body["note"]} if body.get("note") else {}
        agent_no = str(body["agent_no"])
        entry = Entry("wrap_up", "agent", agent_no, task.contact_id, agent_no=agent_no, body=said, private=private)
        batch.journal(entry)
    return result


def _conclude(batch: Batch, task: Task, disposition: str | None, note: str | None) -> None:
    """How the contact ended, as the one says who had it last; who passed it on, or was asked, says it in the story."""
    if not task.successor_id and task.kind not in BESIDE:
        values = {"disposition": disposition, "note": note}
        batch.write_set.change(Contact, {"contact_id": task.contact_id}, None, **values)


def _forget_result(batch: Batch, task: Task) -> None:
    """What was given ahead was said of a contact that goes on now."""
    if task.successor_id and task.wrapped_early:
        batch.write_set.change(Contact, {"contact_id": task.contact_id}, None, disposition=None, note=None)


def _transfer(batch: Batch, body: Body) -> Result:
    task = _own(batch, body)
    if task is None:
        return refusal("not_yours", "you have no such contact")
    to: Mapping[str, Any] = body.get("to") or {}
    mode = TransferMode(body.get("mode") or "cold")
    event = TransferRequested(
        at=batch.at_ms,
        task_id=task.task_id,
        agent_no=task.agent_no,
        mode=mode,
        to_agent=str(to.get("agent_no") or ""),
        to_queue=str(to.get("queue") or ""),
    )
    result = _told(batch, event, "cannot_transfer")
    after = batch.task(batch.core.task(task.task_id).child_id) if batch.core.task(task.task_id) else None  # type: ignore[union-attr]
    if not result["ok"]:
        return result
    if mode is TransferMode.COLD and task.successor_id:
        successor = batch.task(task.successor_id)
        if successor is not None and task.mode is Mode.PHONE:
            move_caller(batch, successor, "requeue")
    elif mode is TransferMode.WARM and after is not None:
        hold_caller(batch, task.task_id, hold=True)
    elif not task.successor_id and after is None:
        return refusal("unavailable", "nobody can take it now")
    _forget_result(batch, task)
    said = {"text": f"{mode} transfer", "task_id": task.task_id, **{k: str(v) for k, v in to.items()}}
    note = str(body.get("note") or "").strip()
    if note:
        batch.notes[after.task_id if after is not None else task.successor_id] = note
    agent_no, private = event.agent_no, {"note": note} if note else {}
    batch.journal(Entry("transfer", "agent", agent_no, task.contact_id, agent_no=agent_no, body=said, private=private))
    return result


def _complete_transfer(batch: Batch, body: Body) -> Result:
    return _end_consult(batch, body, TransferCompleted, "cannot_complete")


def _cancel_transfer(batch: Batch, body: Body) -> Result:
    return _end_consult(batch, body, TransferCanceled, "cannot_cancel")


def _end_consult(
    batch: Batch, body: Body, ending: type[TransferCompleted] | type[TransferCanceled], code: str
) -> Result:
    """One way or the other the caller, who was on hold meanwhile, is spoken with again."""
    task = _own(batch, body)
    if task is None:
        return refusal("not_yours", "you have no such contact")
    result = _told(batch, ending(batch.at_ms, task.task_id, task.agent_no), code)
    if result["ok"]:
        hold_caller(batch, task.task_id, hold=False)
        _forget_result(batch, task)
    return result


def _dial(batch: Batch, body: Body) -> Result:
    event = OutboundStarted(
        at=batch.at_ms,
        task_id=str(body["task_id"]),
        contact_id=str(body["contact_id"]),
        queue=str(body["queue"]),
        agent_no=str(body["agent_no"]),
    )
    result = _told(batch, event, "cannot_dial")
    if not result["ok"]:
        return result
    task = batch.core.task(event.task_id)
    assert task is not None
    offer_id = f"{task.task_id}.{task.attempt}"
    connect = batch.connect(task, offer_id, event.agent_no)
    if connect is None:
        ring_agent(batch, task, offer_id, event.agent_no)
    return {**result, "connect": connect, "contact_id": task.contact_id}


def _mute(batch: Batch, body: Body) -> Result:
    task = _own(batch, body)
    if task is None:
        return refusal("not_yours", "you have no such contact")
    muted = bool(body.get("muted", True))
    asked = {"task_id": task.task_id, "agent_no": task.agent_no, "muted": muted}
    batch.ask("agent.mute", asked, contact_id=task.contact_id, task_id=task.task_id)
    batch.mute_leg(task, muted=muted)
    said = {"text": "muted" if muted else "unmuted", "muted": muted, "task_id": task.task_id}
    batch.journal(Entry("note", "agent", task.agent_no, task.contact_id, agent_no=task.agent_no, body=said))
    return dict(OK)


def _keypad(batch: Batch, body: Body) -> Result:
    """Keys for whoever is at the other end, a bank's menu for instance; they may be secret and stand apart."""
    task = _own(batch, body)
    if task is None:
        return refusal("not_yours", "you have no such contact")
    if task.state is not TaskState.TALKING or task.mode is not Mode.PHONE:
        return refusal("not_talking", "keys can be sent in a call only")
    digits = str(body["digits"])
    asked = {"conference": conference_of(task.contact_id), "digits": digits}
    batch.ask("participant.keys", asked, contact_id=task.contact_id, task_id=task.task_id)
    said = {"text": f"sent {len(digits)} keys", "task_id": task.task_id}
    private = {"keys": digits}
    entry = Entry("note", "agent", task.agent_no, task.contact_id, agent_no=task.agent_no, body=said, private=private)
    batch.journal(entry)
    return dict(OK)


def _move(batch: Batch, body: Body) -> Result:
    return _told(batch, TaskMoved(batch.at_ms, str(body["task_id"]), str(body["queue"])), "cannot_move")


def _prioritise(batch: Batch, body: Body) -> Result:
    return _told(batch, PriorityChanged(batch.at_ms, str(body["task_id"]), int(body["boost_s"])), "cannot_prioritise")


def _own(batch: Batch, body: Body) -> Task | None:
    agent = batch.core.agent(str(body["agent_no"]))
    for task_id in agent.tasks if agent is not None else ():
        task = batch.core.task(task_id)
        if task is not None and task.contact_id == body["contact_id"]:
            return task
    return None


COMMANDS: Mapping[str, Callable[[Batch, Body], Result]] = {
    "set_state": _set_state,
    "force_state": _set_state,
    "accept": _accept,
    "decline": _decline,
    "hold": _hold,
    "unhold": _unhold,
    "hang_up": _hang_up,
    "wrap_up": _wrap_up,
    "transfer": _transfer,
    "complete_transfer": _complete_transfer,
    "cancel_transfer": _cancel_transfer,
    "dial": _dial,
    "mute": _mute,
    "keypad": _keypad,
    "move": _move,
    "prioritise": _prioritise,
}
