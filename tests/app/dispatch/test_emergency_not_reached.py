"""Whoever reported danger and cannot be reached is not forgotten without a word."""

from __future__ import annotations

import pytest

from app.carrier.urls import Urls
from app.db.tables import Message, WarningRow
from app.db.write_set import Fence, Insert
from app.dispatch.batch import Batch
from app.dispatch.desk import Desk
from app.dispatch.intake import take, tell
from app.settings import Settings
from routing.events import DeadlineReached
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


@pytest.mark.parametrize(
    ("caller", "chinese", "english"), [("+8613800000077", "尾号0077", "ending 0077"), ("", "", "")]
)
def test_who_is_on_call_reads_of_an_unanswered_emergency_in_both_languages(
    caller: str, chinese: str, english: str
) -> None:
    duty = {"phones": ["+15550100"]}
    floor = Floor({"queues": {"emergency": {"mode": "phone", "boost_s": URGENT_BOOST_S}}, "duty": duty})
    floor.call("a", "emergency", caller=caller)
    desk = Desk(floor.core, Settings(env="demo"), Urls("http://127.0.0.1:8000"), "")
    floor.at(59.999)
    due = floor.next_due()
    assert due is not None
    batch = Batch(desk, Fence("lease", "node", 1), due[0])
    tell(batch, DeadlineReached(due[0], due[1], due[2], due[0]))
    rows = [op for op in batch.write_set.ops if isinstance(op, Insert)]
    (text,) = [op.values["text"] for op in rows if op.table is Message]
    assert "60秒无人接听" in text
    assert "unanswered for 60 s" in text
    assert chinese in text
    assert english in text
    assert "contact" not in text
    (warning,) = [op.values for op in rows if op.table is WarningRow]
    assert (warning["queue"], warning["contact_id"]) == ("emergency", "contact-a")
