"""A conversation in the hand: lines of text in, what the caller would hear out. For the terminal and for
tests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ivr_flows import machine
from ivr_flows.effects import (
    Act,
    Effect,
    Enqueue,
    Gather,
    HangUp,
    Leave,
    Lookup,
    Note,
    Record,
    Say,
    SendSms,
    SetLanguage,
)
from ivr_flows.graph import Release
from ivr_flows.inputs import (
    ActResult,
    AgentUnavailable,
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
from ivr_flows.session import Rejected, Session, Turn

HELP = (
    "keys: 0-9 * #   silence: empty line   speech: words   record: !seconds   queue: /tick AHEAD [LOW HIGH], "
    "/talked, /left RESULT, /unavailable   /hangup"
)


class Walk:
    """One conversation. `answers` maps a service to (outcome, values), or to a list of them, used in turn.

    The session goes through its JSON form before every turn, as in real life.
    """

    def __init__(
        self,
        release: Release,
        flow: str,
        facts: Mapping[str, Any],
        answers: Mapping[str, Any],
        at_ms: int,
    ) -> None:
        self.release = release
        self.answers = {name: list(a) if isinstance(a, list) else a for name, a in answers.items()}
        self.at_ms = at_ms
        self.effects: list[Effect] = []
        self.path: list[str] = []
        self.session = self._served(machine.start(release, flow, facts, at_ms))

    def send(self, given: Input, later_ms: int = 0) -> list[Effect] | Rejected:
        """Resume with an input, `later_ms` after the last; services are answered on the way."""
        self.at_ms += later_ms
        self.effects = []
        turn = machine.resume(self.release, Session.decode(self.session.encode()), given, self.at_ms)
        if isinstance(turn, Rejected):
            return turn
        self.session = self._served(turn)
        return self.effects

    def _served(self, turn: Turn) -> Session:
        """Run look-ups and acts until the conversation waits for a person."""
        while True:
            self.effects += turn.effects
            self.path += turn.path
            asked = turn.effects[-1] if turn.effects else None
            if turn.session.wait not in ("lookup", "act") or not isinstance(asked, Lookup | Act):
                return turn.session
            outcome, values = self._answer(asked.service)
            result = (LookupResult if isinstance(asked, Lookup) else ActResult)(outcome, values)
            after = machine.resume(self.release, Session.decode(turn.session.encode()), result, self.at_ms)
            if isinstance(after, Rejected):
                raise TypeError(after.reason)
            turn = after

    def _answer(self, service: str) -> tuple[str, Mapping[str, Any]]:
        known = self.answers.get(service, ("error", {}))
        if isinstance(known, list):
            known = known.pop(0) if known else ("error", {})
        outcome, values = known
        return outcome, values


def parse(line: str) -> Input:
    """What a typed line means; see `HELP`."""
    word, *rest = line.strip().split() or [""]
    if word == "/tick":
        ahead, *estimate = [int(number) for number in rest] or [0]
        low, high, *_ = [*estimate, None, None]
        return QueueTick(ahead, low, high, callback_offered=high is not None)
    if word in _EVENTS:
        event: Input = _EVENTS[word](rest)
        return event
    if word.startswith("!"):
        return Recording("recording", int(word[1:] or 10))
    if not word:
        return Silence()
    if len(line.strip().split()) == 1 and set(word) <= set("0123456789*#"):
        return Digits(word.rstrip("#"))
    return Speech(line.strip())


_EVENTS: Mapping[str, Any] = {
    "/talked": lambda rest: TalkEnded("answered", "phone", rest[0] if rest else "1001"),
    "/left": lambda rest: QueueLeft(rest[0] if rest else "timeout", promised="promised" in rest),
    "/unavailable": lambda _rest: AgentUnavailable(),
    "/hangup": lambda _rest: HungUp(),
    "/text": lambda rest: Text(" ".join(rest)),
}


def transcript(effects: list[Effect]) -> Iterator[str]:
    """One line for each effect, as printed by the terminal and kept in golden files."""
    for effect in effects:
        yield _SHOWN[type(effect)](effect)


def _arguments(values: Mapping[str, Any]) -> str:
    return " ".join(f"{name}={value}" for name, value in values.items())


def _gather(effect: Gather) -> str:
    how = f"{effect.num_digits} key" if effect.num_digits else "until #"
    return f"? {how}, {effect.timeout_s} s" + (", or speech" if effect.speech else "")


_SHOWN: Mapping[type, Any] = {
    Say: lambda e: f'"{e.text}"',
    Gather: _gather,
    Record: lambda e: f"? record {e.purpose}, {e.max_s} s",
    Lookup: lambda e: f"  look up {e.service} {_arguments(e.args)}",
    Act: lambda e: f"  act {e.service} {_arguments(e.args)}",
    Enqueue: lambda e: f"  enqueue {e.queue} boost={e.boost_s} reason={e.reason} {_arguments(e.learned)}".rstrip(),
    Leave: lambda e: f"  leave the line: {e.result}",
    SendSms: lambda e: f"  text to {e.to}: {e.text}",
    SetLanguage: lambda e: f"  language {e.lang}",
    Note: lambda e: f"  note {e.kind}: {e.text}",
    HangUp: lambda _e: "  hang up",
}
