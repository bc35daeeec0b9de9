"""The phone beside the screen: which language it speaks, and that one of the two takes the offer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import pytest

from app.carrier.urls import Urls
from app.db.tables import OutboxRow
from app.db.write_set import Fence, Insert
from app.dispatch.batch import Batch
from app.dispatch.console_commands import execute
from app.dispatch.desk import Desk
from app.dispatch.intake import take, tell
from app.settings import Settings
from routing.events import DeadlineReached
from routing.types import TaskState
from tests.routing.floor import Floor

Asked: TypeAlias = list[tuple[str, Mapping[str, Any]]]
SID = "CA" + "1" * 32
ACCEPT = {"command": "accept", "offer_id": "a.2", "agent_no": "1001"}


def in_batch(floor: Floor, do: Callable[[Batch], object]) -> Asked:
    """What the carrier is asked for."""
    desk = Desk(floor.core, Settings(env="demo"), Urls("http://127.0.0.1:8000"), "")
    desk.skills = {"zh-CN": "zh", "en": "en"}
    desk.index(floor.core.state.tasks.values())
    batch = Batch(desk, Fence("lease", "node", 1), floor.now)
    do(batch)
    rows = [op.values for op in batch.finish("").ops if isinstance(op, Insert) and op.table is OutboxRow]
    return [(row["kind"], row["body"]) for row in rows]


def offered_again(*skills: tuple[str, int], phone: bool = True) -> tuple[Floor, Asked]:
    """1001, alone, missed `a`; it is offered for the second time."""
    floor = Floor()
    floor.agent("1001", skills, phone=phone)
    floor.call("a")
    floor.at(34.999)
    due = floor.next_due()
    assert due is not None
    floor.now = due[0]
    event = DeadlineReached(due[0], due[1], due[2], due[0])
    return floor, in_batch(floor, lambda batch: tell(batch, event))


def joined(floor: Floor) -> Asked:
    body = {"event": "participant-join", "label": "phone-a.2", "call_sid": SID}
    return in_batch(floor, lambda batch: take(batch, "conference", body))


@pytest.mark.parametrize(
    ("skills", "lang"), [((), "zh-CN"), ((("en", 5), ("zh", 2)), "en"), ((("en", 2), ("zh", 2)), "zh-CN")]
)
def test_the_phone_rings_with_the_second_offer_in_the_agents_language(
    skills: Sequence[tuple[str, int]], lang: str
) -> None:
    floor, asked = offered_again(*skills)
    assert floor.rung("a") == ["1001"]
    assert asked == [("offer.ring", {"agent_no": "1001", "offer_id": "a.2", "lang": lang})]


def test_who_has_no_phone_is_offered_it_on_the_screen_alone() -> None:
    floor, asked = offered_again(phone=False)
    assert (floor.rung("a"), asked) == (["1001"], [])


def test_a_phone_that_takes_it_is_the_agents_leg() -> None:
    floor, _ = offered_again()
    assert [kind for kind, _ in joined(floor)] == ["call.move"]
    task = floor.task("a")
    assert (task.state, task.agent_no) == (TaskState.CONNECTING, "1001")


def test_a_phone_that_comes_too_late_is_put_down() -> None:
    floor, _ = offered_again()
    assert in_batch(floor, lambda batch: execute(batch, ACCEPT)) == [("offer.stop", {"offer_id": "a.2"})]
    assert joined(floor) == [("call.end", {"call_sid": SID})]
    assert floor.task("a").state is TaskState.CONNECTING
