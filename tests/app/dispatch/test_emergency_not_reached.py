"""Whoever reported danger and cannot be reached is not forgotten without a word."""

from __future__ import annotations

import pytest

from app.carrier.urls import Urls
from app.db.tables import WarningRow
from app.db.write_set import Fence, Insert
from app.dispatch.batch import Batch
from app.dispatch.desk import Desk
from app.dispatch.intake import take
from app.settings import Settings
from routing.types import URGENT_BOOST_S, Kind
from tests.routing.floor import Floor


@pytest.mark.parametrize(("queue", "warned"), [("emergency", [("emergency_unanswered", "red")]), ("phone", [])])
def test_a_call_back_about_danger_that_never_reached_anybody_warns(queue: str, warned: list[tuple[str, str]]) -> None:
    floor = Floor({"queues": {"phone": {}, "emergency": {"boost_s": URGENT_BOOST_S}}, "callback": {"attempts": 1}})
    floor.agent("1001")
    floor.call("k", queue, kind=Kind.CALLBACK)
    floor.accept("k")
    desk = Desk(floor.core, Settings(env="demo"), Urls("http://127.0.0.1:8000"), "")
    batch = Batch(desk, Fence("lease", "node", 1), floor.now)
    take(batch, "customer_unanswered", {"task_id": "k", "reason": "no-answer"})
    made = [op.values for op in batch.write_set.ops if isinstance(op, Insert) and op.table is WarningRow]
    assert [(row["kind"], row["level"]) for row in made] == warned
