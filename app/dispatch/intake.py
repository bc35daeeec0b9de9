"""What the leader is told by webhooks and sockets, put to the core as events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from app.db.leases import TTL_MS
from app.db.tables import Contact
from app.dispatch.batch import RELOAD_MS, Batch
from app.dispatch.callbacks import keep_place
from app.dispatch.effects import carry_out, conference_of, end_conference, hold_caller, move_caller
from app.dispatch.rows import BESIDE, order_of
from app.journal.entry import Entry
from routing.codec import decode
from routing.commands import ConnectTask
from routing.events import (
    AgentDisconnected,
    CustomerUnanswered,
    DeadlineReached,
    Event,
    LegLost,
    LegRejoined,
    MediaConnected,
    MediaFailed,
    OfferAccepted,
    OfferFailed,
    TalkEnded,
    TaskAbandoned,
    TaskQueued,
)
from routing.types import DeadlineKind, Kind, Leg, Offer, OfferState, Presence, Task, TaskState

MOVED_BY_US = ("participant_updated_via_api", "conference_ended_via_api", "moderator_ended_conference")
PHONE_LEG = "phone"
"""Label of the leg of an agent who took an offer with key 1; a leg `agent-…` was asked for by an accept."""
AGENTS_LEGS = ("agent", PHONE_LEG)
WE_CALL = (Kind.CALLBACK, Kind.OUTBOUND)
BEFORE_TALK = (TaskState.WAITING, TaskState.OFFERED, TaskState.CONNECTING)
LEG_PATIENCE_MS = 1_500
"""How long a leg that left is given to turn out lost (its socket goes too) rather than hung up."""
PAGES_BACK_MS = TTL_MS + 2_000
"""So long after a term began the pages that stand are connected again, and the sockets of nodes that died are known."""


def take(batch: Batch, kind: str, body: Mapping[str, Any]) -> None:
    """One inbox row that asks for no answer."""
    INTAKES[kind](batch, body)


def tell(batch: Batch, event: Event) -> str | None:
    """Apply an event and carry out what follows; why the core did not take it, if it did not."""
    commands, refused = batch.apply(event)
    carry_out(batch, commands)
    if isinstance(event, AgentDisconnected) and refused is None:
        _page_gone(batch, event.agent_no)
    return refused


def _event(batch: Batch, body: Mapping[str, Any]) -> None:
    event = decode(dict(body))
    if isinstance(event, TaskQueued):
        event = replace(event, prefer=tuple(batch.skill_of(lang) for lang in event.prefer))
    refused = tell(batch, event)
    if refused is None and isinstance(event, MediaConnected) and not _still_hears_words(batch, event.task_id):
        connected(batch, event.task_id)


def _still_hears_words(batch: Batch, task_id: str) -> bool:
    """Whom an agent dialled has picked up and is told who calls: they talk when that is over."""
    task = batch.task(task_id)
    return task is not None and task.kind is Kind.OUTBOUND and not batch.is_joined(task.contact_id)


def _customer_joined(batch: Batch, body: Mapping[str, Any]) -> None:
    """The words are over: agent and customer hear each other."""
    task = batch.core.task(str(body["task_id"]))
    if task is not None and task.state is TaskState.TALKING:
        batch.customer_joined(task)
        connected(batch, task.task_id)


def connected(batch: Batch, task_id: str) -> None:
    """Agent and caller hear each other: say so in the journal."""
    task = batch.task(task_id)
    if task is not None:
        batch.gone.discard(task.contact_id)  # somebody who was called back is on the line again
        body = {"text": f"talking to {task.agent_no}", "task_id": task_id, "queue": task.queue}
        contact_id = batch.contact_of(task_id)
        batch.journal(Entry("connected", "system", contact_id=contact_id, agent_no=task.agent_no, body=body))


def _call_ended(batch: Batch, body: Mapping[str, Any]) -> None:
    """The caller is gone. A callback that was booked meanwhile is another matter and goes on, unless it was the call
    that we made for it which ended (`outgoing`)."""
    contact_id = str(body["contact_id"])
    batch.gone.add(contact_id)
    tasks = batch.tasks_of(contact_id)
    for task in tasks:
        if task.kind is Kind.CALLBACK and not body.get("outgoing"):
            continue
        if task.kind in WE_CALL and task.state in BEFORE_TALK:
            _customer_unanswered(batch, {"task_id": task.task_id, "reason": "hung_up"})
        elif task.state in BEFORE_TALK:
            tell(batch, TaskAbandoned(batch.at_ms, task.task_id))
        elif task.state is TaskState.TALKING:
            _note_unless_reached(batch, task, "hung_up")
            tell(batch, TalkEnded(batch.at_ms, task.task_id, "caller"))
            end_conference(batch, contact_id, task.task_id)
    if not tasks:
        batch.end_contact(contact_id)


def _conference(batch: Batch, body: Mapping[str, Any]) -> None:
    label = str(body.get("label") or "")
    kind, _, offer_id = label.partition("-")
    if kind not in AGENTS_LEGS:
        return
    call_sid, by_phone = str(body["call_sid"]), kind == PHONE_LEG
    if body["event"] == "participant-join":
        if by_phone and not _phone_takes(batch, offer_id):
            batch.ask("call.end", {"call_sid": call_sid}, contact_id=None)
            return
        _agent_joined(batch, offer_id, call_sid)
    elif body["event"] == "participant-leave" and body.get("reason") not in MOVED_BY_US:
        _agent_left(batch, offer_id, call_sid, waited=False, by_phone=by_phone)


def _phone_takes(batch: Batch, offer_id: str) -> bool:
    """The offer, by the phone that was rung for it; False when it is gone, at the same agent's screen for instance."""
    offer = batch.core.offer(offer_id)
    if offer is None or offer.state is not OfferState.PENDING:
        return False
    commands, refused = batch.apply(OfferAccepted(batch.at_ms, offer_id, offer.agent_no))
    # This leg is the connection: nothing is rung, and nothing stops ringing.
    carry_out(batch, [command for command in commands if not isinstance(command, ConnectTask)])
    return refused is None


