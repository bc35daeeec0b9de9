"""The working state of one turn: what nodes read and change before it is frozen into a session again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from ivr_flows.compile import INTERDIGIT_S, SLOWER
from ivr_flows.effects import Choice, Effect, Gather, Leave, Note, Say, Value
from ivr_flows.formats import Voice
from ivr_flows.graph import EMERGENCY, HUMAN, Enqueue, Node, Ref, Release
from ivr_flows.session import Line, Session, Turn, Wait

Step: TypeAlias = Ref | Wait
"""What a node says next: another node, or what it waits for."""

MAX_TEXT = 300
"""Characters kept of what a caller wrote: the session is stored at every turn, the message itself
elsewhere.
"""
TO_HUMAN: Ref = (HUMAN, "")
TO_EMERGENCY: Ref = (EMERGENCY, "")


class Run:
    """One turn under way. Created from a session (or facts), ended by `turn`."""

    __slots__ = (
        "alarm",
        "at_ms",
        "channel",
        "effects",
        "frames",
        "lang",
        "line",
        "number",
        "path",
        "release",
        "silences",
        "told",
        "tries",
        "vars",
    )

    def __init__(self, release: Release, session: Session, at_ms: int) -> None:
        self.release = release
        self.at_ms = at_ms
        self.channel = session.channel
        self.lang = session.lang
        self.frames = list(session.frames)
        self.vars: Mapping[str, Value] = session.vars
        self.number = session.turn
        self.tries = session.tries
        self.silences = session.silences
        self.line: Line | None = session.line
        self.alarm = session.alarm
        self.told = session.told
        self.effects: list[Effect] = []
        self.path: list[str] = []

    def turn(self, wait: Wait) -> Turn:
        session = Session(
            self.release.hash,
            self.channel,
            self.lang,
            tuple(self.frames),
            self.vars,
            self.number + 1,
            wait,
            self.tries,
            self.silences,
            None if wait == "ended" else self.line,
            self.alarm,
            self.told,
        )
        return Turn(session, tuple(self.effects), tuple(self.path))

    @property
    def node(self) -> Node:
        return self.release.nodes[self.frames[-1]]

    @property
    def spoken(self) -> bool:
        return self.channel == "voice"

    @property
    def slow(self) -> bool:
        return self.silences > 0 or self.vars.get("manner") == "slow"

    def keep(self, values: Mapping[str, Value]) -> None:
        """Set variables. The session's own mapping is never changed."""
        self.vars = {**self.vars, **values}

    def filled(self, name: str) -> bool:
        return self.vars.get(name, "") not in ("", [])

    def render(self, key: str, extra: Mapping[str, Any] | None = None, *, written: bool = False) -> str:
        texts = self.release.texts[self.lang]
        prompt = texts.prompts[key]
        written = written or self.channel != "voice"
        chosen = prompt.write if written else prompt.say
        if chosen.constant is not None:
            return chosen.constant
        offset = self.vars.get("tz_offset_s", 0)
        voice = Voice(self.lang, self.at_ms, offset if isinstance(offset, int) else 0, texts.terms, written)
        return chosen.render({**self.vars, **extra} if extra else self.vars, voice)

    def say(self, key: str, extra: Mapping[str, Any] | None = None) -> None:
        self.effects.append(Say(self.render(key, extra), self.lang, key))

    def say_in(self, lang: str, key: str) -> None:
        """Speak a text without variables in another language than the caller's."""
        prompt = self.release.texts[lang].prompts[key]
        chosen = prompt.say if self.channel == "voice" else prompt.write
        self.effects.append(Say(chosen.constant or "", lang, key))

    def note(self, kind: str, text: str) -> None:
        self.effects.append(Note(kind, text))

    def listen(
        self,
        digits: int | None,
        timeout_s: int,
        *,
        speech: bool = False,
        hints: tuple[str, ...] = (),
        choices: tuple[Choice, ...] = (),
    ) -> None:
        """A `Gather` made now: a menu's is made at compile time."""
        factor = SLOWER if self.slow else 1
        ending = "" if digits else "#"
        gap_s = (timeout_s if digits == 1 else INTERDIGIT_S) * factor
        self.effects.append(Gather(digits, ending, timeout_s * factor, gap_s, speech, hints, choices))

    def leave_line(self, result: str) -> None:
        if self.line:
            self.effects.append(Leave(result))
            self.line = None

    def queue(self) -> tuple[int, Enqueue]:
        """The queue that the caller stands in, and the index of its frame."""
        for index in reversed(range(len(self.frames))):
            node = self.release.nodes[self.frames[index]]
            if isinstance(node, Enqueue):
                return index, node
        raise LookupError(f"no queue in {self.frames}")
