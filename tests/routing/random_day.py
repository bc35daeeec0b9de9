"""Random events around a small floor, most of them sensible, some late, twice or out of order."""

import random
from collections.abc import Callable
from typing import Any

from routing import events as ev
from routing.config import parse
from routing.types import Availability, DeadlineKind, Kind, Leg, Mode, TransferMode
from tests.routing.floor import Floor

CONFIG: dict[str, Any] = {
    "queues": {
        "phone": {
            "wrap_up_s": 20,
            "max_size": 40,
            "max_wait_s": 600,
            "last_agent_s": 10,
            "callback_after_s": 60,
            "widen": [{"after_s": 30, "levels": 1}, {"after_s": 60, "any_agent": True}],
        },
        "en": {
            "skills": ["en:2"],
            "overflow_to": "phone",
            "overflow_after_s": 40,
            "strategy": "most_skilled",
            "on_nobody": "callback",
            "on_close": "voicemail",
        },
        "fault": {"skills": ["fault"], "strategy": "ring_all", "misses_until_break": 2},
        "emergency": {"boost_s": 86400, "skills": ["fault:2"]},
        "web": {"mode": "web", "strategy": "round_robin", "wrap_up_s": 5},
        "field": {"mode": "field", "capacity": 2},
    },
    "duty": {"phones": ["+8613800000001", "+8613800000002"]},
}
LESS: dict[str, Any] = {**CONFIG, "queues": {k: v for k, v in CONFIG["queues"].items() if k != "fault"}}
AGENTS = tuple(f"100{n}" for n in range(6))
QUEUES = tuple(CONFIG["queues"])
MODES = ((Mode.PHONE,), (Mode.PHONE,), (Mode.PHONE, Mode.WEB), (Mode.WEB,), (Mode.FIELD,))
SKILLS = ((), (("en", 2),), (("fault", 2),), (("fault", 1), ("yue", 1)))
STEPS_MS = (0, 0, 0, 100, 1000, 5000, 20_000)


