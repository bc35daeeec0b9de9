"""Call queues: created on demand, limited in size, left in the order of arrival unless somebody picks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local_carrier.leg import Interrupt, Leg

if TYPE_CHECKING:
    from local_carrier.carrier import Carrier

DEFAULT_MAX_SIZE = 1_000
HARD_MAX_SIZE = 5_000


class Dequeued(Interrupt):
    """Another call took this one out of its queue by Dial Queue."""

    def __init__(self, dialler: Leg, whisper_url: str, whisper_method: str) -> None:
        super().__init__(dialler.sid)
        self.dialler, self.whisper_url, self.whisper_method = dialler, whisper_url, whisper_method


@dataclass(eq=False, slots=True)
class Member:
    leg: Leg
    enqueued_at: int
    reserved: bool = False


@dataclass(eq=False, slots=True)
class Queue:
    sid: str
    name: str
    max_size: int
    created_at: int
    updated_at: int
    members: list[Member] = field(default_factory=list)
    diallers: list[Leg] = field(default_factory=list)

    def average_wait_s(self, now_ms: int) -> int:
        """How long those who stand in it now have waited, on average."""
        waited_ms = sum(now_ms - member.enqueued_at for member in self.members)
        return waited_ms // len(self.members) // 1000 if self.members else 0

    def position(self, leg: Leg) -> int:
        return next((i for i, m in enumerate(self.members, 1) if m.leg is leg), 0)

    def params(self, leg: Leg, now_ms: int) -> tuple[tuple[str, str], ...]:
        """What a wait document is asked with."""
        member = next((m for m in self.members if m.leg is leg), None)
        waited = (now_ms - member.enqueued_at) // 1000 if member else 0
        return (
            ("QueueSid", self.sid),
            ("QueuePosition", str(self.position(leg))),
            ("QueueTime", str(waited)),
            ("AvgQueueTime", str(self.average_wait_s(now_ms))),
            ("CurrentQueueSize", str(len(self.members))),
            ("MaxQueueSize", str(self.max_size)),
        )


class Queues:
    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier
        self.by_sid: dict[str, Queue] = {}
        self._by_name: dict[str, Queue] = {}

    def named(self, name: str) -> Queue | None:
        return self._by_name.get(name)

    def create(self, name: str, max_size: int = DEFAULT_MAX_SIZE) -> Queue:
        now = self._carrier.clock.now_ms()
        queue = Queue(self._carrier.sids.next("QU", name), name, max_size, now, now)
        self.by_sid[queue.sid] = self._by_name[name] = queue
        self._carrier.ledger.record("", "queue_created", queue_sid=queue.sid, name=name, max_size=max_size)
        return queue

    def rename(self, queue: Queue, name: str) -> None:
        del self._by_name[queue.name]
        queue.name = name
        self._by_name[name] = queue

    def remove(self, queue: Queue) -> None:
        del self.by_sid[queue.sid], self._by_name[queue.name]

    def join(self, queue: Queue, leg: Leg) -> Member:
        member = Member(leg, self._carrier.clock.now_ms())
        queue.members.append(member)
        self._carrier.ledger.record(leg.party, "queue_joined", call_sid=leg.sid, queue_sid=queue.sid)
        self.serve(queue)
        return member

    def leave(self, queue: Queue, member: Member) -> int:
        """Takes a member out and returns how many seconds it stood there."""
        waited_ms = self._carrier.clock.now_ms() - member.enqueued_at
        if member in queue.members:
            queue.members.remove(member)
        for unanswered in member.leg.withdraw(Dequeued):
            if isinstance(unanswered, Dequeued):
                self.hand_back(queue, unanswered.dialler)
        self._carrier.ledger.record(member.leg.party, "queue_left", call_sid=member.leg.sid, queue_sid=queue.sid)
        return waited_ms // 1000

    def hand_back(self, queue: Queue, dialler: Leg) -> None:
        """Whom this one was to be connected with is gone: it is next again."""
        dialler.annotations["dequeued"] = None
        if not dialler.over:
            queue.diallers.insert(0, dialler)
            self.serve(queue)
            dialler.nudge()

    def serve(self, queue: Queue) -> None:
        """Gives the longest waiting callers to those who dial the queue."""
        while queue.diallers:
            member = next((m for m in queue.members if not m.reserved and not m.leg.over), None)
            if member is None:
                return
            dialler = queue.diallers.pop(0)
            if dialler.over:
                continue
            member.reserved = True
            dialler.annotations["dequeued"] = member.leg
            url, method = dialler.annotations.get("whisper", ("", "POST"))
            member.leg.interrupt(Dequeued(dialler, url, method))
            dialler.nudge()
