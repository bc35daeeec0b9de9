"""The compiled, frozen form of a release: what the interpreter walks. No validation happens here any more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ivr_flows.effects import Gather, Scalar
from ivr_flows.texts import Label, Texts

Ref: TypeAlias = tuple[str, str]
RETURN: Ref = ("@return", "")

HUMAN, EMERGENCY, SMS = "human", "emergency", "sms"
"""Flows that rules jump to by name; every release has them."""


@dataclass(frozen=True, slots=True)
class Goal:
    name: str
    keys: int
    seconds: int
    given: Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class Say:
    prompt: str
    next: Ref


@dataclass(frozen=True, slots=True)
class Option:
    key: str
    to: Ref
    label: str
    set: Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class Menu:
    """`gathers` holds the finished `Gather` for (language, slow, speech)."""

    prompt: str
    options: Mapping[str, Option]
    language: bool
    speech: bool
    tries: int
    on_exhausted: Ref
    on_silence: Ref | None
    gathers: Mapping[tuple[str, bool, bool], Gather]


@dataclass(frozen=True, slots=True)
class Pick:
    prompt: str
    item: str
    source: str
    next: Ref
    other: Ref
    timeout_s: int
    tries: int
    on_exhausted: Ref


@dataclass(frozen=True, slots=True)
class Collect:
    prompt: str
    store: str
    min: int
    max: int
    next: Ref
    on_star: Ref
    timeout_s: int
    tries: int
    on_exhausted: Ref


@dataclass(frozen=True, slots=True)
class Record:
    prompt: str
    store: str
    purpose: str
    max_s: int
    next: Ref
    on_empty: Ref


@dataclass(frozen=True, slots=True)
class Argument:
    """A literal, or (`variable` set) the value of a variable; left out when that is empty and not
    `required`.
    """

    name: str
    literal: Scalar
    variable: str | None
    required: bool


@dataclass(frozen=True, slots=True)
class Service:
    """A `lookup`, or with `writes` an `act`. `gives` lists the variables of each outcome."""

    service: str
    writes: bool
    args: tuple[Argument, ...]
    on: Mapping[str, Ref]
    gives: Mapping[str, tuple[str, ...]]
    on_error: Ref
    timeout_s: int


@dataclass(frozen=True, slots=True)
class Case:
    var: str
    test: str
    operand: tuple[Scalar, ...]
    to: Ref
    set: Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class Branch:
    cases: tuple[Case, ...]
    otherwise: Ref


@dataclass(frozen=True, slots=True)
class Set:
    literals: Mapping[str, Scalar]
    copies: Mapping[str, str]
    next: Ref


@dataclass(frozen=True, slots=True)
class Call:
    flow: str
    next: Ref


@dataclass(frozen=True, slots=True)
class Enqueue:
    prompt: str
    queue: str
    reason: str
    skills: tuple[str, ...]
    boost_s: int
    learned: tuple[str, ...]
    repeat: str | None
    callback: str | None
    survey: str | None
    next: Ref
    on_left: Ref


@dataclass(frozen=True, slots=True)
class Leave:
    result: str
    next: Ref


@dataclass(frozen=True, slots=True)
class Word:
    words: tuple[str, ...]
    to: Ref
    alone: Ref | None
    lang: str | None


@dataclass(frozen=True, slots=True)
class Keyword:
    source: str
    store: str
    words: tuple[Word, ...]
    digit: Ref
    otherwise: Ref


@dataclass(frozen=True, slots=True)
class Sms:
    prompt: str
    to: str
    next: Ref


@dataclass(frozen=True, slots=True)
class Hangup:
    prompt: str | None


Node: TypeAlias = (
    Say | Menu | Pick | Collect | Record | Service | Branch | Set | Call | Enqueue | Leave | Keyword | Sms | Hangup
)


@dataclass(frozen=True, slots=True)
class Flow:
    id: str
    start: str
    needs: tuple[str, ...]
    gives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Release:
    """One published set of flows and prompts. `text` is its canonical JSON, `hash` the sha256 of that."""

    hash: str
    text: str
    flows: Mapping[str, Flow]
    nodes: Mapping[Ref, Node]
    goals: Mapping[Ref, Goal]
    texts: Mapping[str, Texts]

    def start_of(self, flow: str) -> Ref:
        return flow, self.flows[flow].start

    def label(self, lang: str, name: str) -> Label:
        return self.texts[lang].labels[name]
