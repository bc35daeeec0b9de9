"""Callbacks that were promised: the place in line passes to the call back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.db.tables import Callback
from app.dispatch.batch import Batch
from app.dispatch.effects import carry_out
from app.observe.clock import new_id
from routing.events import CallbackRequested, Event, TaskCanceled, TaskQueued
from routing.types import Kind, Task, TaskState

CALLERS = (Kind.CONTACT, Kind.TRANSFER)
IN_LINE = (TaskState.WAITING, TaskState.OFFERED, TaskState.CONNECTING)


def keep_place(batch: Batch, body: Mapping[str, Any]) -> None:
    """A caller in line heard that they will be called back: the call back takes their place.

    Whatever became of the task meanwhile (overflowed, taken by an agent, turned away), a task follows.
    """
    tasks = batch.tasks_of(str(body["contact_id"]))
    by_rule = next((task for task in tasks if task.kind is Kind.CALLBACK and task.state in IN_LINE), None)
    if by_rule is not None:  # the queue's own rule has promised it meanwhile: what the caller asked for stands
        once = {"callback_id": by_rule.task_id, "state": "booked"}
        batch.write_set.change(Callback, once, None, state="replaced", ended_at=batch.at_ms)
        return
    stands = next((task for task in tasks if task.kind in CALLERS and task.state in IN_LINE), None)
    if stands is None or _tell(batch, CallbackRequested(batch.at_ms, stands.task_id)) is not None:
        _queue(batch, body, stands)


def _queue(batch: Batch, body: Mapping[str, Any], stands: Task | None) -> None:
    """A task of its own, at the place of the one that cannot become a callback."""
    if stands is not None:
        _tell(batch, TaskCanceled(batch.at_ms, stands.task_id, "callback"))
    queued = TaskQueued(
        batch.at_ms,
        new_id(batch.at_ms),
        str(body["contact_id"]),
        stands.queue if stands else str(body["queue"]),
        kind=Kind.CALLBACK,
        boost_s=stands.boost_s if stands else None,
        queued_at=stands.queued_at if stands else None,
        earlier_talk_ms=stands.earlier_talk_ms if stands else 0,
        caller=str(body["phone"]),
        prefer=(batch.skill_of(str(body["lang"])),),
    )
    _tell(batch, queued)


def _tell(batch: Batch, event: Event) -> str | None:
    commands, refused = batch.apply(event)
    carry_out(batch, commands)
    return refused
