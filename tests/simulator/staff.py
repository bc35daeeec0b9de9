"""Agents, crews and on-call phones of a simulated day: shifts, breaks, lost sockets, answers to offers."""

from typing import TYPE_CHECKING

from routing import commands as c
from routing import events as e
from routing.types import AgentState, Availability, Leg, Mode
from tests.simulator.plan import HOUR, MINUTE, SECOND, Person

if TYPE_CHECKING:
    from tests.simulator.world import World


class Staff:
    def __init__(self, world: "World") -> None:
        self.world = world
        self.people = {p.agent_no: p for p in world.plan.people}
        self._names = list(self.people)
        self.connected: set[str] = set()
        for person in world.plan.people:
            world.at(0, self._hired, person)
            start, end = person.shift
            world.at(start, self._connect, person.agent_no)
            world.at(start + SECOND, self._set, person.agent_no, Availability.AVAILABLE)
            world.at(end, self._go, person.agent_no)
            self._plan_hours(person, start, end)

    def anyone(self) -> str:
        return self.world.random.choice(self._names)

    def someone_there(self) -> str:
        there = [name for name in self._names if name in self.connected]
        return self.world.random.choice(there or self._names)

    def _plan_hours(self, person: Person, start: int, end: int) -> None:
        random, habits, world = self.world.random, self.world.plan.habits, self.world
        for hour in range(start, end, HOUR):
            moment = hour + random.randrange(HOUR)
            if random.random() < habits.break_per_hour:
                state = random.choice((Availability.BREAK, Availability.BREAK, Availability.TRAINING))
                world.at(moment, self._set, person.agent_no, state)
                world.at(moment + random.randrange(20 * MINUTE), self._set, person.agent_no, Availability.AVAILABLE)
            if random.random() < habits.reload_per_hour:
                world.at(moment, self._drop, person.agent_no, random.randrange(300, 8 * SECOND))
            if random.random() < habits.die_per_hour:
                world.at(moment, self._drop, person.agent_no, random.randrange(40 * SECOND, 30 * MINUTE))
            if random.random() < habits.dial_per_hour:
                world.at(moment, self._dial, person)
            if "field" in person.modes:
                world.at(moment, self._report, person.agent_no)

    def _hired(self, person: Person) -> None:
        modes = tuple(Mode(m) for m in person.modes)
        self.world.emit(
            e.AgentProfileChanged(self.world.now, person.agent_no, modes, person.skills, person.areas, person.has_phone)
        )
        if self.world.random.random() < 0.2:
            again = self.world.random.randrange(20 * HOUR)
            self.world.at(again, self._hired, self._trained(person))

    def _trained(self, person: Person) -> Person:
        skills = dict(person.skills) | {"fault": self.world.random.randrange(1, 4)}
        return Person(
            person.agent_no,
            person.modes,
            tuple(sorted(skills.items())),
            person.areas,
            person.has_phone,
            person.shift,
        )

    def _connect(self, agent_no: str) -> None:
        self.connected.add(agent_no)
        self.world.emit(e.AgentConnected(self.world.now, agent_no))

    def _set(self, agent_no: str, state: Availability) -> None:
        if agent_no not in self.connected:
            return
        random = self.world.random
        leg = Leg.PHONE if self.people[agent_no].has_phone and random.random() < 0.3 else None
        by = "s1" if random.random() < 0.05 else ""
        self.world.emit(e.AgentStateSet(self.world.now, agent_no, state, "", leg, by))

    def _go(self, agent_no: str) -> None:
        self.world.emit(e.ShiftEnded(self.world.now, agent_no))
        self.world.at(self.world.now + MINUTE, self._drop, agent_no, 0)

    def _drop(self, agent_no: str, back_ms: int) -> None:
        if agent_no not in self.connected:
            return
        self.connected.discard(agent_no)
        self.world.emit(e.AgentDisconnected(self.world.now, agent_no))
        if back_ms and self.world.now + back_ms < self.people[agent_no].shift[1]:
            self.world.at(self.world.now + back_ms, self._connect, agent_no)
            if back_ms > 20 * SECOND:
                self.world.at(self.world.now + back_ms + SECOND, self._set, agent_no, Availability.AVAILABLE)

    def _dial(self, person: Person) -> None:
        world = self.world
        world._number += 1
        task_id = f"o{world._number}"
        queue = "phone" if "phone" in person.modes else "web"
        world.emit(e.OutboundStarted(world.now, task_id, f"c{task_id}", queue, person.agent_no))
        world.at(world.now + world.random.randrange(SECOND, 5 * MINUTE), self._hang_up, task_id)

    def _hang_up(self, task_id: str) -> None:
        if task_id in self.world.tasks:
            self.world.end_talk(task_id)

    def _report(self, agent_no: str) -> None:
        random = self.world.random
        self.world.emit(e.PositionReported(self.world.now, agent_no, random.randrange(100), random.randrange(100)))

    def ring(self, command: c.MakeOffer) -> None:
        world, habits = self.world, self.world.plan.habits
        random = world.random
        rings = max(command.expires_at - world.now, SECOND)
        if random.random() < habits.meddle:
            act = random.choice((e.OfferAccepted, e.OfferDeclined))
            world.at(world.now + random.randrange(rings), world.tell, act, command.offer_id, self.anyone())
        draw = random.random() - habits.accept
        if command.why.rule == "named_agent" and random.random() < habits.refuse:
            draw = habits.decline / 2
        if draw < 0:
            when = world.now + random.randrange(500, rings * 3 // 4 + 501)
            world.at(when, world.tell, e.OfferAccepted, command.offer_id, command.agent_no)
        elif draw < habits.decline:
            when = world.now + random.randrange(rings)
            world.at(when, world.tell, e.OfferDeclined, command.offer_id, command.agent_no, "busy")
        elif draw < habits.decline + habits.fail:
            world.at(world.now + 400, world.tell, e.OfferFailed, command.offer_id, "no_socket")
        elif draw < habits.decline + habits.fail + habits.late:
            when = world.now + rings + random.randrange(3 * SECOND)
            world.at(when, world.tell, e.OfferAccepted, command.offer_id, command.agent_no)

    def set_by_rule(self, command: c.SetAgentState) -> None:
        """Someone put on break by a rule comes back when they notice."""
        if command.state in (AgentState.BREAK, AgentState.OFFLINE) and command.agent_no in self.people:
            later = self.world.now + self.world.random.randrange(5 * SECOND, 5 * MINUTE)
            if later < self.people[command.agent_no].shift[1]:
                self.world.at(later, self._set, command.agent_no, Availability.AVAILABLE)
