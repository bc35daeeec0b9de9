"""The shape of a queue and its figures; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.usecases.shapes.base import Shape, iso_or_none
from routing.config import Target

BOARD_STATES = ("available", "offered", "talking", "wrapping", "break")


class QueueShape(Shape):
    """A queue now and today, as on the wallboard.

    Service level = answered within the target (`in_time`) ÷ (answered + abandoned, `counted`), in percent; null while
    there is neither. A queue of crews counts jobs: answered is accepted, abandoned is withdrawn before.
    """

    name: str
    mode: str
    waiting: int
    longest_wait_s: int
    oldest_at: str | None
    agents: dict[str, int]
    offered: int
    answered: int
    abandoned: int
    service_level: float | None
    in_time: int
    counted: int
    target_percent: int
    target_within_s: int
    asa_s: int | None
    aht_s: int | None
    estimate_s: int | None


@dataclass(frozen=True, slots=True)
class Served:
    """A contact in one queue today: how long it waited there, what became of it there (`answered`, `abandoned` or
    neither), and how long it took when it was done."""

    wait_ms: int
    handle_ms: int | None
    answered: bool
    abandoned: bool


@dataclass(frozen=True, slots=True)
class QueueNow:
    """What a queue is and who stands in it."""

    name: str
    mode: str
    target: Target
    waiting_since: Sequence[int]
    estimate_s: int | None
    agents: Mapping[str, int]


def service_level(served: Sequence[Served], within_s: int) -> float | None:
    """The percentage answered within the target, of those answered or abandoned; one decimal."""
    in_time, counted = in_time_of(served, within_s)
    return round(100 * in_time / counted, 1) if counted else None


def in_time_of(served: Sequence[Served], within_s: int) -> tuple[int, int]:
    """How many were answered within the target, and of how many that were answered or abandoned."""
    counted = sum(each.answered or each.abandoned for each in served)
    return sum(each.answered and each.wait_ms <= within_s * 1000 for each in served), counted


def queue_shape(queue: QueueNow, served: Sequence[Served], now_ms: int) -> QueueShape:
    """The figures of one queue."""
    oldest = min(queue.waiting_since, default=None)
    answered = [each for each in served if each.answered]
    in_time, counted = in_time_of(served, queue.target.within_s)
    return QueueShape(
        name=queue.name,
        mode=queue.mode,
        waiting=len(queue.waiting_since),
        longest_wait_s=max(0, now_ms - oldest) // 1000 if oldest is not None else 0,
        oldest_at=iso_or_none(oldest),
        agents={state: queue.agents.get(state, 0) for state in BOARD_STATES},
        offered=len(served),
        answered=len(answered),
        abandoned=sum(each.abandoned for each in served),
        service_level=service_level(served, queue.target.within_s),
        in_time=in_time,
        counted=counted,
        target_percent=queue.target.percent,
        target_within_s=queue.target.within_s,
        asa_s=_mean_s([each.wait_ms for each in answered]),
        aht_s=_mean_s([each.handle_ms for each in answered if each.handle_ms is not None]),
        estimate_s=queue.estimate_s,
    )


def _mean_s(lengths_ms: Sequence[int]) -> int | None:
    return round(sum(lengths_ms) / len(lengths_ms) / 1000) if lengths_ms else None
