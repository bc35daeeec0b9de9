"""A small call centre for tests: a core, a clock, and sentences to drive them with."""

import json
from collections.abc import Sequence
from typing import Any, TypeVar

from routing import events as ev
from routing.commands import Command, IgnoreEvent, MakeOffer
from routing.config import parse
from routing.core import Core
from routing.types import Agent, Availability, DeadlineKind, Mode, Offer, Task
from tests.routing.telling import Teller

C = TypeVar("C", bound=Command)

PHONE: dict[str, Any] = {"queues": {"phone": {}}}


class Floor:
    """Applies events, checks every invariant after each, and lets time pass with its deadlines."""

    def __init__(self, config: dict[str, Any] | None = None, *, teller: Teller | None = None) -> None:
        self.document = config or PHONE
        self.core = Core(parse(self.document))
        self.now = 0
        self.out: list[Command] = []
        self.teller = teller
        self.deadlines_now = 0
        self.count = 0

    def do(self, event: ev.Event) -> list[Command]:
        same = isinstance(event, ev.DeadlineReached) and event.at == self.core.now
        self.deadlines_now = self.deadlines_now + 1 if same else 0
        assert self.deadlines_now < 200, "a deadline that is reached comes again at the same instant, without end"
        commands = self.core.apply(event)
        self.core.check()
        self.core.check(full=True)
        self.out += commands
        if self.teller is not None:
            self.teller.tell(self.core, event, commands)
        return commands

    def at(self, seconds: float) -> "Floor":
        """Let time pass until `seconds`, with every deadline on its instant."""
        until = round(seconds * 1000)
        while (due := self.next_due()) is not None and due[0] <= until:
            self.now = max(self.now, due[0])
            self.do(ev.DeadlineReached(self.now, due[1], due[2], due[0]))
        self.now = until
        return self

    def next_due(self) -> tuple[int, DeadlineKind, str] | None:
        s = self.core.state
        kinds: list[tuple[DeadlineKind, dict[str, Any]]] = [
            (DeadlineKind.AGENT, s.agents),
            (DeadlineKind.OFFER, s.offers),
            (DeadlineKind.TASK, s.tasks),
        ]
        found = [
            (x.deadline_at, kind, key)
            for kind, things in kinds
            for key, x in things.items()
            if x.deadline_at is not None
        ]
        return min(found, default=None)

    def agent(
        self,
        no: str,
        skills: Sequence[tuple[str, int]] = (),
        modes: Sequence[Mode] = (Mode.PHONE,),
        *,
        areas: Sequence[str] = (),
        phone: bool = False,
        ready: bool = True,
    ) -> None:
        """Someone is there (and ready)."""
        self.do(ev.AgentProfileChanged(self.now, no, tuple(modes), tuple(skills), tuple(areas), phone))
        self.do(ev.AgentConnected(self.now, no))
        if ready:
            self.ready(no)

    def ready(self, no: str) -> list[Command]:
        return self.do(ev.AgentStateSet(self.now, no, Availability.AVAILABLE))

    def call(self, task_id: str, queue: str = "phone", **fields: Any) -> list[Command]:
        return self.do(ev.TaskQueued(self.now, task_id, f"contact-{task_id}", queue, **fields))

    def accept(self, task_id: str) -> list[Command]:
        """The agent whose offer of this task came first takes it."""
        offer = self.offer(task_id)
        return self.do(ev.OfferAccepted(self.now, offer.offer_id, offer.agent_no))

    def decline(self, task_id: str, reason: str = "busy") -> list[Command]:
        offer = self.offer(task_id)
        return self.do(ev.OfferDeclined(self.now, offer.offer_id, offer.agent_no, reason))

    def media(self, task_id: str) -> list[Command]:
        offers = self.task(task_id).offers
        return self.do(ev.MediaConnected(self.now, task_id, offers[0] if offers else ""))

    def talk(self, task_id: str) -> None:
        """Accepted, and both hear each other."""
        self.accept(task_id)
        self.media(task_id)

    def hang_up(self, task_id: str, by: str = "caller") -> list[Command]:
        return self.do(ev.TalkEnded(self.now, task_id, by))

    def wrap_up(self, task_id: str) -> list[Command]:
        return self.do(ev.WrapUpCompleted(self.now, task_id, self.task(task_id).agent_no))

    def serve(self, task_id: str) -> None:
        """The whole contact at once, wrap-up included."""
        self.talk(task_id)
        self.hang_up(task_id)
        if self.core.task(task_id) is not None:
            self.wrap_up(task_id)

    # -- reading -------------------------------------------------------------------------------------------

    def task(self, task_id: str) -> Task:
        found = self.core.task(task_id)
        assert found is not None, f"{task_id} is not open"
        return found

    def offer(self, task_id: str) -> Offer:
        found = self.core.offer(self.task(task_id).offers[0])
        assert found is not None
        return found

    def agent_of(self, no: str) -> Agent:
        found = self.core.agent(no)
        assert found is not None
        return found

    def rung(self, task_id: str) -> list[str]:
        """Whom the task rings at now."""
        return [self.core.state.offers[o].agent_no for o in self.task(task_id).offers]

    def state(self, task_id: str) -> str:
        """Of an open task its state; of an ended one what the ledger of the last event says."""
        open_task = self.core.task(task_id)
        if open_task is not None:
            return open_task.state.value
        ended = self.core.changed.tasks.get(task_id)
        return ended.state.value if ended is not None else "gone"

    def shown(self, no: str) -> str:
        return self.agent_of(no).shown.value

    def said(self, kind: type[C]) -> list[C]:
        """Commands of this kind so far."""
        return [c for c in self.out if isinstance(c, kind)]

    def last(self, kind: type[C]) -> C:
        return self.said(kind)[-1]

    def reload(self) -> None:
        """Go on from the snapshot, as after a restart."""
        self.core = Core.load(json.loads(json.dumps(self.core.snapshot())))


def ignored(commands: list[Command]) -> str:
    """The reason, if the event was ignored."""
    (only,) = commands
    assert isinstance(only, IgnoreEvent), only
    return only.reason


def offered(commands: list[Command]) -> list[tuple[str, str]]:
    """(task, agent) of each offer made."""
    return [(c.task_id, c.agent_no) for c in commands if isinstance(c, MakeOffer)]
