"""The place in line: since when someone waits and with which priority, kept from the first task to the last."""

from routing import events as e
from routing.types import Kind
from tests.simulator.book import TaskRecord, Violated

BESIDE = (Kind.CONSULT, Kind.CONFERENCE)


class Places:
    def __init__(self) -> None:
        self.places: dict[str, tuple[int, int]] = {}
        """By root: (queued_at, boost_s)."""

    def check(self, event: e.Event, record: TaskRecord, place: tuple[int, int] | None) -> None:
        """Time of queueing never changes, priority only by order; successors inherit both from the root."""
        now = (record.queued_at, record.boost_s)
        if isinstance(event, e.PriorityChanged) and event.task_id == record.task_id:
            if place is not None and now[0] != place[0]:
                raise Violated("place", f"{record.task_id}: queued at {place[0]}, now {now[0]}")
            self.places[record.root] = now
            return
        if record.kind in BESIDE:
            return
        expected = place or self.places.get(record.root)
        if expected is None or (place is None and now[0] <= expected[0] and self._not_worse(event, now, expected)):
            self.places[record.root] = now
        elif now != expected:
            raise Violated("place", f"{record.task_id}: (queued_at, boost) {expected}, now {now}")

    @staticmethod
    def _not_worse(event: e.Event, now: tuple[int, int], expected: tuple[int, int]) -> bool:
        """A redial may choose another queue with another boost; other successors keep the better one."""
        return now[1] >= expected[1] or isinstance(event, e.TaskQueued)
