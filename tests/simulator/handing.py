"""Contacts that pass from one to another: transfers and their givers, consults, overflow, callers who call again."""

from typing import Any

from routing import commands as c
from routing import events as e
from routing.types import Kind, TaskState, TransferMode, TransferOutcome
from tests.simulator.book import Book, Violated

T = TaskState
BESIDE = (Kind.CONSULT, Kind.CONFERENCE)
OVER = frozenset((T.WRAPPING, T.DONE, T.ABANDONED, T.OVERFLOWED, T.CALLBACK_BOOKED, T.TRANSFERRED, T.CANCELED))
REDIAL_MS = 300_000
DOUBT_MS = 1000
_HANDS_ON = (e.TransferRequested, e.TakenOver, e.TaskMoved)


class Handing:
    def __init__(self, book: Book) -> None:
        self.book = book
        self.closed: set[str] = set()
        self.givers: dict[str, tuple[str, str]] = {}
        """Transferred tasks with their giver and the agent meant, if one was."""
        self.beside: dict[str, str] = {}
        """Parents with the consult or conference beside them."""
        self.went_back: set[str] = set()
        self.left: dict[str, tuple[int, int]] = {}
        """Callers who hung up while waiting: when, and since when they had waited."""

    def observe(self, event: e.Event, commands: list[c.Command], changed: Any, before: dict[str, TaskState]) -> None:
        if isinstance(event, e.HoursChanged):
            (self.closed.discard if event.open else self.closed.add)(event.queue)
        elif isinstance(event, _HANDS_ON):
            new = [task for no, task in changed.tasks.items() if no not in before]
            self._begun(event, [task for task in new if task.task_id.startswith(f"{event.task_id}~")])
        for task in changed.tasks.values():
            if task.task_id in self.givers:
                told = {(x.agent_no, x.outcome) for x in commands if isinstance(x, c.ReportTransfer)}
                self._given(task, told)
            if task.caller:
                self._redial(event, task, task.task_id not in before)
        for no, state in before.items():
            if state is T.TALKING and no in self.beside and changed.tasks[no].state is not T.TALKING:
                self._parent_left(self.beside.pop(no), changed)
        for command in commands:
            if type(command) is c.OverflowTask:
                self._overflows(command)

    def _begun(self, event: Any, new: list[Any]) -> None:
        for task in new:
            if isinstance(event, e.TaskMoved):
                for parent in [p for p, child in self.beside.items() if child == event.task_id]:
                    self.beside[parent] = task.task_id
            elif task.kind in BESIDE:
                self.beside[event.task_id] = task.task_id
            elif isinstance(event, e.TakenOver):
                self.givers[task.task_id] = (self.book.tasks[event.task_id].agent_no, event.agent_no)
            elif event.mode is TransferMode.COLD:
                self.givers[task.task_id] = (event.agent_no, event.to_agent)

    def _given(self, task: Any, told: set[tuple[str, TransferOutcome]]) -> None:
        """The giver hears how it went: taken, or not taken by the one it was meant for."""
        giver, meant = self.givers[task.task_id]
        if task.state is T.TALKING:
            del self.givers[task.task_id]
            if task.agent_no != giver and (giver, TransferOutcome.COMPLETED) not in told:
                raise Violated("transfer", f"{giver} is not told that {task.agent_no} has {task.task_id}")
        elif task.state in (T.ABANDONED, T.CANCELED, T.TRANSFERRED):
            del self.givers[task.task_id]
        elif meant and task.target_agent != meant:
            self.givers[task.task_id] = (giver, "")
            if not any(agent_no == giver for agent_no, _ in told):
                raise Violated("transfer", f"{giver} is not told that {meant} did not take {task.task_id}")
        elif task.target_agent == giver and task.state is T.WAITING:
            raise Violated("transfer", f"{task.task_id} is kept for {giver}, who is not rung")

    def _parent_left(self, child: str, changed: Any) -> None:
        task = changed.tasks.get(child) or self.book.tasks[child]
        if task.state not in OVER and task.kind in BESIDE:
            raise Violated("consult", f"{child} is {task.state.value}, its parent's talk is over")

    def _overflows(self, command: c.OverflowTask) -> None:
        no, to_queue = command.task_id, command.to_queue
        if command.reason == "return":
            self.went_back.add(command.successor_id)
            return
        if no in self.went_back and command.reason == "waited":
            raise Violated("overflow", f"{no} came back from {to_queue} and goes there again")
        if to_queue in self.closed or not self.book.staffed(to_queue):
            raise Violated("overflow", f"{no} goes to {to_queue}, which is closed or has nobody")

    def _redial(self, event: e.Event, task: Any, new: bool) -> None:
        """Within five minutes, and once, a caller who had hung up has the place back."""
        now = self.book.now
        if task.state is T.ABANDONED:
            self.left[task.caller] = (now, task.queued_at)
        elif new and isinstance(event, e.TaskQueued) and task.task_id == event.task_id and not event.resumes:
            left_at, since = self.left.pop(task.caller, (-REDIAL_MS - DOUBT_MS, now))
            if now - left_at < REDIAL_MS - DOUBT_MS and task.queued_at > since:
                raise Violated("place", f"{task.caller} is back and waits since {task.queued_at}, not {since}")
            if now - left_at > REDIAL_MS + DOUBT_MS and task.queued_at != now and event.queued_at is None:
                raise Violated("place", f"{task.caller} comes at {now} and waits since {task.queued_at}")
