"""What may wake a waiting session. Every wait says which of these it accepts; others are `Rejected`,
unchanged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from ivr_flows.effects import Value


@dataclass(frozen=True, slots=True)
class Digits:
    """Keys without the finishing `#`; `*` stays. An empty string (only `#`) counts as no answer."""

    keys: str


@dataclass(frozen=True, slots=True)
class Speech:
    """Recognised speech; `confidence` 0..1."""

    text: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Silence:
    """The timeout of a `Gather` passed, or a `Record` took nothing."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A finished recording. Hazard words of a later transcript are the shell's to act on (`hazards.find`).

    `key` is the one that ended it, empty when silence or the limit did.
    """

    sid: str
    duration_s: int
    key: str = ""


@dataclass(frozen=True, slots=True)
class LookupResult:
    """Answer to `effects.Lookup`. `outcome` as in the catalogue, or `error`/`timeout` with no values."""

    outcome: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ActResult:
    """Answer to `effects.Act`; as `LookupResult`."""

    outcome: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QueueTick:
    """The waiting caller may be told something now.

    `ahead` counts those before the caller, None when the leader's figure is too old. The estimate is a range
    in minutes, None when unknown. `callback_offered`: the estimate is long enough to offer it aloud (key 2
    works regardless). `first`: the first document of this wait. `note` "unmanned": nobody is logged in;
    "calling": it rings at an agent, so that no wait is said; "widened": nobody came, others have been alarmed.
    """

    ahead: int | None
    low_min: int | None = None
    high_min: int | None = None
    callback_offered: bool = False
    first: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class QueueLeft:
    """The line let the caller go unanswered: `closed`, `full`, `timeout`, `unmanned` or `error`. `promised`: they are
    called back at their number, with their place."""

    result: str
    promised: bool = False


@dataclass(frozen=True, slots=True)
class AgentUnavailable:
    """The agent's leg did not come up; the caller waits on, place kept."""


@dataclass(frozen=True, slots=True)
class TalkEnded:
    """The talk is over and the caller is still there. `survey`: this contact is to be asked."""

    outcome: str
    queue: str
    agent: str
    survey: bool = True


@dataclass(frozen=True, slots=True)
class Text:
    """A written message (SMS or chat)."""

    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A chat button: the `value` of one of the offered `effects.Choice`s."""

    value: str


@dataclass(frozen=True, slots=True)
class HungUp:
    """The caller is gone. Accepted at every wait. `talked`: an agent had spoken with them."""

    talked: bool = False


Input: TypeAlias = (
    Digits
    | Speech
    | Silence
    | Recording
    | LookupResult
    | ActResult
    | QueueTick
    | QueueLeft
    | AgentUnavailable
    | TalkEnded
    | Text
    | Choice
    | HungUp
)
