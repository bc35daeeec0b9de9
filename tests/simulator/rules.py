"""The rules that are checked after every event, in the simulator's own words."""

from collections.abc import Iterable
from typing import Any

from routing import commands as c
from routing import events as e
from routing.types import (
    AgentState,
    Availability,
    DeadlineKind,
    Kind,
    Mode,
    OfferState,
    TaskState,
)
from tests.simulator.book import LAG_MS, AgentRecord, Book, TaskRecord, Violated
from tests.simulator.clocks import Clocks
from tests.simulator.counts import Counts
from tests.simulator.danger import Danger
from tests.simulator.handing import Handing
from tests.simulator.offering import check_best, check_idle_beside_waiting, check_nearest, check_offers
from tests.simulator.places import Places

T = TaskState
ENDS = frozenset((T.DONE, T.ABANDONED, T.OVERFLOWED, T.CALLBACK_BOOKED, T.TRANSFERRED, T.CANCELED))
_UNANSWERED = ENDS - {T.DONE}
ONWARD: dict[TaskState, frozenset[TaskState]] = {
    T.WAITING: frozenset((T.WAITING, T.OFFERED, T.CONNECTING, T.TALKING)) | _UNANSWERED,
    T.OFFERED: frozenset((T.WAITING, T.OFFERED, T.CONNECTING, T.TALKING)) | _UNANSWERED,
    T.CONNECTING: frozenset((T.WAITING, T.OFFERED, T.CONNECTING, T.TALKING)) | _UNANSWERED,
    T.TALKING: frozenset((T.WAITING, T.OFFERED, T.TALKING, T.WRAPPING)) | ENDS,
    T.WRAPPING: frozenset((T.WRAPPING, T.DONE, T.TRANSFERRED)),
}
"""What one event may do to a task; it may pass through several states at once."""
_REFUSALS: dict[type[e.Event], str] = {e.OfferDeclined: "offer_id", e.OfferFailed: "offer_id", e.MediaFailed: "task_id"}
_ANSWERS = (e.OfferAccepted, e.OfferDeclined, e.OfferFailed)
_OF_OFFERS = frozenset((*_ANSWERS, e.MediaConnected, e.MediaFailed))
_IN_DOUBT = (OfferState.PENDING, T.CONNECTING, T.TALKING)
FULL_EVERY = 512
FEW = 40
"""Up to so many at work, the choice among them is checked each time, else with the full check."""


