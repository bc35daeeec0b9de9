"""The next turn of a running call: a key, a sentence, silence, a recording, a look at the line."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.carrier.twiml import EMPTY, HANG_UP, redirect, response
from app.db.tables import Recording as RecordingRow
from app.db.write_set import Reply, WriteSet
from app.observe.clock import new_id
from app.usecases.call_state import CallState, call_state, stored_reply
from app.usecases.end_call import call_ended
from app.usecases.hotline import Hotline
from app.usecases.join_called import is_to_join, join_called
from app.usecases.late_danger import Late, late_danger
from app.usecases.line_view import queue_tick
from app.usecases.run_turn import Resume, run_turn
from app.usecases.voice_turn import Given, change_session, conversation_of, write_turn
from ivr_flows.inputs import Digits, Input, QueueLeft, Recording, Silence, Speech
from ivr_flows.session import Rejected, Session

GONE = Reply(HANG_UP)
LEFT_BY = {"queue-full": "full", "error": "error", "system-error": "error"}


async def advance_call(hotline: Hotline, key: str, form: Mapping[str, str]) -> Reply:
    """Answer the turn `key` (`turn.purpose`) of the call `form["CallSid"]`.

    A repeat gets the stored bytes. A turn that the call has left behind (late, never answered) is sent on to where
    the call is now; an unknown call is hung up.
    """
    call_sid = form["CallSid"]
    claim = f"call:{call_sid}:{key}"
    state = await call_state(hotline.db, call_sid)
    if state is None:
        return GONE
    if key.endswith(".left") and form.get("QueueResult") not in LEFT_BY:
        return await _left_the_line(hotline, claim, state, form)
    if is_left_behind(state, key) and _late(state, key, form) is None:
        return await stored_reply(hotline.db, claim) or go_on(hotline, state)

    fresh: CallState | None = state

    async def build() -> WriteSet:
        nonlocal fresh
        now, fresh = fresh or await call_state(hotline.db, call_sid), None
        assert now is not None
        return await _turn(hotline, claim, now, key, form)

    _, done = await hotline.db.compute(build)
    return done.reply or go_on(hotline, state)


async def _turn(hotline: Hotline, claim: str, state: CallState, key: str, form: Mapping[str, str]) -> WriteSet:
    at_ms = hotline.clock.now_ms()
    if is_left_behind(state, key):
        late = _late(state, key, form)
        if late is not None:
            return await late_danger(hotline, claim, state, late, at_ms)
        # Somebody else moved the call between our look and our write: our claim either has its reply or none.
        return WriteSet(claim=claim, reply=go_on(hotline, state))
    given, journaled = await _input(hotline, key.partition(".")[2], form, state, at_ms)
    release = await hotline.releases.get(state.release)
    ran = await run_turn(release, hotline.services, conversation_of(state, at_ms), Resume(state.session, given))
    if isinstance(ran, Rejected):
        return WriteSet(claim=claim, reply=go_on(hotline, state))
    if is_to_join(state, ran):
        return await join_called(hotline, claim, state, ran, journaled, at_ms)
    if isinstance(given, Speech) and _said_beside(state.session, ran.session):
        journaled = Given("speech")
    write_set = write_turn(hotline, claim, state, ran, journaled, at_ms)
    if isinstance(given, Recording) and given.sid and given.duration_s:
        _keep_recording(write_set, state, given, at_ms)
    return write_set


def _said_beside(before: Session, after: Session) -> bool:
    """Words heard in line that were neither danger nor an answer: a talk beside the phone is nobody's business."""
    return before.wait == after.wait == "queue" and not after.alarm


def _late(state: CallState, key: str, form: Mapping[str, str]) -> Late | None:
    """Danger told just before the end of the call, whose end was heard first."""
    read = INPUTS.get(key.partition(".")[2])
    return Late.told(state, *read(form)) if read else None


