"""What happens next in a chat: the customer writes, chooses or leaves; the line moves; the agent is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from app.db.record import record
from app.db.rows import RowQuery
from app.db.tables import Contact, Message, TaskRow, WarningRow
from app.db.write_set import Reply, WriteSet, table_of
from app.domain.orders import texts
from app.domain.orders.named_place import names_place
from app.journal.entry import Entry
from app.observe.clock import new_id
from app.usecases.call_state import CallState, contact_state, stored_reply
from app.usecases.chat_turn import DONE, IDLE_MS, JSON, WITH_AGENT, Said, write_messages, write_turn
from app.usecases.hotline import Hotline
from app.usecases.line_view import queue_tick
from app.usecases.refusals import Refused, RefusedBecause
from app.usecases.run_turn import Answer, Resume, answer_of, run_turn
from app.usecases.tell_taken_over import tell_taken_over
from app.usecases.voice_turn import Given, conversation_of
from ivr_flows import hazards, recognise
from ivr_flows.effects import Say
from ivr_flows.graph import Release
from ivr_flows.inputs import Choice, HungUp, Input, QueueLeft, TalkEnded, Text
from ivr_flows.session import Rejected

IN_LINE = ("waiting", "offered")
AFTER_TALK = ("wrapping", "done")
UNSERVED = {"overflowed": "timeout", "canceled": "error", "callback_booked": "timeout"}
UNSURVEYED = ("emergency",)
URGENT_ORDER, PLACE = "order.open_emergency", "order.add_place"
SHORT = 30
"""Characters of a sentence that asks for a person and tells nothing else."""

_tasks, _messages = table_of(TaskRow), table_of(Message)
TASK = RowQuery(select(_tasks.c.state, _tasks.c.body).where(_tasks.c.task_id == bindparam("task_id")))
NEWEST_CHOICES = RowQuery(
    select(_messages.c.choices)
    .where(_messages.c.contact_id == bindparam("contact_id"), _messages.c.from_kind == "hotline")
    .order_by(_messages.c.at.desc(), _messages.c.message_id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened in a chat. `key` makes it happen once."""

    key: str
    given: Input
    journaled: Given
    said: str | None = None


async def customer_wrote(hotline: Hotline, contact_id: str, client_id: str, text: str) -> None:
    """A line of the customer's: to the agent when one is there, else to the tree. The same id has one effect."""
    await _happen(hotline, contact_id, Happened(f"c:{client_id}", Text(text), Given("text", {}, {"text": text}), text))


async def customer_chose(hotline: Hotline, contact_id: str, client_id: str, value: str) -> None:
    """A button of the newest message."""
    newest = await NEWEST_CHOICES.one(hotline.db, contact_id=contact_id)
    offered = (newest or {}).get("choices") or []
    label = next((each["label"] for each in offered if each["value"] == value), value)
    await _happen(
        hotline, contact_id, Happened(f"c:{client_id}", Choice(value), Given("choice", {"value": value}), label)
    )


async def end_chat(hotline: Hotline, contact_id: str, reason: str) -> None:
    """The customer leaves (or was silent too long); once."""
    await _happen(hotline, contact_id, Happened("ended", HungUp(), Given("ended", {"reason": reason})))