class Rules:
    def __init__(self, book: Book) -> None:
        self.book = book
        self.number = 0
        self.now = 0
        self.online: set[str] = set()
        self.wishes: dict[str, Availability] = {}
        self.rests: dict[tuple[str, str], int] = {}
        self.wrapping: dict[str, tuple[int, int]] = {}
        self.wrapped: set[str] = set()
        self.returned: set[str] = set()
        """Transfers that failed: the giver gets the caller back and need not finish the wrap-up first."""
        self.counts = Counts()
        self.gaps: dict[str, int] = {}
        self.clocks = Clocks(book)
        self.handing = Handing(book)
        self.stood = ("", 0)
        self.danger = Danger(book)
        self.places = Places()

    def observe(self, event: e.Event, commands: list[c.Command], changed: Any) -> None:
        """`changed` has the dicts tasks, offers, agents that the event touched."""
        self.number += 1
        self.now = now = max(self.now, event.at)
        full = self.number % FULL_EVERY == 0
        book = self.book
        book.now = now
        ignored = bool(commands) and type(commands[0]) is c.IgnoreEvent
        alone = self._alone(event)
        self._before(event, ignored, changed)
        if ignored:
            self._check_untouched(event, changed)
        else:
            self._observe(event, commands, changed, alone, full)
        if self.danger.urgent:
            self.danger.check()
        if full:
            check_idle_beside_waiting(book, now, (), book.agents.values(), True)
            self._check_overdue()
            for name in book.configured:
                self.clocks.check_unmanned(name)

    def _observe(
        self, event: e.Event, commands: list[c.Command], changed: Any, alone: tuple[str, list[str], bool], full: bool
    ) -> None:
        book, now = self.book, self.now
        made: list[c.MakeOffer] = []
        for command in commands:
            if type(command) is c.MakeOffer:
                made.append(command)
            elif type(command) is c.ReportTransfer:
                self.returned.add(command.task_id)
        if changed.agents:
            book.read_agents(changed.agents.values())
        before = {no: book.tasks[no].state for no in changed.tasks if no in book.tasks}
        tasks = [self._task(event, task, before.get(no)) for no, task in changed.tasks.items()]
        for offer in changed.offers.values():
            book.read_offer(offer)
        self.counts.check(event, changed.lines)
        self.clocks.observe(event, commands, changed, before, alone)
        self.handing.observe(event, commands, changed, before)
        for command in commands:
            check = _COMMANDS.get(type(command))
            if check is not None:
                check(self, event, command)
        self._check_loads(changed.agents)
        self._check_offer_sets(tasks)
        if made:
            self._check_rests(made)
            check_offers(book, now, made, full)
            self._check_turns(made, full)
        agents = [book.agents[no] for no in changed.agents]
        waiting = [t for t in tasks if t.state is T.WAITING]
        check_idle_beside_waiting(book, now, waiting, agents, full)

    @staticmethod
    def _check_untouched(event: e.Event, changed: Any) -> None:
        if changed.tasks or changed.offers or changed.agents or changed.lines:
            raise Violated("ignored", f"{event} does not fit and changed something")

    # before the book is brought up to date

    def _before(self, event: e.Event, ignored: bool, changed: Any) -> None:
        kind = type(event)
        if kind is e.DeadlineReached:
            self._check_deadline(event, ignored, changed)  # type: ignore[arg-type]
        elif kind is e.ConfigChanged:
            self.book.configure(event.config)  # type: ignore[attr-defined]
        else:
            if not ignored and kind in _OF_OFFERS:
                self._check_whose(event)
            note = _EVENTS.get(kind)
            if note is not None:
                note(self, event, ignored)

    def _check_deadline(self, event: e.DeadlineReached, ignored: bool, changed: Any) -> None:
        holders: dict[DeadlineKind, dict[str, Any]] = {
            DeadlineKind.TASK: self.book.tasks,
            DeadlineKind.OFFER: self.book.offers,
            DeadlineKind.AGENT: self.book.agents,
        }
        record = holders[event.kind].get(event.id)
        due = record.deadline_at if record is not None else None
        touched = getattr(changed, f"{event.kind.value}s").get(event.id)
        if due != event.due_at:
            if not ignored or changed.tasks or changed.offers or changed.agents:
                raise Violated("stale", f"{event.kind.value} {event.id}: {event.due_at} obeyed, {due} stands")
        elif touched is None or (touched.deadline_at == due and self._stands(event)):
            raise Violated("deadline", f"{event.kind.value} {event.id}: {due} was reached and stands")
        if event.kind is DeadlineKind.OFFER and due == event.due_at:
            self._missed(event.id)

    def _stands(self, event: e.DeadlineReached) -> bool:
        """The same instant may be set anew for what comes next; more than three times is a loop."""
        before, times = self.stood
        self.stood = (event.id, times + 1 if before == event.id else 1)
        return self.stood[1] > 3

    def _missed(self, offer_id: str) -> None:
        """The pair of this offer rests from now on: the queue's time, 15 s for the last one staffed."""
        offer = self.book.offers.get(offer_id)
        if offer is None or offer.state is not OfferState.PENDING:
            return
        queue = self.book.queues[offer.queue]
        rest = queue.cooldown_s * 1000
        last_resort = self.book.agents[offer.agent_no].duty or bool(self.book.last_staffed(offer.agent_no))
        if rest > 15_000 and last_resort:
            rest = 15_000
        self.rests[offer.task_id, offer.agent_no] = self.now + rest

    def _alone(self, event: Any) -> tuple[str, list[str], bool]:
        """Whose offer or task may come to nothing, the queues of which that agent is the last one staffed, and whether
        a call besides is in that agent's hands or rings there."""
        kind = type(event)
        if kind is not e.DeadlineReached and kind not in _REFUSALS:
            return "", [], False
        ref = event.id if kind is e.DeadlineReached else getattr(event, _REFUSALS[kind])
        record = self.book.offers.get(ref) or self.book.tasks.get(ref)
        no = record.agent_no if record is not None and record.state in _IN_DOUBT else ""
        if record is None or not no:
            return "", [], False
        return no, self.book.last_staffed(no), self.book.agents[no].phone > (record.mode is Mode.PHONE)

    def _heard(self, event: Any, ignored: bool) -> None:
        if isinstance(event, e.AgentConnected):
            self.online.add(event.agent_no)
        elif isinstance(event, e.AgentDisconnected):
            self.online.discard(event.agent_no)
        elif isinstance(event, e.AgentStateSet):
            if event.state is Availability.AVAILABLE and not ignored:
                self._comes(event.agent_no)
            self.wishes[event.agent_no] = event.state
        elif isinstance(event, e.ShiftEnded):
            self.wishes[event.agent_no] = Availability.OFFLINE

    def _check_whose(self, event: Any) -> None:
        """What names another agent's offer, or an offer that is over, must be ignored."""
        offer = self.book.offers.get(event.offer_id)
        if offer is None:
            return
        if isinstance(event, _ANSWERS):
            if offer.state is not OfferState.PENDING:
                raise Violated("accept", f"{type(event).__name__} of {offer.offer_id}, which is {offer.state.value}")
            if getattr(event, "agent_no", offer.agent_no) != offer.agent_no:
                raise Violated("accept", f"{type(event).__name__} of {offer.offer_id}, which is {offer.agent_no}'s")
        elif offer.state is not OfferState.ACCEPTED:
            raise Violated("media", f"{type(event).__name__} of {offer.offer_id}, which is {offer.state.value}")

    def _unanswered(self, event: Any, ignored: bool) -> None:
        if not ignored:
            urgent = self.book.queues[self.book.tasks[event.task_id].queue].urgent
            gap_ms = min(self.book.callback_gap_ms, 60_000) if urgent else self.book.callback_gap_ms
            self.gaps[event.task_id] = self.now + gap_ms

    def _comes(self, agent_no: str) -> None:
        agent = self.book.agents.get(agent_no)
        if agent is not None and agent.availability is not Availability.AVAILABLE:
            agent.idle_since = self.now

    def _declined(self, event: Any, ignored: bool) -> None:
        if not ignored:
            self._missed(event.offer_id)

    def _wrapped(self, event: Any, ignored: bool) -> None:
        self.wrapped.add(event.task_id)

    # tasks

    def _task(self, event: e.Event, task: Any, before: TaskState | None) -> TaskRecord:
        book = self.book
        known = book.tasks.get(task.task_id)
        place = (known.queued_at, known.boost_s) if known is not None else None
        record = book.read_task(task)
        self.counts.note(record, before)
        if before is not None and record.state not in ONWARD.get(before, ()):
            raise Violated("transition", f"{task.task_id}: {before.value} to {record.state.value}")
        if place != (record.queued_at, record.boost_s):
            self.places.check(event, record, place)
        self._check_wrap(event, record, before)
        if record.state in ENDS:
            self.danger.over(task.task_id)
            if record.deadline_at is not None:
                raise Violated("deadline", f"{task.task_id} has ended and keeps {record.deadline_at}")
        elif record.deadline_at is None and record.state is not T.OFFERED:
            raise Violated("deadline", f"{task.task_id} is {record.state.value} without a deadline")
        elif (book.queues[record.queue].urgent or record.written_danger) and record.kind.value in (
            "contact",
            "transfer",
            "callback",
        ):
            self.danger.mind(record)
        return record

    def _check_wrap(self, event: e.Event, record: TaskRecord, before: TaskState | None) -> None:
        if record.state is T.WRAPPING and before is not T.WRAPPING:
            self.wrapping[record.task_id] = (self.now, self.book.queues[record.queue].wrap_up_s * 1000)
        if record.state in (T.DONE, T.TRANSFERRED) and before in (T.WRAPPING, T.TALKING):
            began, wrap = self.wrapping.pop(record.task_id, (self.now, self.book.queues[record.queue].wrap_up_s * 1000))
            agent = self.book.agents[record.agent_no] if record.agent_no else None
            excused = record.task_id in self.wrapped or agent is None or not self._at_work(agent)
            excused = excused or record.task_id in self.returned
            if not excused and self.now < began + wrap:
                raise Violated("wrap-up", f"{record.task_id} of {record.agent_no}: {self.now - began} of {wrap} ms")

    def _at_work(self, agent: AgentRecord) -> bool:
        return agent.presence.value == "online" and self.wishes.get(agent.agent_no) is Availability.AVAILABLE

    # offers and agents

    def _check_offer_sets(self, tasks: Iterable[TaskRecord]) -> None:
        for task in tasks:
            pending = self.book.offers_of.get(task.task_id)
            if (task.state is T.OFFERED) != bool(pending):
                raise Violated("withdraw", f"{task.task_id} is {task.state.value} with offers {pending or []}")

    def _check_rests(self, made: list[c.MakeOffer]) -> None:
        for offer in made:
            self._check_rest(offer)

    def _check_rest(self, made: c.MakeOffer) -> None:
        until = self.rests.get((made.task_id, made.agent_no), 0)
        if until > self.now:
            raise Violated("cool-down", f"{made.agent_no} rests from {made.task_id} for {until - self.now} ms more")
        if self.gaps.get(made.task_id, 0) > self.now:
            raise Violated("gap", f"{made.agent_no} got {made.task_id} before the callback's gap was over")
        no = made.agent_no
        record = self.book.agents[no]
        if record.duty:
            return
        if self.wishes.get(no) is not Availability.AVAILABLE or (no not in self.online and not record.crew):
            raise Violated("presence", f"{no} got {made.task_id} and is not there")

    def _check_turns(self, made: list[c.MakeOffer], full: bool) -> None:
        book = self.book
        if full or len(book.idle[made[0].mode]) <= FEW:
            for offer in made:
                check_best(book, offer)
        if len(made) == 1:
            check_nearest(book, made[0])
        for offer in made:
            book.turn += 1
            book.agents[offer.agent_no].turn = book.turn

    def _check_loads(self, agents: dict[str, Any]) -> None:
        for no, agent in agents.items():
            mine = self.book.agents[no]
            if (agent.phone_load, agent.web_load, agent.field_load) != (mine.phone, mine.web, mine.field):
                raise Violated(
                    "load",
                    f"{no} says {(agent.phone_load, agent.web_load, agent.field_load)}, "
                    f"has {(mine.phone, mine.web, mine.field)}",
                )
            if agent.wrapping != mine.wrapping:
                raise Violated("wrap-up", f"{no} says {agent.wrapping} wrap-ups, has {mine.wrapping}")

    # commands

    def _connects(self, event: e.Event, command: c.ConnectTask) -> None:
        offer = self.book.offers.get(command.offer_id)
        task = self.book.tasks[command.task_id]
        if task.state is not T.CONNECTING or task.agent_no != command.agent_no:
            raise Violated("accept", f"{command.task_id} connects {command.agent_no}, is {task.state.value}")
        if isinstance(event, e.OfferAccepted) and (offer is None or event.offer_id != command.offer_id):
            raise Violated("accept", f"{command.offer_id} connects by {event.offer_id}")

    def _sets(self, event: e.Event, command: c.SetAgentState) -> None:
        no = command.agent_no
        if command.state in (AgentState.BREAK, AgentState.OFFLINE, AgentState.TRAINING):
            self.wishes[no] = Availability(command.state.value)
        if command.state is AgentState.BREAK and command.reason in ("missed", "leg_failed"):
            agent = self.book.agents[no]
            if agent.crew:
                raise Violated("crew", f"{no} was put on a break by a missed offer")
            for name in self.book.configured:
                queue = self.book.queues[name]
                suits = queue.mode in agent.modes and all(agent.skills.get(s, 0) >= lv for s, lv in queue.skills)
                if suits and queue.mode is not Mode.FIELD and not self.book.staffed(name):
                    raise Violated("last staffed", f"{no} was put on a break, {name} has nobody")

    def _alarms(self, event: e.Event, command: c.RaiseAlarm) -> None:
        self.danger.alarmed.add(command.task_id)

    def _diverts(self, event: e.Event, command: c.DivertTask) -> None:
        task = self.book.tasks[command.task_id]
        if task.kind is not Kind.CONTACT or self.book.queues[task.queue].urgent:
            raise Violated("divert", f"{task.task_id}, {task.kind.value} in {task.queue}: {command.reason}")

    def _check_overdue(self) -> None:
        for rows in (self.book.dated_tasks, self.book.dated_offers):
            for ref, record in rows.items():
                if record.deadline_at is not None and record.deadline_at < self.now - 2 * LAG_MS:
                    raise Violated("deadline", f"{ref}: {record.deadline_at} is long past at {self.now}")
        for record in self.book.dated_tasks.values():
            if record.state is T.WAITING and 0 < record.personal_until < self.now - 3 * LAG_MS:
                raise Violated("last agent", f"{record.task_id} waited for {record.last_agent} long enough")

    def check_end(self) -> None:
        """When the day is over and everyone has left, nothing is open and nobody holds anything."""
        for task in self.book.tasks.values():
            if task.state not in ENDS:
                raise Violated("end", f"{task.task_id} is still {task.state.value}")
        for agent in self.book.agents.values():
            if agent.phone or agent.web or agent.field or agent.wrapping:
                raise Violated("end", f"{agent.agent_no} still holds something")


_EVENTS: dict[type[e.Event], Any] = {
    e.AgentConnected: Rules._heard,
    e.AgentDisconnected: Rules._heard,
    e.AgentStateSet: Rules._heard,
    e.ShiftEnded: Rules._heard,
    e.OfferDeclined: Rules._declined,
    e.OfferFailed: Rules._declined,
    e.WrapUpCompleted: Rules._wrapped,
    e.CustomerUnanswered: Rules._unanswered,
}
_COMMANDS: dict[type[c.Command], Any] = {
    c.ConnectTask: Rules._connects,
    c.SetAgentState: Rules._sets,
    c.RaiseAlarm: Rules._alarms,
    c.DivertTask: Rules._diverts,
}