def _agent_joined(batch: Batch, offer_id: str, call_sid: str) -> None:
    offer = batch.core.offer(offer_id)
    if offer is not None and offer.state is OfferState.PENDING:
        # An on-call phone accepts by being picked up.
        tell(batch, OfferAccepted(batch.at_ms, offer_id, offer.agent_no))
    task = _task_of(batch, offer_id)
    if task is None:
        batch.ask("call.end", {"call_sid": call_sid}, contact_id=None)
        return
    batch.leg_joined(offer_id, call_sid)
    if task.state is TaskState.TALKING and task.lost_at is not None:
        tell(batch, LegRejoined(batch.at_ms, task.task_id, task.agent_no))
        hold_caller(batch, task.task_id, hold=False)
    elif task.state is TaskState.CONNECTING:
        _bring_together(batch, task, offer_id)


def _bring_together(batch: Batch, task: Task, offer_id: str) -> None:
    if task.kind in BESIDE:
        if tell(batch, MediaConnected(batch.at_ms, task.task_id, offer_id)) is None:
            connected(batch, task.task_id)
    elif task.kind in WE_CALL:
        body = {"task_id": task.task_id, "conference": conference_of(task.contact_id)}
        batch.ask("customer.ring", body, contact_id=task.contact_id, task_id=task.task_id, offer_id=offer_id)
    else:
        move_caller(batch, task, "join", offer_id)


def _agent_left(batch: Batch, offer_id: str, call_sid: str | None, *, waited: bool, by_phone: bool = False) -> None:
    """A phone that is put down is a hang-up. A browser's leg that goes with its page or socket is lost, and may come
    back; it is a hang-up when the page still stands after a moment."""
    task = _task_of(batch, offer_id)
    if task is None or not batch.leg_gone(offer_id, call_sid):
        return
    if task.state is TaskState.CONNECTING:
        _no_leg(batch, task, offer_id, "leg_ended")
        return
    if task.state is not TaskState.TALKING or task.lost_at is not None:
        return
    agent = batch.core.agent(task.agent_no)
    if by_phone or agent is None or agent.duty or agent.leg is Leg.PHONE:
        hang_up(batch, task, "agent")
    elif agent.presence is not Presence.ONLINE or batch.is_reloaded(offer_id, agent.agent_no):
        tell(batch, LegLost(batch.at_ms, task.task_id, task.agent_no))
    elif waited:
        hang_up(batch, task, "agent")
    else:
        batch.later(LEG_PATIENCE_MS, "leg_left", {"offer_id": offer_id, "call_sid": call_sid})


def hang_up(batch: Batch, task: Task, by: str) -> None:
    """The agent's side is done: the conference ends, the caller goes on to what follows."""
    contact_id = task.contact_id
    _note_unless_reached(batch, task, "given_up")
    tell(batch, TalkEnded(batch.at_ms, task.task_id, by))
    if task.kind in BESIDE:
        batch.ask(
            "leg.end", {"task_id": task.task_id, "agent_no": task.agent_no}, contact_id=contact_id, task_id=task.task_id
        )
    else:
        end_conference(batch, contact_id, task.task_id)
    body = {"text": f"ended by {by}", "task_id": task.task_id}
    batch.journal(Entry("hangup", "agent", task.agent_no, contact_id, agent_no=task.agent_no, body=body))


