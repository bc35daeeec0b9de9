"""What a turn wants done in the world. The interpreter returns these; the shell renders and runs them.

Order matters: a turn's effects are done in the order given. `Say`s that stand before a `Gather` belong inside
it, so that the caller may interrupt them. `Lookup`, `Act`, `Gather`, `Record` and `HangUp` are always the
last of a turn, but for an `Act` whose `resume` is False, which is done without an answer (the caller is
already gone).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

Scalar: TypeAlias = str | int | bool
Value: TypeAlias = Scalar | dict[str, str] | list[dict[str, Scalar]]


@dataclass(frozen=True, slots=True)
class Say:
    """Text ready to be spoken or written; `prompt` is its key in the prompt files (for the journal and
    recordings).
    """

    text: str
    lang: str
    prompt: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One button of a chat menu. `value` comes back in `inputs.Choice`."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Gather:
    """Wait for keys, speech or text.

    `num_digits` set: exactly one key press of that many digits ends it. None: `finish_on_key` ends it.
    `timeout_s` is the silence after which `inputs.Silence` is due, `interdigit_s` the one after the last
    digit. `hints` are words the recogniser should expect; `speech` False means keys only.
    """

    num_digits: int | None
    finish_on_key: str
    timeout_s: int
    interdigit_s: int
    speech: bool
    hints: tuple[str, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """Record the caller until silence, `finish_on_key` or `max_s`. `purpose` names what it is kept for."""

    max_s: int
    finish_on_key: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """Read something. Answer with `inputs.LookupResult`, within `timeout_s` (later: outcome `timeout`)."""

    service: str
    args: Mapping[str, Value]
    timeout_s: int


@dataclass(frozen=True, slots=True)
class Act:
    """Write something, in the same commit as this turn. Answer with `inputs.ActResult` unless `resume` is
    False.
    """

    service: str
    args: Mapping[str, Value]
    timeout_s: int
    resume: bool = True


@dataclass(frozen=True, slots=True)
class Enqueue:
    """Put the caller in line. The shell then resumes with `QueueTick`, keys, `QueueLeft` or `TalkEnded`.

    `learned` is what the tree found out, for the agent's screen. `skills` are required, the language is
    preferred.
    """

    queue: str
    skills: tuple[str, ...]
    boost_s: int
    reason: str
    lang: str
    learned: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Leave:
    """Take the caller out of the line. `result`: `callback` (a booked callback keeps the place) or
    `emergency`.
    """

    result: str


@dataclass(frozen=True, slots=True)
class SendSms:
    """Send one text to `to` (E.164)."""

    to: str
    text: str
    prompt: str


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """The caller chose a language; worth remembering for the next contact."""

    lang: str


@dataclass(frozen=True, slots=True)
class Note:
    """A fact for the journal that no other effect shows: `hazard`, `gave_up`, `limit`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the conversation."""


Effect: TypeAlias = Say | Gather | Record | Lookup | Act | Enqueue | Leave | SendSms | SetLanguage | Note | HangUp
