"""Emergencies that nobody has taken yet: each step of the widening is taken when its time has come, the alarm too."""

from routing.types import TaskState
from tests.simulator.book import LAG_MS, Book, TaskRecord, Violated

T = TaskState


class Danger:
    def __init__(self, book: Book) -> None:
        self.book = book
        self.urgent: dict[str, tuple[TaskRecord, int]] = {}
        self.alarmed: set[str] = set()

    def over(self, task_id: str) -> None:
        self.urgent.pop(task_id, None)

    def mind(self, record: TaskRecord) -> None:
        if record.state in (T.WAITING, T.OFFERED) and not record.ready_at and not record.target_agent:
            self.urgent.setdefault(record.task_id, (record, self.book.now))
        else:
            self.urgent.pop(record.task_id, None)

    def check(self) -> None:
        for task, since in self.urgent.values():
            if since > self.book.now - 3 * LAG_MS:
                continue
            waited = self.book.now - task.entered_at - 3 * LAG_MS
            due = [s for s in self.book.steps(task) if s.after_s * 1000 <= waited]
            if task.stage < len(due):
                raise Violated("widening", f"{task.task_id} waits {waited} ms at stage {task.stage}")
            if any(s.alarm for s in due) and task.task_id not in self.alarmed:
                raise Violated("widening", f"{task.task_id} waits {waited} ms without an alarm")
