"""What supervisors are warned of by counts, as `[warnings.KIND]` sets it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.db.tables import LineRow, Survey, TaskRow, WarningRow
from app.domain.operations.sections import Level, WarningRule
from app.usecases.due import Due
from app.usecases.notice_due import notice_due
from app.usecases.services.registry import HotlineServices
from tests.app.world import CALLER, HOUR, MINUTE, NOW, STRANGER, World


async def passed(world: World, at: int = NOW) -> None:
    await notice_due(Due(world.database, world.tools, at))


async def warned(world: World) -> list[tuple[str, str, bool]]:
    """Kind, level, and whether it is open."""
    rows: list[Any] = await world.rows(WarningRow)
    return [(row.kind, row.level, row.closed_at is None) for row in sorted(rows, key=lambda row: str(row.opened_at))]


def ruled(world: World, kind: str, threshold: int, window_s: int, level: Level = Level.ORANGE) -> None:
    world.tools = replace(world.tools, warnings={kind: WarningRule(threshold, window_s, level)})
    world.services = HotlineServices(world.database, world.tools)


async def waits(world: World, n: int, since: int, *, unmanned: bool = False, unanswered: bool = False) -> None:
    line = {"mode": "phone", "open": True, "unmanned": unmanned, "unanswered": unanswered, "body": {}}
    await world.put(LineRow, name="phone", **line)
    for k in range(n):
        base = {"root_task_id": f"t{k}", "queue": "phone", "mode": "phone", "state": "waiting", "body": {}}
        await world.put(TaskRow, task_id=f"t{k}", contact_id=f"c{k}", queued_at=0, waiting_at=since, **base)


async def test_a_long_queue_warns_for_as_long_as_it_is_long(world: World) -> None:
    ruled(world, "queue_long", 3, 60)
    await waits(world, 3, NOW)
    await passed(world, NOW + 59_000)
    assert await warned(world) == []
    await passed(world, NOW + MINUTE)
    await passed(world, NOW + 2 * MINUTE)
    assert await warned(world) == [("queue_long", "orange", True)]
    await waits(world, 1, NOW + 3 * MINUTE)
    await passed(world, NOW + 3 * MINUTE)
    assert await warned(world) == [("queue_long", "orange", False)]


async def test_an_acknowledged_queue_is_not_warned_of_again_within_the_hour(world: World) -> None:
    ruled(world, "queue_unmanned", 1, 60, Level.RED)
    await waits(world, 1, NOW, unmanned=True)
    await passed(world, NOW + MINUTE)
    (row,) = await world.rows(WarningRow)
    seen = {"acknowledged_at": NOW + MINUTE, "acknowledged_by": "S1", "closed_at": NOW + MINUTE}
    await world.put(WarningRow, **{**row.model_dump(), **seen})
    await passed(world, NOW + 30 * MINUTE)
    assert await warned(world) == [("queue_unmanned", "red", False)]
    await passed(world, NOW + 2 * HOUR)
    assert await warned(world) == [("queue_unmanned", "red", False), ("queue_unmanned", "red", True)]


async def test_an_unmanned_queue_says_whether_somebody_is_there_who_does_not_answer(world: World) -> None:
    ruled(world, "queue_unmanned", 1, 60, Level.RED)
    seen = []
    for unanswered in (True, True, False):
        await waits(world, 1, NOW, unmanned=True, unanswered=unanswered)
        await passed(world, NOW + MINUTE)
        (row,) = await world.rows(WarningRow)
        seen.append((row.facts["unanswered"], row.times, row.closed_at, row.version))
    assert [each[:3] for each in seen] == [(True, 1, None), (True, 1, None), (False, 1, None)]
    assert seen[0][3] == seen[1][3], "nothing is written while nothing changes"


async def test_a_manned_line_is_not_unmanned(world: World) -> None:
    ruled(world, "queue_unmanned", 1, 60, Level.RED)
    await waits(world, 5, NOW)
    await passed(world, NOW + HOUR)
    assert await warned(world) == []


async def test_19_repeat_callers_count_after_a_failed_call_only(world: World) -> None:
    ruled(world, "repeat_caller", 3, 7_200)
    await world.contacts(3, STRANGER)
    await passed(world)
    assert await warned(world) == []
    await world.contacts(1, STRANGER, outcome="abandoned")
    await passed(world)
    assert await warned(world) == [("repeat_caller", "orange", True)]
    (row,) = await world.rows(WarningRow)
    assert STRANGER not in row.about


async def test_19_the_threshold_decides_who_is_put_ahead(world: World) -> None:
    await world.contacts(2, CALLER, outcome="abandoned")
    assert (await world.known())["manner"] == "normal"
    ruled(world, "repeat_caller", 3, 7_200)
    assert (await world.known())["manner"] == "repeat"


async def test_a_run_of_low_scores_of_one_agent(world: World) -> None:
    ruled(world, "low_score_run", 2, 86_400, Level.YELLOW)
    for n, solved in enumerate((False, True, False)):
        base = {"matter": f"m{n}", "agent_no": "A1", "day": "2026-03-04", "source": "sms", "status": "done"}
        score = {"score": 1, "solved": solved, "personal": not solved, "answered_at": NOW, "at": NOW}
        await passed(world)
        assert await warned(world) == []
        await world.put(Survey, survey_id=f"s{n}", **base, **score)
    await passed(world)
    assert await warned(world) == [("low_score_run", "yellow", True)]


async def test_a_promise_is_warned_of_at_the_share_that_is_set(world: World) -> None:
    ruled(world, "clock_near_due", 50, 0)
    await world.call(STRANGER).ask("order.open_fault", account_no="1000000001")
    (order,) = await world.orders()
    clock = await world.clock(order.order_no, "arrive")
    assert clock.warn_at == clock.started_at + (clock.due_at - clock.started_at) // 2
