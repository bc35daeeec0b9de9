"""What a contact came to when its call back did."""

from __future__ import annotations

from typing import Any

import pytest

from app.db.tables import Contact
from app.db.write_set import Change, Fence
from app.dispatch.batch import Batch
from app.dispatch.rows import NO_NUMBER
from routing import events as ev
from routing.types import Kind, TransferMode
from tests.app.dispatch.test_kept_callbacks import House

IN_VAIN = {"attempts": 2, "gap_s": 1}


def shown(house: House, *events: ev.Event) -> dict[str, Any]:
    """The columns of the contact after these events, the last of them."""
    columns: dict[str, Any] = {}
    for event in events:
        house.desk.index(house.floor.core.state.tasks.values())
        batch = Batch(house.desk, Fence("lease", "node", 1), house.floor.now)
        batch.apply(event)
        for op in batch.finish("").ops:
            if isinstance(op, Change) and op.table is Contact:
                columns |= op.values
    return columns


def called(house: House, seconds: float, task_id: str) -> dict[str, Any]:
    """One attempt in which nobody picks up."""
    house.floor.at(seconds).accept(task_id)
    return shown(house, ev.CustomerUnanswered(house.floor.now, task_id))


def test_who_waited_and_was_called_back_in_vain_was_failed_and_not_served_by_a_machine() -> None:
    house = House(callback=IN_VAIN)
    house.floor.call("a")
    task_id = house.promised().task_id
    house.floor.agent("1001")
    assert called(house, 0, task_id)["outcome"] == "callback_booked"
    over = called(house, 1, task_id)
    assert (over["outcome"], over["state"]) == ("failed", "ended")


def test_who_had_spoken_before_they_were_called_in_vain_was_answered() -> None:
    house = House(callback={"attempts": 1})
    house.floor.agent("1001")
    house.floor.call("a")
    house.floor.talk("a")
    house.floor.at(60).do(ev.TransferRequested(60_000, "a", "1001", TransferMode.COLD, "", "emergency"))
    task_id = house.promised().task_id
    house.floor.wrap_up("a")
    over = called(house, 61, task_id)
    assert (over["outcome"], over["talk_ms"]) == ("answered", 60_000)


@pytest.mark.parametrize(("reason", "outcome"), [("replaced", "callback_booked"), (NO_NUMBER, "self_service")])
def test_a_promise_that_was_passed_on_stays_booked_and_one_that_could_not_be_kept_was_none(
    reason: str, outcome: str
) -> None:
    house = House()
    house.floor.call("k", kind=Kind.CALLBACK)
    assert shown(house, ev.TaskCanceled(0, "k", reason))["outcome"] == outcome
