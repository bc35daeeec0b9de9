"""The three state machines as tables; nothing in this package changes a state without asking them."""

from collections.abc import Mapping
from enum import StrEnum

from routing.types import AgentState as A
from routing.types import OfferState as O
from routing.types import TaskState as T

_UNANSWERED = (T.ABANDONED, T.OVERFLOWED, T.CALLBACK_BOOKED, T.TRANSFERRED, T.CANCELED)

TASK: Mapping[T, tuple[T, ...]] = {
    T.WAITING: (T.OFFERED, T.CONNECTING, *_UNANSWERED),
    T.OFFERED: (T.WAITING, T.CONNECTING, *_UNANSWERED),
    T.CONNECTING: (T.WAITING, T.TALKING, T.ABANDONED, T.CANCELED),
    T.TALKING: (T.WAITING, T.WRAPPING, T.CANCELED),
    T.WRAPPING: (T.DONE, T.TRANSFERRED),
    T.DONE: (),
    T.ABANDONED: (),
    T.OVERFLOWED: (),
    T.CALLBACK_BOOKED: (),
    T.TRANSFERRED: (),
    T.CANCELED: (),
}

OFFER: Mapping[O, tuple[O, ...]] = {
    O.PENDING: (O.ACCEPTED, O.DECLINED, O.EXPIRED, O.RESCINDED, O.FAILED),
    O.ACCEPTED: (O.FAILED, O.RESCINDED),
    O.DECLINED: (),
    O.EXPIRED: (),
    O.RESCINDED: (),
    O.FAILED: (),
}

_CHOSEN = (A.OFFLINE, A.AVAILABLE, A.BREAK, A.TRAINING)
_AFTER_WORK = (*_CHOSEN, A.OFFERED, A.CONNECTING, A.TALKING, A.WRAPPING)

AGENT: Mapping[A, tuple[A, ...]] = {
    A.OFFLINE: (A.AVAILABLE, A.BREAK, A.TRAINING, A.CONNECTING, A.TALKING),
    A.AVAILABLE: (A.OFFLINE, A.BREAK, A.TRAINING, A.OFFERED, A.CONNECTING, A.TALKING),
    A.BREAK: (A.OFFLINE, A.AVAILABLE, A.TRAINING, A.CONNECTING, A.TALKING),
    A.TRAINING: (A.OFFLINE, A.AVAILABLE, A.BREAK, A.CONNECTING, A.TALKING),
    A.OFFERED: (*_CHOSEN, A.CONNECTING, A.TALKING),
    A.CONNECTING: _AFTER_WORK,
    A.TALKING: _AFTER_WORK,
    A.WRAPPING: _AFTER_WORK,
}

ENDS = frozenset(state for state, onward in TASK.items() if not onward)
LIVE = (T.WAITING, T.OFFERED, T.CONNECTING)
"""Entered and not yet answered."""


def mermaid(table: Mapping[StrEnum, tuple[StrEnum, ...]], start: StrEnum) -> str:
    """A Mermaid state diagram of one table."""
    lines = ["stateDiagram-v2", f"    [*] --> {start.value}"]
    for state, onward in table.items():
        lines += [f"    {state.value} --> {new.value}" for new in onward if new is not state]
        if not onward:
            lines.append(f"    {state.value} --> [*]")
    return "\n".join(lines)