async def _input(
    hotline: Hotline, purpose: str, form: Mapping[str, str], state: CallState, at_ms: int
) -> tuple[Input, Given]:
    if purpose == "wait":
        return await queue_tick(hotline.db, state, at_ms), Given("tick")
    return INPUTS.get(purpose, _silence)(form)


def _keys(form: Mapping[str, str]) -> tuple[Input, Given]:
    if form.get("SpeechResult"):
        text = form["SpeechResult"][:1000]
        return Speech(text, _confidence(form.get("Confidence", ""))), Given("speech", private={"text": text})
    keys = form.get("Digits")
    if keys is None:
        return _silence(form)
    # A menu key tells nothing of the caller; longer entries are account numbers and the like.
    if len(keys) > 1:
        return Digits(keys), Given("digits", {"length": len(keys)}, {"keys": keys})
    return Digits(keys), Given("digits", {"keys": keys})


def _silence(_: Mapping[str, str]) -> tuple[Input, Given]:
    return Silence(), Given("silence")


def _recorded(form: Mapping[str, str]) -> tuple[Input, Given]:
    sid, seconds = form.get("RecordingSid", ""), _whole(form.get("RecordingDuration", ""))
    ended_by = form.get("Digits", "")
    key = ended_by if ended_by in ("#", "*", "0", "8") else ""
    if (not sid or not seconds) and key in ("", "#"):
        return _silence(form)  # any other key is an answer, though nothing was said before it
    return Recording(sid, seconds, key), Given("recording", {"recording_sid": sid, "duration_s": seconds})


def _not_taken(form: Mapping[str, str]) -> tuple[Input, Given]:
    result = LEFT_BY[form["QueueResult"]]
    return QueueLeft(result), Given("left", {"result": result})


INPUTS: Mapping[str, Callable[[Mapping[str, str]], tuple[Input, Given]]] = {
    "keys": _keys,
    "silence": _silence,
    "recorded": _recorded,
    "left": _not_taken,
}


async def _left_the_line(hotline: Hotline, claim: str, state: CallState, form: Mapping[str, str]) -> Reply:
    """The call is out of the carrier's queue: gone, moved by us, or on our word to go on outside."""
    result = form.get("QueueResult", "")
    if result == "hangup" or form.get("CallStatus") == "completed":
        await call_ended(hotline, form["CallSid"], f"left:{result}")
        return Reply(EMPTY)
    if result not in ("leave", ""):  # none is told when the carrier asks once more after its fallback
        return Reply(EMPTY)

    async def build() -> WriteSet:
        now = await call_state(hotline.db, form["CallSid"])
        assert now is not None
        write_set = WriteSet(claim=claim, reply=Reply(now.after_leave) if now.after_leave else go_on(hotline, now))
        change_session(write_set, now, now.session, hotline.clock.now_ms(), parked=False)
        return write_set

    _, done = await hotline.db.compute(build)
    return done.reply or go_on(hotline, state)


def is_left_behind(state: CallState, key: str) -> bool:
    """Whether the call has gone on since the URL with this key was given out."""
    return key.partition(".")[0] != str(state.turn)


def go_on(hotline: Hotline, state: CallState) -> Reply:
    """Where the call is now: it waits, or is asked again by silence."""
    session = state.session
    if session.ended:
        return GONE
    return Reply(response(redirect(hotline.urls.turn(state.turn, "wait" if session.wait == "queue" else "silence"))))


def _keep_recording(write_set: WriteSet, state: CallState, given: Recording, at_ms: int) -> None:
    write_set.put(
        RecordingRow,
        recording_id=new_id(at_ms),
        recording_sid=given.sid,
        contact_id=state.contact_id,
        purpose="caller",
        state="completed",
        duration_s=given.duration_s,
        at=at_ms,
    )


def _confidence(text: str) -> float:
    try:
        return min(1.0, max(0.0, float(text)))
    except ValueError:
        return 0.0


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
