"""Standing in line: what is said and when, keys while waiting, and what follows."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from ivr_flows import hazards, recognise
from ivr_flows.graph import EMERGENCY, Enqueue
from ivr_flows.inputs import (
    AgentUnavailable,
    Digits,
    QueueLeft,
    QueueTick,
    Silence,
    Speech,
    TalkEnded,
    Text,
)
from ivr_flows.run import TO_EMERGENCY, Run, Step
from ivr_flows.session import Line

SAY_AGAIN_MS = 60_000
LISTEN_S = 10
Keyed: TypeAlias = Digits | Speech | Text | Silence


def tick(run: Run, node: Enqueue, given: QueueTick) -> Step:
    """Say what may be said now, and listen for a key."""
    line = Line(node.queue) if given.first or run.line is None else run.line
    if node.repeat:
        run.say(node.repeat)
        if given.note == "widened":
            if run.filled("emergency_no"):
                run.say("queue.registered")
            run.say("queue.widened")
    elif given.first or run.at_ms - line.said_at_ms >= SAY_AGAIN_MS:
        run.line = _say_place(run, line, given)
        if given.callback_offered and node.callback:
            run.say("queue.offer")
    return _listen(run)


def _say_place(run: Run, line: Line, given: QueueTick) -> Line:
    place = line.place
    if given.ahead is not None:
        place = given.ahead if place is None else min(place, given.ahead)
        if place == 0 and given.note != "unmanned":
            run.say("queue.next")
        elif place:
            run.say("queue.place", {"ahead": place})
    else:
        run.say("queue.kept")
    if given.note == "unmanned":
        run.say("queue.nobody")
    elif given.note == "calling":
        run.say("queue.calling")
    elif given.low_min is not None and given.high_min is not None:
        low = max(1, given.low_min)
        run.say("queue.estimate", {"low": low, "high": max(low + 1, given.high_min)})
    return replace(line, place=place, said_at_ms=run.at_ms)


def _listen(run: Run) -> Step:
    """Keys, and words: whoever waits must be heard when danger comes."""
    run.listen(1, LISTEN_S, speech=True, hints=hazards.HINTS[run.lang])
    return "queue"


def back_in_line(run: Run, node: Enqueue) -> Step:
    """The caller, out of a dialogue beside the line, waits on."""
    del run.frames[run.queue()[0] + 1 :]
    run.tries = run.silences = 0
    run.say(node.repeat or "queue.kept")
    return _listen(run)


def keyed(run: Run, node: Enqueue, given: Keyed) -> Step:
    """A key while waiting: 2 books a callback, 8 is an emergency, everything else waits on."""
    key = None
    if isinstance(given, Digits):
        key = given.keys
    elif isinstance(given, Text) or (isinstance(given, Speech) and given.confidence >= recognise.SURE):
        key = recognise.key(given.text, [("2", "callback")], run.release.texts[run.lang].labels)
    if key == "8" and not node.repeat:
        return TO_EMERGENCY
    if key == "2" and node.callback:
        run.silences = 0
        start = run.release.start_of(node.callback)
        run.frames.append(start)
        return start
    if key in ("0", "1", "*"):
        run.say(node.repeat or "queue.kept")
    return _listen(run)


def unavailable(run: Run, _node: Enqueue, _given: AgentUnavailable) -> Step:
    del run.frames[run.queue()[0] + 1 :]
    run.say("queue.unavailable")
    return _listen(run)


def left(run: Run, node: Enqueue, given: QueueLeft) -> Step:
    del run.frames[run.queue()[0] + 1 :]
    run.line = None
    run.note("queue_left", given.result)
    run.keep({"promised": given.promised})
    return node.on_left


def talk_ended(run: Run, node: Enqueue, given: TalkEnded) -> Step:
    """On to the survey if there is to be one, else on. After an emergency there is none."""
    del run.frames[run.queue()[0] + 1 :]
    run.line = None
    run.alarm = False
    if node.survey and given.survey and given.outcome == "answered" and given.queue != EMERGENCY:
        start = run.release.start_of(node.survey)
        run.frames.append(start)
        return start
    return node.next
