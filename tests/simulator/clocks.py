"""Instants, durations and counts that the simulator keeps for itself, beside those the core writes on its rows."""

from typing import Any

from routing import commands as c
from routing import events as e
from routing.types import AgentState, Availability, DeadlineKind, Kind, Mode, OfferState, Presence, TaskState
from tests.simulator.book import DANGER, Book, Violated

T = TaskState
GRACE_MS = 30_000
TALK_MS = 7_200_000
CONNECT_MS = {Kind.CALLBACK: 90_000}


class Clocks:
    def __init__(self, book: Book) -> None:
        self.book = book
        self.now = 0
        self.configured_at = 0
        self.attempts = 3
        self.entered: dict[str, int] = {}
        self.urgent: set[str] = set()
        """Chats that were in danger at some time: their steps may have been taken then."""
        self.began: dict[str, int] = {}
        """When each task came into its state, or was last asked about."""
        self.lost: dict[str, int] = {}
        self.held: dict[str, int] = {}
        self.hold_ms: dict[str, int] = {}
        self.talk_ms: dict[str, int] = {}
        self.ahead: set[str] = set()
        """Tasks whose wrap-up was sent while they still talked."""
        self.dials: dict[str, int] = {}
        self.grace: dict[str, int] = {}
        self.misses: dict[str, int] = {}
        self.rests: dict[str, tuple[tuple[str, int], ...]] = {}
        self.existing: frozenset[str] = frozenset()
        self.unmanned: dict[str, bool] = {}

    def observe(
        self,
        event: e.Event,
        commands: list[c.Command],
        changed: Any,
        before: dict[str, TaskState],
        alone: tuple[str, list[str], bool],
    ) -> None:
        """`before` are the states of the changed tasks before the event, `alone` is whose offer or task the event
        names, the queues of which that agent is the last one staffed, and whether a call besides keeps them."""
        self.now = self.book.now
        tell = _TOLD.get(type(event))
        if tell is not None:
            tell(self, event, before)
        self._tasks(commands, changed, before, alone)
        for agent in changed.agents.values():
            self._presence(event, agent)
        for offer in changed.offers.values():
            self._ringing(offer)
        flags = [command for command in commands if type(command) is c.FlagUnmanned]
        if flags:
            self._flagged(flags)
        if isinstance(event, e.DeadlineReached):
            if event.kind is DeadlineKind.OFFER:
                self._miss(event.id, commands, changed, alone)
        elif isinstance(event, e.CustomerUnanswered):
            self._dial(changed.tasks[event.task_id])
        elif isinstance(event, e.OfferAccepted):
            self._answered(changed.offers[event.offer_id].queue)

    def _tasks(
        self,
        commands: list[c.Command],
        changed: Any,
        before: dict[str, TaskState],
        alone: tuple[str, list[str], bool],
    ) -> None:
        asked = [command.task_id for command in commands if type(command) is c.CheckTask]
        for no, task in changed.tasks.items():
            was = before.get(no)
            self._spans(task, was)
            self._deadline(task, was, no in asked)
            self._stage(task)
            if task.rests is not self.rests.get(no, ()):
                self._pauses(task, alone)

    def _configured(self, event: Any, _: dict[str, TaskState]) -> None:
        self.configured_at, self.attempts = self.now, event.config.callback_attempts
        if self.existing:
            self.unmanned |= dict.fromkeys(self.book.configured - self.existing, False)
        self.existing = self.book.existing

    def _hold_started(self, event: Any, _: dict[str, TaskState]) -> None:
        self.held[event.task_id] = self.now

    def _hold_ended(self, event: Any, _: dict[str, TaskState]) -> None:
        self._unhold(event.task_id)

    def _leg_lost(self, event: Any, _: dict[str, TaskState]) -> None:
        self.lost[event.task_id] = self.now

    def _leg_rejoined(self, event: Any, _: dict[str, TaskState]) -> None:
        del self.lost[event.task_id]
        self.began[event.task_id] = self.now

    def _wrapped(self, event: Any, before: dict[str, TaskState]) -> None:
        if before.get(event.task_id) is T.TALKING:
            self.ahead.add(event.task_id)

    def _disconnected(self, event: Any, _: dict[str, TaskState]) -> None:
        self.grace[event.agent_no] = self.now + GRACE_MS

    def _unhold(self, task_id: str) -> None:
        since = self.held.pop(task_id, None)
        if since is not None:
            self.hold_ms[task_id] = self.hold_ms.get(task_id, 0) + self.now - since

    def _spans(self, task: Any, before: TaskState | None) -> None:
        """How long was talked and held; a wrap-up that was sent ahead is over with the talk."""
        no = task.task_id
        if task.state is T.TALKING and before is not T.TALKING:
            self.talk_ms[no] = self.talk_ms.get(no, 0) - self.now
            self.misses[task.agent_no] = 0
        elif before is T.TALKING and task.state is not T.TALKING:
            self.talk_ms[no] += self.now
            self._unhold(no)
            self.lost.pop(no, None)
            if no in self.ahead and task.state is T.WRAPPING:
                raise Violated("wrap-up", f"{no} was wrapped up ahead and still keeps {task.agent_no}")
            self.ahead.discard(no)
        if task.hold_ms != self.hold_ms.get(no, 0):
            raise Violated("duration", f"{no} was held {self.hold_ms.get(no, 0)} ms, says {task.hold_ms}")
        if task.state is not T.TALKING and task.talk_ms != self.talk_ms.get(no, 0):
            raise Violated("duration", f"{no} talked {self.talk_ms.get(no, 0)} ms, says {task.talk_ms}")

    def _deadline(self, task: Any, before: TaskState | None, asked: bool) -> None:
        no, state = task.task_id, task.state
        if before is not state or asked:
            self.began[no] = self.now
        due = self.began[no]
        if state is T.CONNECTING:
            due += CONNECT_MS.get(task.kind, 30_000)
        elif state is T.WRAPPING:
            if before is T.WRAPPING:
                return
            due += self.book.queues[task.queue].wrap_up_s * 1000
        elif state is T.TALKING:
            due = self.lost[no] + GRACE_MS if no in self.lost else due + TALK_MS
        else:
            return
        if task.deadline_at != due:
            raise Violated("deadline", f"{no} is {state.value} until {task.deadline_at}, not {due}")

    def _stage(self, task: Any) -> None:
        """No step of the widening is taken before its time, counted from the entry into this queue."""
        entered = self.entered.setdefault(task.task_id, self.now)
        if task.entered_at != entered:
            raise Violated("entered", f"{task.task_id} came at {entered}, says {task.entered_at}")
        if task.mode is Mode.WEB and task.boost_s >= 86_400:
            self.urgent.add(task.task_id)
        if task.stage and task.state is T.WAITING and entered >= self.configured_at:
            steps = DANGER if task.task_id in self.urgent else self.book.queues[task.queue].widen
            due = sum(entered + step.after_s * 1000 <= self.now for step in steps)
            if task.stage > due:
                raise Violated("widening", f"{task.task_id} waits {self.now - entered} ms at stage {task.stage}")

    def _pauses(self, task: Any, alone: tuple[str, list[str], bool]) -> None:
        """A pair rests for the queue's time, at least a second; the last one staffed 15 s at most."""
        known = self.rests.get(task.task_id, ())
        self.rests[task.task_id] = task.rests
        for no, until in task.rests:
            if (no, until) not in known:
                pause = max(1000, self.book.queues[task.queue].cooldown_s * 1000)
                pause = min(pause, 15_000) if no == alone[0] and task.queue in alone[1] else pause
                if until != self.now + pause:
                    raise Violated("cool-down", f"{no} rests from {task.task_id} {until - self.now} ms, not {pause}")

    def _flagged(self, flags: list[c.FlagUnmanned]) -> None:
        for command in flags:
            self.unmanned[command.queue] = command.unmanned
        for name in dict.fromkeys(command.queue for command in flags):
            self.check_unmanned(name)

    def check_unmanned(self, queue: str) -> None:
        """Unmanned are queues that nobody staffs, and those whose only agent left a caller unanswered who waits."""
        if queue not in self.book.configured:
            return
        staffed = self.book.staffed(queue)
        if not staffed and not self.unmanned.get(queue, True):
            raise Violated("unmanned", f"nobody staffs {queue}, which is not called unmanned")
        if staffed and self.unmanned.get(queue, False) and not self.book.missed_by_the_last(queue):
            raise Violated("unmanned", f"{queue} is staffed by {staffed} and called unmanned")

    def _answered(self, queue: str) -> None:
        if queue in self.book.configured and self.unmanned.get(queue, True) and self.book.staffed(queue):
            raise Violated("unmanned", f"{queue} is answered by {self.book.staffed(queue)} and called unmanned")

    def _presence(self, event: e.Event, agent: Any) -> None:
        due = self.grace.get(agent.agent_no) if agent.presence is Presence.LOST else None
        if agent.deadline_at != due:
            raise Violated(
                "presence", f"{agent.agent_no}, {agent.presence.value}, until {agent.deadline_at}, not {due}"
            )
        came = isinstance(event, e.AgentStateSet) and event.state is Availability.AVAILABLE
        if came and agent.idle_since == self.now:
            self.misses[agent.agent_no] = 0

    def _ringing(self, offer: Any) -> None:
        if offer.state is OfferState.PENDING:
            due = self.entered.setdefault(offer.offer_id, self.now)
            due += self.book.queues[offer.queue].offer_timeout_s * 1000
            if offer.deadline_at != due and due >= self.configured_at:
                raise Violated("deadline", f"{offer.offer_id} rings until {offer.deadline_at}, not {due}")

    def _miss(self, offer_id: str, commands: list[c.Command], changed: Any, alone: tuple[str, list[str], bool]) -> None:
        """As many missed offers in a row as configured, and no fewer, put an agent on a break."""
        offer = changed.offers[offer_id]
        agent = self.book.agents[offer.agent_no]
        if agent.duty or agent.crew or offer.mode is Mode.FIELD or alone[2]:
            return
        missed = self.misses[agent.agent_no] = self.misses.get(agent.agent_no, 0) + 1
        paused = any(
            isinstance(x, c.SetAgentState) and (x.agent_no, x.state) == (agent.agent_no, AgentState.BREAK)
            for x in commands
        )
        enough = missed >= self.book.queues[offer.queue].misses_until_break
        if paused and not enough:
            raise Violated("break", f"{agent.agent_no} was put on a break after {missed} missed")
        if enough and not paused and not alone[1] and agent.availability is Availability.AVAILABLE:
            raise Violated("break", f"{agent.agent_no} missed {missed} and is not put on a break")
        if paused:
            self.misses[agent.agent_no] = 0

    def _dial(self, task: Any) -> None:
        if task.kind is Kind.CALLBACK:
            tried = self.dials[task.task_id] = self.dials.get(task.task_id, 0) + 1
            if (task.state is T.CANCELED) != (tried >= self.attempts):
                raise Violated("dials", f"{task.task_id} is {task.state.value} after {tried} of {self.attempts} calls")


_TOLD: dict[type[e.Event], Any] = {
    e.ConfigChanged: Clocks._configured,
    e.HoldStarted: Clocks._hold_started,
    e.HoldEnded: Clocks._hold_ended,
    e.LegLost: Clocks._leg_lost,
    e.LegRejoined: Clocks._leg_rejoined,
    e.WrapUpCompleted: Clocks._wrapped,
    e.AgentDisconnected: Clocks._disconnected,
}