class Day:
    """`pick(sequence)` chooses, so that a random generator or a shrinking one can drive it."""

    def __init__(self, floor: Floor, seed: int = 0, pick: Callable[[Any], Any] | None = None) -> None:
        self.floor = floor
        self.pick = pick or random.Random(seed).choice
        self.events: list[ev.Event] = []
        self.count = 0
        self.do(ev.ConfigChanged(0, parse(CONFIG)))
        for no in AGENTS:
            self.do(ev.AgentProfileChanged(0, no, self.pick(MODES), self.pick(SKILLS)))
            self.do(ev.AgentConnected(0, no))
            self.do(ev.AgentStateSet(0, no, Availability.AVAILABLE))

    def do(self, event: ev.Event) -> None:
        self.events.append(event)
        self.floor.do(event)

    def run(self, steps: int) -> None:
        for _ in range(steps):
            self.step()

    def step(self) -> None:
        self.pass_time(self.pick(STEPS_MS))
        kinds = (self.arrive, self.arrive, self.answer, self.answer, self.connect, self.connect, self.finish)
        self.pick((*kinds, self.finish, self.come, self.come, self.agent, self.oddity, self.repeat))()

    def pass_time(self, by_ms: int) -> None:
        """Deadlines are mostly reached on their instant, sometimes late."""
        floor = self.floor
        until = floor.now + by_ms
        if self.pick((True, True, True, False)):
            while (due := floor.next_due()) is not None and due[0] <= until:
                floor.now = max(floor.now, due[0])
                self.do(ev.DeadlineReached(floor.now, due[1], due[2], due[0]))
        floor.now = until

    def arrive(self) -> None:
        self.count += 1
        self.do(
            ev.TaskQueued(
                self.floor.now,
                f"t{self.count}",
                f"c{self.count}",
                self.pick(QUEUES),
                skills=self.pick(((), (), (("en", 1),))),
                prefer=self.pick(((), ("yue",))),
                caller=self.pick(("", "+1", "+2")),
                last_agent=self.pick(("", *AGENTS)),
                area=self.pick(("", "", "north")),
                x=self.pick((None, 3)),
                y=5,
                kind=self.pick((Kind.CONTACT, Kind.CONTACT, Kind.CONTACT, Kind.CALLBACK)),
                resumes=self.pick(("", "", self.task())),
            )
        )

    def task(self) -> str:
        return str(self.pick(tuple(self.floor.core.state.tasks) or ("t0",)))

    def holder(self, task_id: str) -> str:
        task = self.floor.core.task(task_id)
        return task.agent_no if task is not None else ""

    def current(self, task_id: str) -> str:
        task = self.floor.core.task(task_id)
        return task.offers[0] if task is not None and task.offers else ""

    def answer(self) -> None:
        offers = tuple(self.floor.core.state.offers.values())
        if not offers:
            return
        offer, now = self.pick(offers), self.floor.now
        accept = ev.OfferAccepted(now, offer.offer_id, offer.agent_no)
        decline = ev.OfferDeclined(now, offer.offer_id, offer.agent_no, "busy")
        self.do(self.pick((accept, accept, accept, decline, ev.OfferFailed(now, offer.offer_id, "refused"))))

    def connect(self) -> None:
        task_id, now = self.task(), self.floor.now
        up = ev.MediaConnected(now, task_id, self.current(task_id))
        down = ev.MediaFailed(now, task_id, self.current(task_id))
        self.do(self.pick((up, up, up, down, ev.CustomerUnanswered(now, task_id))))

    def finish(self) -> None:
        task_id, now = self.task(), self.floor.now
        agent = self.holder(task_id)
        self.do(
            self.pick(
                (
                    ev.TalkEnded(now, task_id, self.pick(("caller", "agent"))),
                    ev.WrapUpCompleted(now, task_id, agent),
                    ev.TaskAbandoned(now, task_id),
                    ev.HoldStarted(now, task_id),
                    ev.HoldEnded(now, task_id),
                    ev.LegLost(now, task_id, agent),
                    ev.LegRejoined(now, task_id, agent),
                )
            )
        )

    def come(self) -> None:
        no = self.pick(AGENTS)
        self.do(ev.AgentConnected(self.floor.now, no))
        self.do(ev.AgentStateSet(self.floor.now, no, Availability.AVAILABLE, leg=self.pick((None, *Leg))))

    def agent(self) -> None:
        no, now = self.pick(AGENTS), self.floor.now
        self.do(
            self.pick(
                (
                    ev.AgentDisconnected(now, no),
                    ev.AgentStateSet(now, no, self.pick(tuple(Availability)), "meal"),
                    ev.ShiftEnded(now, no),
                    ev.PositionReported(now, no, self.pick((1, 9)), 3),
                    ev.AgentProfileChanged(now, no, self.pick(MODES), self.pick(SKILLS), (), True),
                    ev.OutboundStarted(now, f"o{len(self.events)}", "c", "phone", no),
                )
            )
        )

    def oddity(self) -> None:
        task_id, now, other = self.task(), self.floor.now, self.pick(("", *AGENTS))
        agent = self.holder(task_id)
        mode = self.pick(tuple(TransferMode))
        self.do(
            self.pick(
                (
                    ev.TransferRequested(now, task_id, agent, mode, other, self.pick(QUEUES)),
                    ev.TransferRequested(now, task_id, agent, mode, other, self.pick(QUEUES)),
                    ev.TransferCompleted(now, task_id, agent),
                    ev.TransferCanceled(now, task_id, agent),
                    ev.TakenOver(now, task_id, other),
                    ev.TaskCanceled(now, task_id),
                    ev.CallbackRequested(now, task_id, self.pick((0, now + 60_000))),
                    ev.PriorityChanged(now, task_id, self.pick((0, 60, 90_000))),
                    ev.TaskMoved(now, task_id, self.pick(QUEUES)),
                    ev.HoursChanged(now, self.pick(QUEUES), self.pick((True, False))),
                    ev.ConfigChanged(now, parse(self.pick((CONFIG, CONFIG, LESS)))),
                    ev.DeadlineReached(now, self.pick(tuple(DeadlineKind)), task_id, now),
                )
            )
        )

    def repeat(self) -> None:
        """Something that happened before comes once more."""
        self.do(self.pick(tuple(self.events[-30:])))
