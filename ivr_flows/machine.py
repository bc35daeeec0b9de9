"""The interpreter: `start` and `resume`, pure. Facts and inputs in, a session and effects out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ivr_flows import hazards, recognise
from ivr_flows.asking import ANSWERING, ASKING
from ivr_flows.effects import Act, HangUp, SetLanguage, Value
from ivr_flows.graph import EMERGENCY, HUMAN, RETURN, SMS, Call, Enqueue, Keyword, Ref, Release, Service
from ivr_flows.inputs import (
    ActResult,
    AgentUnavailable,
    Choice,
    Digits,
    HungUp,
    Input,
    LookupResult,
    QueueLeft,
    QueueTick,
    Recording,
    Silence,
    Speech,
    TalkEnded,
    Text,
)
from ivr_flows.run import MAX_TEXT, TO_EMERGENCY, TO_HUMAN, Run, Step
from ivr_flows.session import Channel, Rejected, Session, Turn
from ivr_flows.steps import PASSING, take_answer
from ivr_flows.waiting import back_in_line, keyed, left, talk_ended, tick, unavailable

MAX_NODES = 50
MAX_TURNS = 200
MAX_DEPTH = 5

_ENTER: Mapping[type, Callable[[Run, Any], Step]] = {**PASSING, **ASKING}
_SAID = (Digits, Speech, Silence, Text, Choice)
_ANSWERS = (*_SAID, Recording)
_ACCEPTS: Mapping[str, tuple[type, ...]] = {
    "menu": _SAID,
    "digits": _SAID,
    "record": (Recording, Silence, Text, Speech),
    "lookup": (LookupResult,),
    "act": (ActResult,),
    "queue": (Digits, Speech, Silence, Text, QueueTick),
}
_IN_LINE: Mapping[type, Callable[[Run, Enqueue, Any], Step]] = {
    QueueTick: tick,
    QueueLeft: left,
    TalkEnded: talk_ended,
    AgentUnavailable: unavailable,
}


def start(release: Release, flow_id: str, facts: Mapping[str, Value], at_ms: int) -> Turn:
    """Begin `flow_id`. `facts` are those of `variables.FACTS` with what they imply, and `lang`."""
    channel: Channel = facts["channel"]  # type: ignore[assignment]
    known = {name: value for name, value in facts.items() if name != "lang"}
    known["said_text"] = str(facts.get("said_text", ""))[:MAX_TEXT]
    begin = release.start_of(flow_id)
    run = Run(release, Session(release.hash, channel, str(facts["lang"]), (begin,), known, 0, "menu"), at_ms)
    return _advance(run, _alarm(run, str(facts.get("said_text", ""))) or begin)


def resume(release: Release, session: Session, given: Input, at_ms: int) -> Turn | Rejected:
    """Go on with one input. Rejected (session unchanged) when the wait does not take it."""
    if session.release != release.hash:
        raise ValueError(f"session of release {session.release}, given {release.hash}")
    if session.wait == "ended":
        return Rejected("the session has ended")
    run = Run(release, session, at_ms)
    kind = type(given)
    if isinstance(given, HungUp):
        return _hung_up(run, session, given)
    if kind in _IN_LINE:
        return _event_in_line(run, session, given)
    if kind not in _ACCEPTS[session.wait]:
        return Rejected(f"waiting for {session.wait}, not for {kind.__name__}")
    if session.turn >= MAX_TURNS and not session.line:
        run.note("limit", "turns")
        run.keep({"why": "limit"})
        return _advance(run, TO_HUMAN) if session.frames[0][0] != HUMAN else _break_off(run)
    if isinstance(given, Text | Speech):
        jump = _alarm(run, given.text) or _keyword(run, given)
        if jump:
            return _advance(run, jump)
    step = _answer(run, session, given)
    if isinstance(given, _ANSWERS) and not isinstance(step, str):
        run.told = ()
    return _go_on(run, step)


def danger(release: Release, session: Session, at_ms: int, text: str = "") -> Turn | Rejected:
    """Take the emergency branch from a session that has ended: danger was told, and the caller gone before it was
    heard. Rejected when the branch was taken before.
    """
    if session.alarm:
        return Rejected("the emergency branch was taken")
    run = Run(release, session, at_ms)
    if text:
        run.keep({"danger_text": text[:MAX_TEXT]})
    return _advance(run, TO_EMERGENCY)


def _answer(run: Run, session: Session, given: Input) -> Step:
    if session.wait == "queue":
        return keyed(run, run.queue()[1], given)  # type: ignore[arg-type]
    node = run.node
    node = run.node
    if isinstance(node, Service):
        return take_answer(run, node, given)  # type: ignore[arg-type]
    return ANSWERING[type(node)](run, node, given)


def _go_on(run: Run, step: Step) -> Turn:
    if isinstance(step, str):
        return run.turn(step)
    run.tries = run.silences = 0
    return _advance(run, step)


def _alarm(run: Run, text: str) -> Ref | None:
    """Words of danger take the emergency branch, once."""
    word = None if run.alarm or not text else hazards.find(text)
    if not word:
        return None
    run.note("hazard", word)
    if run.channel == "sms" and (lang := hazards.language(text)) != run.lang:
        run.lang = lang
        run.effects.append(SetLanguage(lang))
    run.keep({"danger_text": text[:MAX_TEXT]})
    return TO_EMERGENCY


def _keyword(run: Run, given: Text | Speech) -> Ref | None:
    """A keyword begins anew on SMS, whatever was being asked."""
    if run.channel != "sms" or SMS not in run.release.flows:
        return None
    begin = run.release.start_of(SMS)
    node = run.release.nodes[begin]
    if not isinstance(node, Keyword) or recognise.sort_message(node, given.text)[0] is None:
        return None
    run.keep({node.source: given.text[:MAX_TEXT]})
    run.frames = [begin]
    return begin


def _event_in_line(run: Run, session: Session, given: Input) -> Turn | Rejected:
    kind = type(given)
    if not session.line or (kind is QueueTick and session.wait != "queue"):
        return Rejected(f"not in line, so no {kind.__name__}")
    return _go_on(run, _IN_LINE[kind](run, run.queue()[1], given))


def _advance(run: Run, step: Step) -> Turn:
    """Visit nodes until one waits or ends."""
    nodes = run.release.nodes
    for _ in range(MAX_NODES):
        if isinstance(step, str):
            return run.turn(step)
        if step == RETURN:
            step = _returned(run)
            continue
        if not step[1]:
            step = _jump(run, step[0])
            continue
        if len(run.frames) > MAX_DEPTH:
            break
        run.frames[-1] = step
        run.path.append(f"{step[0]}.{step[1]}")
        node = nodes[step]
        step = _ENTER[type(node)](run, node)
    run.note("limit", "nodes")
    return _break_off(run)


def _returned(run: Run) -> Step:
    run.frames.pop()
    if not run.frames:
        run.effects.append(HangUp())
        run.frames.append(run.release.start_of(HUMAN))
        return "ended"
    node = run.node
    if isinstance(node, Enqueue):
        return back_in_line(run, node) if run.line else node.next
    if not isinstance(node, Call):
        raise TypeError(f"returned to {run.frames[-1]}, which called nothing")
    return node.next


def _jump(run: Run, flow: str) -> Step:
    """Leave everything for `flow`.

    Whoever asks for a human while in line is in the right place already; in danger the human is the emergency
    desk.
    """
    if flow == HUMAN and run.alarm and not run.line:
        flow = EMERGENCY
    if flow == HUMAN and run.line:
        return back_in_line(run, run.queue()[1])
    if flow == EMERGENCY:
        run.alarm = True
        run.leave_line("emergency")
    begin = run.release.start_of(flow)
    run.frames = [begin]
    run.told = ()
    return begin


def _break_off(run: Run) -> Turn:
    """A flow that does not come to rest ends politely."""
    run.say("rule.broken")
    run.effects.append(HangUp())
    return run.turn("ended")


def _hung_up(run: Run, session: Session, given: HungUp) -> Turn:
    """Gone before anyone spoke to the caller: after an alarm a call-back stands at the head; one that had been promised
    before this call stands again (rule 22)."""
    phone = run.vars.get("caller", "")
    args: dict[str, Value] = {"phone": phone}
    if not phone or given.talked:
        return run.turn("ended")
    if run.alarm:
        args |= {"queue": "emergency", "reason": "caller_gone"}
        run.effects.append(Act("callback.book", args, 4, resume=False))
    elif session.wait == "queue" and run.vars.get("matter") == "callback":
        args |= {"queue": "phone", "reason": "asked"}
        run.effects.append(Act("callback.book", args, 4, resume=False))
    return run.turn("ended")