async def follow_line(hotline: Hotline, contact_id: str) -> None:
    """Take the tree on when what it waits for has happened: the line is known, the talk is over, nobody came."""
    state = await contact_state(hotline.db, contact_id)
    if state is None or state.contact["hung_up_at"] is not None or state.session.line is None:
        return
    task_id = state.contact["task_id"]
    task = await TASK.one(hotline.db, task_id=task_id) if task_id else None
    if task is None:
        return
    if task["state"] == "talking" and task["body"].get("kind") == "transfer":
        await tell_taken_over(hotline, state, task_id, str(task["body"].get("agent_no", "")))
    if task["state"] in AFTER_TALK:
        agent_no, queue = task["body"].get("agent_no", ""), state.session.line.queue
        calm = queue not in UNSURVEYED and "emergency_no" not in (state.contact["learned"] or {})
        survey = calm and not task["body"].get("successor_id")
        talked = TalkEnded("answered", queue, agent_no, survey=survey)
        await _happen(
            hotline, contact_id, Happened(f"talked:{task_id}", talked, Given("talk_ended", {"agent_no": agent_no}))
        )
    elif task["state"] in UNSERVED and not task["body"].get("successor_id"):
        result = UNSERVED[task["state"]]
        left = Happened(f"left:{task_id}", QueueLeft(result), Given("left", {"result": result}))
        await _happen(hotline, contact_id, left)
    elif task["state"] in ("waiting", "offered") and state.session.line.said_at_ms == 0:
        # Told once, in danger once more when others have been alarmed.
        tick = await queue_tick(hotline.db, state, hotline.clock.now_ms())
        widened = tick.note == "widened" and state.session.alarm
        if widened or task["state"] == "waiting":
            key = f"tick:{task_id}:widened" if widened else f"tick:{task_id}"
            await _happen(hotline, contact_id, Happened(key, tick, Given("tick")))


async def _happen(hotline: Hotline, contact_id: str, happened: Happened) -> None:
    claim = f"chat:{contact_id}:{happened.key}"
    if await stored_reply(hotline.db, claim) is not None:
        return

    async def build() -> WriteSet:
        state = await contact_state(hotline.db, contact_id)
        if state is None or state.contact["hung_up_at"] is not None:
            raise Refused(RefusedBecause.CONFLICT, "ended", "this conversation has ended")
        if happened.said is not None and state.contact["state"] in WITH_AGENT:
            return await _to_the_agent(hotline, claim, state, happened)
        return await _to_the_tree(hotline, claim, state, happened)

    await hotline.db.compute(build)


async def _to_the_tree(hotline: Hotline, claim: str, state: CallState, happened: Happened) -> WriteSet:
    release = await hotline.releases.get(state.release)
    if happened.said is not None and _tells_where(release, state, happened.said):
        return await _to_the_agent(hotline, claim, state, happened, where=True)
    if happened.said is not None and _tells_more(state.contact, happened.said):
        return await _to_the_agent(hotline, claim, state, happened)
    conversation = conversation_of(state, hotline.clock.now_ms())
    ran = await run_turn(release, hotline.services, conversation, Resume(state.session, happened.given))
    if isinstance(ran, Rejected):
        if happened.said is None:
            return _nothing(claim)
        return await _to_the_agent(hotline, claim, state, happened)
    said = Said(happened.said) if happened.said is not None else None
    write_set = write_turn(hotline, claim, state, ran, happened.journaled, said)
    known = ran.contact.get("learned", state.contact["learned"]) or {}
    if ran.session.alarm and "emergency_no" not in known:
        # Not registered, so no order warns of it.
        _alarm(write_set, state.contact, hazards.find(happened.said or "") or "8", hotline.clock.now_ms())
    return write_set


def _nothing(claim: str) -> WriteSet:
    return WriteSet(claim=claim, reply=Reply(DONE, media_type=JSON))


