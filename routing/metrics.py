"""Figures of queues and agents, kept from what each event changed.

A queue counts its contacts and the transfers that reach it; callbacks, consults and calls out are work of
agents but no contacts offered. The wait begins when the task enters the queue, not with the voice menu.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from routing.config import Target
from routing.core import Core
from routing.machines import ENDS
from routing.types import Agent, AgentState, Kind, Offer, OfferState, Task, TaskState

COUNTED = (Kind.CONTACT, Kind.TRANSFER)
_WORK = (AgentState.CONNECTING, AgentState.TALKING, AgentState.WRAPPING)
_READY = (AgentState.AVAILABLE, AgentState.OFFERED)


class ServiceLevel(StrEnum):
    """What an early abandon does: counts against the level, is left out, counts for it; or answered only."""

    NEGATIVE = "negative"
    IGNORED = "ignored"
    POSITIVE = "positive"
    ANSWERED_ONLY = "answered_only"


@dataclass(slots=True)
class QueueFigures:
    """offered = answered + abandoned + flow_out + those still waiting."""

    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    flow_out: int = 0
    answered_within: int = 0
    abandoned_within: int = 0
    wait_ms: int = 0
    longest_wait_ms: int = 0
    handled: int = 0
    talk_ms: int = 0
    """With hold, which is also in `hold_ms`."""
    hold_ms: int = 0
    wrap_ms: int = 0

    def service_level(self, variant: ServiceLevel) -> int | None:
        """In hundredths of a percent, rounded half up; none while nothing counts."""
        good, of = self.answered_within, self.answered + self.abandoned + self.flow_out
        if variant is ServiceLevel.IGNORED:
            of -= self.abandoned_within
        elif variant is ServiceLevel.POSITIVE:
            good += self.abandoned_within
        elif variant is ServiceLevel.ANSWERED_ONLY:
            of = self.answered
        return ratio(good, of)

    def service_level_now(self, overdue: int) -> int | None:
        """As `negative`, but each counts as soon as it is answered, abandoned or past the threshold."""
        return ratio(self.answered_within, self.answered + self.abandoned + self.flow_out + overdue)

    def asa_ms(self) -> int | None:
        """Average speed of answer: the wait of the answered."""
        return mean(self.wait_ms, self.answered)

    def aht_ms(self) -> int | None:
        """Average handling time: talk with hold, and wrap-up, of those wrapped up."""
        return mean(self.talk_ms + self.wrap_ms, self.handled)

    def abandon_rate(self) -> int | None:
        return ratio(self.abandoned, self.offered)


@dataclass(slots=True)
class AgentFigures:
    since: int
    """When the state began, or the figures if that is later."""
    offered: int = 0
    accepted: int = 0
    declined: int = 0
    missed: int = 0
    withdrawn: int = 0
    failed: int = 0
    state_ms: dict[AgentState, int] = field(default_factory=lambda: dict.fromkeys(AgentState, 0))
    state: AgentState = AgentState.OFFLINE

    def occupancy(self) -> int | None:
        """(connecting + talking + wrapping) / (that + available + offered), in hundredths of a percent."""
        work = sum(self.state_ms[s] for s in _WORK)
        return ratio(work, work + sum(self.state_ms[s] for s in _READY))

    def logged_in_ms(self) -> int:
        return sum(ms for state, ms in self.state_ms.items() if state is not AgentState.OFFLINE)

    def enter(self, state: AgentState, at: int) -> None:
        self.state_ms[self.state] += at - self.since
        self.state, self.since = state, at


def ratio(part: int, of: int) -> int | None:
    return None if of <= 0 else (part * 20_000 + of) // (2 * of)


def mean(total: int, of: int) -> int | None:
    return None if of <= 0 else (2 * total + of) // (2 * of)


class Metrics:
    """Call `observe` after every event that the core applied."""

    def __init__(self) -> None:
        self.queues: dict[str, QueueFigures] = {}
        self.agents: dict[str, AgentFigures] = {}
        self._seen: dict[str, bool] = {}
        """Open tasks, and whether they were answered."""

    def observe(self, core: Core) -> None:
        for task in core.changed.tasks.values():
            if task.kind in COUNTED:
                target = core.state.lines[task.queue].queue.target
                self._task(task, self.queues.setdefault(task.queue, QueueFigures()), target)
        for offer in core.changed.offers.values():
            if not core.state.agents[offer.agent_no].duty:
                self._offer(offer, self.agents.setdefault(offer.agent_no, AgentFigures(core.now)))
        for agent in core.changed.agents.values():
            self._agent(agent, core.now)

    def _task(self, task: Task, figures: QueueFigures, target: Target) -> None:
        if task.task_id not in self._seen:
            self._seen[task.task_id] = False
            figures.offered += 1
        if task.answered_at is not None and not self._seen[task.task_id]:
            self._seen[task.task_id] = True
            wait = task.answered_at - task.entered_at
            figures.answered += 1
            figures.wait_ms += wait
            figures.longest_wait_ms = max(figures.longest_wait_ms, wait)
            figures.answered_within += wait <= target.within_s * 1000
        if task.state in ENDS:
            self._end(task, figures, target)

    def _end(self, task: Task, figures: QueueFigures, target: Target) -> None:
        assert task.ended_at is not None, "every end has its instant"
        answered = self._seen.pop(task.task_id)
        if task.wrap_at is not None:
            figures.handled += 1
            figures.talk_ms += task.talk_ms
            figures.hold_ms += task.hold_ms
            figures.wrap_ms += task.ended_at - task.wrap_at
        if answered:
            return
        if task.state is TaskState.ABANDONED:
            figures.abandoned += 1
            figures.abandoned_within += task.ended_at - task.entered_at <= target.within_s * 1000
        else:
            figures.flow_out += 1

    def _offer(self, offer: Offer, figures: AgentFigures) -> None:
        if offer.state is OfferState.PENDING:
            figures.offered += 1
        elif offer.state is OfferState.ACCEPTED:
            figures.accepted += 1
        elif offer.state is OfferState.DECLINED:
            figures.declined += 1
        elif offer.state is OfferState.EXPIRED:
            figures.missed += 1
        elif offer.state is OfferState.FAILED:
            figures.failed += 1
        else:
            figures.withdrawn += 1

    def _agent(self, agent: Agent, now: int) -> None:
        figures = self.agents.setdefault(agent.agent_no, AgentFigures(now))
        if figures.state is not agent.shown:
            figures.enter(agent.shown, now)


def overdue(core: Core, queue: str) -> int:
    """Contacts that wait longer than the queue's target; they count against the level of this moment."""
    line = core.state.lines[queue]
    limit = core.now - line.queue.target.within_s * 1000
    waiting = (core.state.tasks[task_id] for task_id in line.waiting())
    return sum(t.kind in COUNTED and t.entered_at < limit for t in waiting)
