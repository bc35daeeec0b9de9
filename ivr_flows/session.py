"""The state of one conversation between two turns: frozen, small, and the same after a trip through JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from ivr_flows.effects import Effect, Value

Channel: TypeAlias = Literal["voice", "sms", "chat"]
Wait: TypeAlias = Literal["menu", "digits", "record", "lookup", "act", "queue", "ended"]
Frame: TypeAlias = tuple[str, str]

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
_decode = json.JSONDecoder().decode


@dataclass(frozen=True, slots=True)
class Line:
    """Where a waiting caller stands. `place` is the last one spoken; it never grows in one wait. `said_at_ms` 0 =
    nothing said.
    """

    queue: str
    place: int | None = None
    said_at_ms: int = 0


@dataclass(frozen=True, slots=True)
class Session:
    """A conversation at a wait.

    `frames` is the stack of (flow, node), innermost last; the outer ones are the calling nodes. `tries`
    counts failed inputs and `silences` silent ones at the present wait. `line` is set while the caller stands
    in a queue, also during the callback dialogue. `alarm` is set once the emergency branch was taken. `told` are the
    prompts said since the caller's last answer, before what is asked now: `*` says them again.
    """

    release: str
    channel: Channel
    lang: str
    frames: tuple[Frame, ...]
    vars: Mapping[str, Value]
    turn: int
    wait: Wait
    tries: int = 0
    silences: int = 0
    line: Line | None = None
    alarm: bool = False
    told: tuple[str, ...] = ()

    @property
    def ended(self) -> bool:
        return self.wait == "ended"

    def encode(self) -> str:
        """Compact JSON text (no spaces, UTF-8 characters as they are)."""
        line = self.line
        return _encode(
            {
                "r": self.release,
                "c": self.channel,
                "l": self.lang,
                "f": self.frames,
                "v": self.vars,
                "t": self.turn,
                "w": self.wait,
                "n": (self.tries, self.silences, int(self.alarm)),
                "q": line and (line.queue, line.place, line.said_at_ms),
                "s": self.told,
            }
        )

    @classmethod
    def decode(cls, text: str) -> Session:
        """The session that `encode` wrote."""
        raw: dict[str, Any] = _decode(text)
        tries, silences, alarm = raw["n"]
        line = raw["q"]
        return cls(
            raw["r"],
            raw["c"],
            raw["l"],
            tuple((flow, node) for flow, node in raw["f"]),
            raw["v"],
            raw["t"],
            raw["w"],
            tries,
            silences,
            line and Line(*line),
            bool(alarm),
            tuple(raw.get("s", ())),
        )

    def ending(self) -> Session:
        """This session, over."""
        return replace(self, wait="ended", line=None)


@dataclass(frozen=True, slots=True)
class Turn:
    """What came of one input: the session at its next wait, what to do, and the nodes visited
    (`flow.node`).
    """

    session: Session
    effects: tuple[Effect, ...]
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rejected:
    """The wait does not take this input (late, doubled, foreign). The session stands unchanged."""

    reason: str