async def _to_the_agent(
    hotline: Hotline, claim: str, state: CallState, happened: Happened, *, where: bool = False
) -> WriteSet:
    """A line for the agent to read. Words of danger also make the urgent order, once (rules 1 and 2), later ones go
    into it; `where` it is does too."""
    assert happened.said is not None
    at_ms, contact = hotline.clock.now_ms(), state.contact
    write_set = _nothing(claim)
    said = Said(happened.said)
    said.write(write_set, state.contact_id, at_ms)
    word = hazards.find(happened.said)
    body: dict[str, Any] = {"message_id": said.message_id, **({"hazard": word} if word else {})}
    private: dict[str, Any] = {"text": happened.said}
    values: dict[str, Any] = {"deadline_at": at_ms + IDLE_MS}
    order_no = None
    if word and not (where and names_place(happened.said)):
        answer = await _register(hotline, write_set, state, happened.said, at_ms)
        order_no = answer.values.get("emergency_no")
        values |= answer.contact if answer.outcome == "opened" else {}
        body |= {"parts": [{"kind": "effect", "service": URGENT_ORDER, **answer.entry}]}
        private |= answer.private
    elif where:
        order_no = contact["learned"]["emergency_no"]
        answer = await _place(hotline, write_set, state, happened.said, at_ms)
        if answer.outcome == "added":
            values |= {"learned": {**contact["learned"], "place_text": happened.said}}
        body |= {"parts": [{"kind": "effect", "service": PLACE, **answer.entry}]}
        private |= answer.private
    write_set.change(Contact, {"contact_id": state.contact_id}, None, **values)
    agent_no = contact["agent_no"]
    entry = Entry(
        "message",
        "caller",
        contact_id=state.contact_id,
        agent_no=agent_no,
        order_no=str(order_no) if order_no else None,
        body=body,
        private=private,
    )
    record(write_set, entry, at_ms)
    write_set.rings += [f"contact:{state.contact_id}", *([f"agent:{agent_no}"] if agent_no else [])]
    return write_set


async def _register(hotline: Hotline, write_set: WriteSet, state: CallState, said: str, at_ms: int) -> Answer:
    """The urgent order; the customer reads its number, or that the words were passed on to those who have it. When it
    cannot be made the words alone warn who leads."""
    args = {"contact_phone": "", "text": said}
    answer = await answer_of(hotline.services, URGENT_ORDER, args, conversation_of(state, at_ms))
    order_no = answer.values.get("emergency_no")
    if order_no is None:
        _alarm(write_set, state.contact, hazards.find(said) or "", at_ms)
        return answer
    write_set.extend(answer.write_set)
    if answer.outcome == "opened":
        _tell(write_set, state, "emergency_here", str(order_no), at_ms)
    elif "fields" in answer.entry:
        _tell(write_set, state, "passed_on", str(order_no), at_ms)
    return answer


def _tells_where(release: Release, state: CallState, said: str) -> bool:
    """Whether this is the place of a danger: it was asked for and not told, and its customer stands in line.

    A key is none, nor is a short wish for a person; a longer sentence may name both.
    """
    contact, learned = state.contact, state.contact["learned"] or {}
    if contact["state"] not in IN_LINE or "emergency_no" not in learned or learned.get("place_text"):
        return False
    key = recognise.key(said, (), release.texts[state.session.lang].labels)
    return len(said.strip()) > 1 and (key != recognise.UNIVERSAL["human"] or len(said) > SHORT)


def _tells_more(contact: Mapping[str, Any], said: str) -> bool:
    """Whether somebody whose danger is registered, and who stands in line, writes of danger once more."""
    known = contact["state"] in IN_LINE and "emergency_no" in (contact["learned"] or {})
    return known and hazards.find(said) is not None


async def _place(hotline: Hotline, write_set: WriteSet, state: CallState, said: str, at_ms: int) -> Answer:
    args = {"order_no": state.contact["learned"]["emergency_no"], "place_text": said, "place_recording": ""}
    answer = await answer_of(hotline.services, PLACE, args, conversation_of(state, at_ms))
    write_set.extend(answer.write_set)
    if answer.outcome == "added":
        _tell(write_set, state, "place_noted", args["order_no"], at_ms)
    return answer


def _tell(write_set: WriteSet, state: CallState, key: str, order_no: str, at_ms: int) -> None:
    lang = state.session.lang
    told = texts.text(key, "", lang, "confirmation", order_no).text
    write_messages(write_set, state.contact_id, [Say(told, lang, "sms.emergency")], at_ms)


def _alarm(write_set: WriteSet, contact: Mapping[str, Any], word: str, at_ms: int) -> None:
    write_set.insert_once(
        WarningRow,
        warning_id=new_id(at_ms),
        kind="hazard",
        level="red",
        about=f"contact:{contact['contact_id']}",
        queue=contact["queue"],
        contact_id=contact["contact_id"],
        agent_no=contact["agent_no"],
        facts={"word": word},
        opened_at=at_ms,
    )
    write_set.rings.append("warning")
