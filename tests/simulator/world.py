"""The callers of a simulated day, who arrive, wait, talk and hang up. They see only what the core says.

A world yields (time, event) in order of time and reacts to commands and changed tasks. Noise repeats some
events, and delivers some late or out of order with the time they were made at.
"""

import heapq
from collections.abc import Callable, Iterable
from dataclasses import replace
from random import Random
from typing import Any

from routing import commands as c
from routing import events as e
from routing.types import Kind, Mode, Rule, Task, TaskState, TransferMode
from tests.simulator.plan import HOUR, MINUTE, SECOND, Plan, Stream
from tests.simulator.staff import Staff

WAITS = (TaskState.WAITING, TaskState.OFFERED, TaskState.CONNECTING)
BESIDE = (Kind.CONSULT, Kind.CONFERENCE)


class Contact:
    __slots__ = ("caller", "contact_id", "gone", "last_agent", "stream", "task_id")

    def __init__(self, contact_id: str, caller: str, stream: Stream) -> None:
        self.contact_id = contact_id
        self.caller = caller
        self.stream = stream
        self.task_id = ""
        self.last_agent = ""
        self.gone = False


class World:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.random = Random(plan.seed * 2 + 1)
        self.now = 0
        self._heap: list[tuple[int, int, Callable[..., None] | None, Any]] = []
        self._seq = 0
        self._number = 0
        self.contacts: dict[str, Contact] = {}
        self.tasks: dict[str, Task] = {}
        self.begun: dict[str, int] = {}
        """Chats and jobs that have begun, by which attempt: no media tell of it."""
        self.out: e.Event | None = None
        self.staff = Staff(self)
        for stream in plan.streams:
            self.at(self._next_arrival(stream, 0), self._arrive, stream)
        self.at(plan.ends_at, self._evening)

    def at(self, time: int, act: Callable[..., None], *args: Any) -> None:
        """Do `act` at `time`; it may `emit` one event."""
        self._seq += 1
        heapq.heappush(self._heap, (time, self._seq, act, args))

    def send(self, time: int, event: e.Event) -> None:
        """Deliver `event` at `time`, whatever its own `at` says."""
        self._seq += 1
        heapq.heappush(self._heap, (time, self._seq, None, event))

    def emit(self, event: e.Event) -> None:
        draw = self.random.random()
        noise = self.plan.noise
        if draw > noise:
            self.out = event
        elif draw > noise / 2:
            self.out = event
            self.send(self.now + self.random.randrange(20 * SECOND), event)
        else:
            self.send(self.now + self.random.randrange(10 * SECOND), event)

    @property
    def next_at(self) -> int | None:
        return self._heap[0][0] if self._heap else None

    def step(self) -> e.Event | None:
        """Take the next thing that happens; the event that it tells the core, if any."""
        self.now, _, act, given = heapq.heappop(self._heap)
        if act is None:
            event: e.Event = given
            return event
        self.out = None
        act(*given)
        return self.out

    def react(self, now: int, given: Iterable[c.Command], tasks: Iterable[Task]) -> None:
        """Watch what the core decided: `tasks` are those changed by the event."""
        self.now = now
        for task in tasks:
            self._watch(task)
        for command in given:
            respond = _RESPONSES.get(type(command))
            if respond is not None:
                respond(self, command)

    # callers

    def _next_arrival(self, stream: Stream, now: int) -> int:
        rate = stream.per_hour[min(now // HOUR, 23)]
        for start, end, factor in self.plan.storms:
            if start <= now < end:
                rate *= factor
        gap = self.random.expovariate(max(rate, 0.02)) * HOUR
        return now + 1 + int(min(gap, HOUR / 2))

    def _arrive(self, stream: Stream) -> None:
        if self.now >= self.plan.ends_at:
            return
        self.at(self._next_arrival(stream, self.now), self._arrive, stream)
        rate = stream.per_hour[min(self.now // HOUR, 23)]
        if rate < 2 and self.random.random() > rate / 2:
            return
        self._number += 1
        self._call(Contact(f"c{self._number}", f"p{self._number}", stream))

    def _call(self, contact: Contact, resumes: str = "") -> None:
        random, stream = self.random, contact.stream
        self.contacts[contact.contact_id] = contact
        contact.task_id = f"t{contact.contact_id[1:]}"
        self.at(self.now + int(random.expovariate(1 / stream.patience_s) * SECOND), self._lose_patience, contact)
        work = stream.field_work
        area = random.choice(("north", "south", "east", "west", "")) if work else ""
        placed = work and random.random() < 0.8
        self.emit(
            e.TaskQueued(
                self.now,
                contact.task_id,
                contact.contact_id,
                stream.queue,
                boost_s=random.choice(stream.boosts),
                skills=random.choice(stream.skills),
                prefer=("yue",) if random.random() < 0.05 else (),
                caller=contact.caller,
                last_agent=contact.last_agent or (self.staff.anyone() if random.random() < 0.05 else ""),
                area=area,
                x=random.randrange(100) if placed else None,
                y=random.randrange(100) if placed else None,
                resumes=resumes,
            )
        )

    def _lose_patience(self, contact: Contact) -> None:
        task = self.tasks.get(contact.task_id)
        if contact.gone or (task is not None and (task.state not in WAITS or task.kind is Kind.CALLBACK)):
            return
        contact.gone = True
        self.emit(e.TaskAbandoned(self.now, contact.task_id))
        if self.random.random() < self.plan.habits.redial:
            self.at(self.now + self.random.randrange(1, 8 * MINUTE), self._redial, contact)

    def _redial(self, before: Contact) -> None:
        if self.now < self.plan.ends_at:
            self._number += 1
            again = Contact(f"c{self._number}", before.caller, before.stream)
            task = self.tasks.get(before.task_id)
            open_callback = task is not None and task.kind is Kind.CALLBACK and task.state in WAITS
            self._call(again, before.task_id if open_callback else "")

    def _watch(self, task: Task) -> None:
        """Follow a task as it is now; the row itself is kept by the core and read here only."""
        known = task.task_id in self.tasks
        self.tasks[task.task_id] = task
        if (
            task.mode is not Mode.PHONE
            and task.state is TaskState.TALKING
            and task.attempt != self.begun.get(task.task_id)
        ):
            self.begun[task.task_id] = task.attempt
            self._talk(task.task_id, task.agent_no)
        if known or task.kind in BESIDE:
            return
        contact = self.contacts.get(task.contact_id)
        if contact is not None:
            contact.task_id = task.task_id
            if self.random.random() < 0.02:
                self.at(self.now + self.random.randrange(2 * MINUTE), self._meddle, task)

    def _meddle(self, task: Task) -> None:
        """A supervisor changes a priority or moves someone; a customer cancels."""
        draw = self.random.random()
        queues = [name for name, t in self.plan.document["queues"].items() if t["mode"] == task.mode.value]
        if draw < 0.5:
            self.emit(e.PriorityChanged(self.now, task.task_id, self.random.choice((0, 120, 1200, 86_400))))
        elif draw < 0.85:
            self.emit(e.TaskMoved(self.now, task.task_id, self.random.choice(queues)))
        else:
            self.emit(e.TaskCanceled(self.now, task.task_id))

    # the media between both

    def connect(self, command: c.ConnectTask) -> None:
        random, habits = self.random, self.plan.habits
        soon = self.now + random.randrange(200, 3 * SECOND)
        draw = random.random()
        task_id, offer_id = command.task_id, command.offer_id
        task = self.tasks[task_id]
        if task.attempt > 1 and random.random() < 0.05:
            self.at(self.now + 150, self.tell, e.MediaConnected, task_id, f"{task_id}.{task.attempt - 1}")
        if task.kind is Kind.CALLBACK and random.random() > habits.customer_answers:
            self.at(soon, self.tell, e.CustomerUnanswered, task_id)
        elif draw < habits.media_up:
            self.at(soon, self._media_up, command)
        elif draw < habits.media_up + habits.media_fails:
            self.at(soon, self.tell, e.MediaFailed, task_id, offer_id)

    def tell(self, kind: type[e.Event], *ids: Any) -> None:
        self.emit(kind(self.now, *ids))

    def _media_up(self, command: c.ConnectTask) -> None:
        self.emit(e.MediaConnected(self.now, command.task_id, command.offer_id))
        self._talk(command.task_id, command.agent_no)

    def _talk(self, task_id: str, agent_no: str) -> None:
        """Draw how long they talk, chat or work on site, and what happens meanwhile."""
        task = self.tasks[task_id]
        contact = self.contacts.get(task.contact_id)
        talk_s = contact.stream.talk_s if contact is not None else 120.0
        if task.kind in BESIDE:
            talk_s = 60.0
        talk = int(self.random.expovariate(1 / talk_s) * SECOND)
        self.at(self.now + talk, self.end_talk, task_id)
        if contact is not None:
            contact.last_agent = agent_no
        self._plan_talk(task_id, agent_no, talk)

    def _plan_talk(self, task_id: str, agent_no: str, talk: int) -> None:
        random, habits = self.random, self.plan.habits
        if random.random() < habits.hold:
            begin = self.now + random.randrange(talk + 1)
            self.at(begin, self.tell, e.HoldStarted, task_id)
            self.at(begin + random.randrange(MINUTE), self.tell, e.HoldEnded, task_id)
        if random.random() < habits.transfer:
            self.at(self.now + random.randrange(talk + 1), self._transfer, task_id, agent_no)
        if random.random() < habits.lose_leg:
            begin = self.now + random.randrange(talk + 1)
            self.at(begin, self.tell, e.LegLost, task_id, agent_no)
            self.at(begin + random.randrange(50 * SECOND), self.tell, e.LegRejoined, task_id, agent_no)
        if random.random() < habits.wrap_ahead:
            self.at(self.now + random.randrange(talk + 1), self.wrap_up, task_id)
        if random.random() < habits.take_over:
            self.at(self.now + random.randrange(talk + 1), self.tell, e.TakenOver, task_id, self.staff.anyone())

    def _transfer(self, task_id: str, agent_no: str) -> None:
        random = self.random
        mode = random.choice((TransferMode.COLD, TransferMode.COLD, TransferMode.WARM, TransferMode.CONFERENCE))
        to_agent = self.staff.someone_there() if random.random() < 0.6 else ""
        to_queue = "" if to_agent else random.choice(list(self.plan.document["queues"]))
        self.emit(e.TransferRequested(self.now, task_id, agent_no, mode, to_agent, to_queue))
        if mode is not TransferMode.COLD:
            later = self.now + random.randrange(90 * SECOND)
            done = e.TransferCompleted if random.random() < 0.6 else e.TransferCanceled
            self.at(later, self.tell, done, task_id, agent_no)

    def end_talk(self, task_id: str) -> None:
        task = self.tasks[task_id]
        contact = self.contacts.get(task.contact_id)
        if contact is not None and task.kind not in BESIDE:
            contact.gone = True
            if self.random.random() < self.plan.habits.call_again:
                self.at(self.now + self.random.randrange(1, 2 * MINUTE), self._redial, contact)
        if self.random.random() < self.plan.habits.cut_off:
            self.emit(e.TaskAbandoned(self.now, task_id))
            return
        self.emit(e.TalkEnded(self.now, task_id, self.random.choice(("agent", "customer"))))
        if self.random.random() < self.plan.habits.wrap_by_hand:
            later = self.now + self.random.randrange(-2 * SECOND, 40 * SECOND)
            self.at(max(later, self.now), self.wrap_up, task_id)

    def wrap_up(self, task_id: str) -> None:
        self.emit(e.WrapUpCompleted(self.now, task_id, self.tasks[task_id].agent_no))

    # what the core asks of callers

    def diverted(self, command: c.DivertTask) -> None:
        contact = self.contacts.get(self.tasks[command.task_id].contact_id) if command.task_id in self.tasks else None
        if contact is not None and command.rule is not Rule.CALLBACK:
            contact.gone = True

    def callback_offered(self, command: c.OfferCallback) -> None:
        if self.random.random() < self.plan.habits.callback:
            soon = self.now + self.random.randrange(20 * SECOND)
            self.at(soon, self.tell, e.CallbackRequested, command.task_id)

    def checked(self, command: c.CheckTask) -> None:
        task = self.tasks[command.task_id]
        contact = self.contacts.get(task.contact_id)
        if contact is None or contact.gone:
            self.at(self.now + SECOND, self._report_gone, task.task_id)

    def _report_gone(self, task_id: str) -> None:
        waits = self.tasks[task_id].state in WAITS
        self.emit((e.TaskAbandoned if waits else e.TalkEnded)(self.now, task_id))

    def _evening(self, round_: int = 0) -> None:
        """After the last arrival everyone still there hangs up, every hour until nothing is open."""
        self.plan = replace(self.plan, noise=0.0)
        for task in self.tasks.values():
            if task.state in WAITS or task.state is TaskState.TALKING:
                self.at(self.now + self.random.randrange(HOUR), self._report_gone, task.task_id)
        if round_ < 3:
            self.at(self.now + 2 * HOUR, self._evening, round_ + 1)


_RESPONSES: dict[type[c.Command], Callable[[World, Any], None]] = {
    c.MakeOffer: lambda world, command: world.staff.ring(command),
    c.ConnectTask: World.connect,
    c.DivertTask: World.diverted,
    c.OfferCallback: World.callback_offered,
    c.CheckTask: World.checked,
    c.SetAgentState: lambda world, command: world.staff.set_by_rule(command),
}