def _leg_over(batch: Batch, body: Mapping[str, Any]) -> None:
    """A leg ended while nobody led: what that means is known when the pages that stand have come back."""
    batch.later(PAGES_BACK_MS, "leg_left", body)


def _leg_left(batch: Batch, body: Mapping[str, Any]) -> None:
    _agent_left(batch, str(body["offer_id"]), body["call_sid"], waited=True)


def _page_opened(batch: Batch, body: Mapping[str, Any]) -> None:
    batch.page_opened(str(body["agent_no"]))


def _page_gone(batch: Batch, agent_no: str) -> None:
    """Danger does not wait the whole grace for the leg of a page that is gone: the time of a reload is enough."""
    agent = batch.core.agent(agent_no)
    if agent is None or agent.leg is Leg.PHONE:
        return
    for task_id in agent.tasks:
        task = batch.core.task(task_id)
        if task is not None and task.state is TaskState.CONNECTING and batch.is_urgent(task):
            batch.later(RELOAD_MS, "leg_awaited", {"offer_id": f"{task_id}.{task.attempt}", "unless_back": agent_no})


def _leg_awaited(batch: Batch, body: Mapping[str, Any]) -> None:
    """The agent's leg had its time to come up; with `unless_back` it has more if the agent's page is there again."""
    offer_id = str(body["offer_id"])
    task = _task_of(batch, offer_id)
    if task is None or task.state is not TaskState.CONNECTING or batch.has_leg(offer_id):
        return
    agent = batch.core.agent(str(body.get("unless_back") or ""))
    if agent is not None and agent.presence is Presence.ONLINE:
        return
    batch.ask("leg.end", {"offer_id": offer_id}, contact_id=task.contact_id, task_id=task.task_id)
    _no_leg(batch, task, offer_id, "no_leg")


def _leg_failed(batch: Batch, body: Mapping[str, Any]) -> None:
    """A phone that was rung did not come up."""
    offer_id, reason = str(body["offer_id"]), str(body["reason"])
    offer = batch.core.offer(offer_id)
    if offer is not None and offer.state is OfferState.PENDING:
        tell(batch, OfferFailed(batch.at_ms, offer_id, reason))
        return
    task = _task_of(batch, offer_id)
    if task is not None and task.state is TaskState.CONNECTING:
        _no_leg(batch, task, offer_id, reason)
    elif task is not None and task.state is TaskState.TALKING:
        _agent_left(batch, offer_id, None, waited=True)


NOT_REACHED = {
    "busy": "busy",  # also whoever rejects the call: carriers tell no difference
    "no-answer": "no_answer",
    "completed": "hung_up",
    "hung_up": "hung_up",
    "given_up": "given_up",
}
"""How a call of ours that nobody talked in ended, by the carrier's word for it; any other is `failed`."""


def _not_reached(batch: Batch, task: Task, why: str) -> None:
    """Whoever an agent called is not on the line: the contact is over, and it is kept why."""
    batch.gone.add(task.contact_id)
    batch.write_set.change(Contact, {"contact_id": task.contact_id}, None, hung_up_at=batch.at_ms)
    _note_unreached(batch, task, why)


def _note_unless_reached(batch: Batch, task: Task, why: str) -> None:
    """One side hangs up: a dialled customer who only heard the words before the talk was not reached."""
    if _still_hears_words(batch, task.task_id):
        _note_unreached(batch, task, why)


def _note_unreached(batch: Batch, task: Task, why: str) -> None:
    batch.unreached[task.task_id] = why
    _tell_unreached(batch, task, why)


def _tell_unreached(batch: Batch, task: Task, why: str) -> None:
    body = {"text": "not reached", "reason": why, "task_id": task.task_id}
    contact_id, order_no = batch.contact_of(task.task_id), order_of(task)
    batch.journal(Entry("note", "system", None, contact_id, order_no, task.agent_no, body=body))


