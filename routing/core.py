"""The routing core: facts in, decisions out.

`apply` is deterministic: the same snapshot and the same events give the same commands, byte for byte.
"""

from collections.abc import Callable
from typing import Any

from routing import events as ev
from routing import invariants, offers, presence, snapshot, talks, tasks
from routing.commands import Command, IgnoreEvent
from routing.config import Config
from routing.deadlines import on_deadline
from routing.estimate import Estimate, estimate, expected_ms
from routing.flow import lost_offer
from routing.machines import LIVE
from routing.matching import settle
from routing.rebuild import adopt
from routing.state import Changes, State
from routing.types import Agent, Offer, Task, TransferOutcome
from routing.views import QueueView, queue_view

Handler = Callable[[State, Any], str | None]

HANDLERS: dict[type[ev.Event], Handler] = {
    ev.ConfigChanged: presence.on_config,
    ev.HoursChanged: tasks.on_hours,
    ev.TaskQueued: tasks.on_queued,
    ev.TaskAbandoned: tasks.on_abandoned,
    ev.TaskCanceled: tasks.on_canceled,
    ev.CallbackRequested: tasks.on_callback_requested,
    ev.CustomerUnanswered: tasks.on_customer_unanswered,
    ev.PriorityChanged: tasks.on_priority_changed,
    ev.TaskMoved: tasks.on_moved,
    ev.OfferAccepted: offers.on_accepted,
    ev.OfferDeclined: offers.on_declined,
    ev.OfferFailed: offers.on_failed,
    ev.MediaConnected: offers.on_media_connected,
    ev.MediaFailed: offers.on_media_failed,
    ev.LegLost: talks.on_leg_lost,
    ev.LegRejoined: talks.on_leg_rejoined,
    ev.HoldStarted: talks.on_hold_started,
    ev.HoldEnded: talks.on_hold_ended,
    ev.TalkEnded: talks.on_talk_ended,
    ev.WrapUpCompleted: talks.on_wrap_up_completed,
    ev.TransferRequested: talks.on_transfer_requested,
    ev.TransferCompleted: talks.on_transfer_completed,
    ev.TransferCanceled: talks.on_transfer_canceled,
    ev.TakenOver: talks.on_taken_over,
    ev.OutboundStarted: talks.on_outbound_started,
    ev.AgentProfileChanged: presence.on_profile,
    ev.AgentConnected: presence.on_connected,
    ev.AgentDisconnected: presence.on_disconnected,
    ev.AgentStateSet: presence.on_state_set,
    ev.ShiftEnded: presence.on_shift_ended,
    ev.PositionReported: presence.on_position,
    ev.DeadlineReached: on_deadline,
}


class Core:
    """One leader's view of everyone who waits and works."""

    def __init__(self, config: Config) -> None:
        self._s = State(config)
        adopt(self._s, config)

    @classmethod
    def load(cls, data: dict[str, Any]) -> "Core":
        """The core that `snapshot` was taken of (or rows describe); raises `CodecError` on other data."""
        core = cls.__new__(cls)
        core._s = snapshot.read(data)
        return core

    def snapshot(self) -> dict[str, Any]:
        """The whole state as JSON types."""
        return snapshot.write(self._s)

    def apply(self, event: ev.Event) -> list[Command]:
        """Take one fact; returns what must be done, and leaves in `changed` what must be stored.

        An event that does not fit gives one `IgnoreEvent` and changes nothing.
        """
        s = self._s
        s.changed.clear()
        s.out = []
        s.now = max(s.now, event.at)
        s.forget_old()
        refused = HANDLERS[type(event)](s, event)
        if refused is not None:
            return [IgnoreEvent(type(event).__name__, _ref(event), refused)]
        if s.freed or s.ready or s.emptied:
            self._settle()
        return s.out

    def _settle(self) -> None:
        s = self._s
        while s.freed or s.ready or s.emptied:
            while s.emptied:
                tasks.evacuate(s, s.emptied.pop(next(iter(s.emptied))))
            task = settle(s)
            if task is not None:
                lost_offer(s, task, TransferOutcome.UNAVAILABLE)

    @property
    def changed(self) -> Changes:
        """Live objects that the last event touched, ended ones included."""
        return self._s.changed

    @property
    def state(self) -> State:
        """For reading by checks and figures; only `apply` writes."""
        return self._s

    @property
    def now(self) -> int:
        return self._s.now

    def task(self, task_id: str) -> Task | None:
        return self._s.tasks.get(task_id)

    def offer(self, offer_id: str) -> Offer | None:
        return self._s.offers.get(offer_id)

    def agent(self, agent_no: str) -> Agent | None:
        return self._s.agents.get(agent_no)

    def place(self, task_id: str) -> int | None:
        """How many stand before this unanswered task; none if it is not one.

        An emergency may come in between: who speaks it says never more than the last time.
        """
        task = self._s.tasks.get(task_id)
        if task is None or task.state not in LIVE:
            return None
        return self._s.lines[task.queue].place(task)

    def estimate(self, task_id: str) -> Estimate | None:
        """The range of the wait that is left for an unanswered task."""
        task = self._s.tasks.get(task_id)
        if task is None or task.state not in LIVE:
            return None
        return estimate(self._s.lines[task.queue], task)

    def expected_wait_ms(self, queue: str) -> int:
        """What someone who entered `queue` now would wait; always above zero."""
        line = self._s.lines[queue]
        return max(1, expected_ms(line, len(line.order)))

    def queue(self, name: str) -> QueueView | None:
        line = self._s.lines.get(name)
        return None if line is None else queue_view(self._s, line)

    def check(self, *, full: bool = False) -> None:
        """Raise `BrokenInvariant` if the state contradicts itself; by default only what was just touched."""
        if full:
            invariants.check_all(self._s)
        else:
            invariants.check_touched(self._s)


def _ref(event: ev.Event) -> str:
    for name in ("offer_id", "task_id", "agent_no", "queue", "id"):
        value = getattr(event, name, None)
        if value is not None:
            return str(value)
    return ""