def _customer_unanswered(batch: Batch, body: Mapping[str, Any]) -> None:
    """The agent is there, but whoever is called did not answer. A call that an agent began is over with that."""
    task = batch.core.task(str(body["task_id"]))
    if task is None or task.state is not TaskState.CONNECTING:
        return
    why = NOT_REACHED.get(str(body["reason"]), "failed")
    if task.kind is Kind.OUTBOUND:
        _not_reached(batch, task, why)
    elif task.kind is Kind.CALLBACK and why != "given_up":  # giving up is journaled with who did it
        _tell_unreached(batch, task, why)
    tell(batch, CustomerUnanswered(batch.at_ms, task.task_id, str(body["reason"])))
    after = batch.task(task.task_id)
    if after is not None and after.kind is Kind.CALLBACK and after.ended_at is not None and batch.is_urgent(after):
        # Called in vain for the last time: from here on only people can still reach whoever reported danger.
        batch.warn("emergency_unanswered", "red", after)
    end_conference(batch, task.contact_id, task.task_id)


def _no_leg(batch: Batch, task: Task, offer_id: str, reason: str) -> None:
    """The agent's leg did not come up, or went before a talk; so does the call to whoever is called for it."""
    if task.kind in WE_CALL:
        _cancel_call(batch, task)
    if task.kind is Kind.OUTBOUND:
        _not_reached(batch, task, "failed")
    tell(batch, MediaFailed(batch.at_ms, task.task_id, offer_id, reason))


def _cancel_call(batch: Batch, task: Task) -> None:
    """The customer's phone stops ringing, or the words that they hear before the talk."""
    batch.ask("customer.cancel", {"task_id": task.task_id}, contact_id=task.contact_id, task_id=task.task_id)


def time_over(batch: Batch, reached: DeadlineReached) -> None:
    """A deadline of the core. Of a call that we make it leaves neither side behind in the conference."""
    task = batch.core.task(reached.id) if reached.kind is DeadlineKind.TASK else None
    if task is not None and task.kind in WE_CALL and task.deadline_at == reached.due_at:
        if task.state is TaskState.CONNECTING:
            _cancel_call(batch, task)
            if task.kind is Kind.OUTBOUND:
                _not_reached(batch, task, "no_answer")
            end_conference(batch, task.contact_id, task.task_id)
        elif task.lost_at is not None and task.kind is Kind.OUTBOUND:
            end_conference(batch, task.contact_id, task.task_id)
    tell(batch, reached)


def _caller_alone(batch: Batch, body: Mapping[str, Any]) -> None:
    """A caller came to the conference when the talk was over: they go on to what follows a talk."""
    contact_id = str(body["contact_id"])
    if not any(task.state in (TaskState.CONNECTING, TaskState.TALKING) for task in batch.tasks_of(contact_id)):
        batch.ask("conference.end", {"conference": conference_of(contact_id)}, contact_id=contact_id)


def stop_ringing(batch: Batch, task: Task) -> None:
    """The agent gives a call up before the talk: the customer's call ends, ringing or answered."""
    agent_no, contact_id = task.agent_no, task.contact_id
    _cancel_call(batch, task)
    _customer_unanswered(batch, {"task_id": task.task_id, "reason": "given_up"})
    body = {"text": f"given up by {agent_no}", "task_id": task.task_id}
    batch.journal(Entry("hangup", "agent", agent_no, contact_id, agent_no=agent_no, body=body))


def give_up_leg(batch: Batch, task: Task) -> None:
    """The agent waits no longer for their own leg: it ends, and the caller is back at their place in line."""
    agent_no, offer_id = task.agent_no, f"{task.task_id}.{task.attempt}"
    batch.ask("leg.end", {"offer_id": offer_id}, contact_id=task.contact_id, task_id=task.task_id)
    tell(batch, MediaFailed(batch.at_ms, task.task_id, offer_id, "given_up"))
    body = {"text": f"given up by {agent_no}", "task_id": task.task_id}
    batch.journal(Entry("hangup", "agent", agent_no, task.contact_id, agent_no=agent_no, body=body))


def _task_of(batch: Batch, offer_id: str) -> Task | None:
    """The task whose agent this offer brought; task ids are the part before the attempt."""
    offer: Offer | None = batch.core.offer(offer_id)
    task = batch.core.task(offer.task_id if offer is not None else offer_id.rpartition(".")[0])
    if task is None or offer_id.rpartition(".")[2] != str(task.attempt):
        return None
    return task


INTAKES: Mapping[str, Callable[[Batch, Mapping[str, Any]], None]] = {
    "event": _event,
    "callback_requested": keep_place,
    "call_ended": _call_ended,
    "conference": _conference,
    "leg_left": _leg_left,
    "leg_over": _leg_over,
    "leg_awaited": _leg_awaited,
    "page_opened": _page_opened,
    "leg_failed": _leg_failed,
    "customer_joined": _customer_joined,
    "customer_unanswered": _customer_unanswered,
    "caller_alone": _caller_alone,
}
