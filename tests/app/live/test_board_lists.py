"""Each number of the wallboard lists exactly what it counts, and nothing secret is in either."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from app.db.tables import Callback, OrderClock, Recording, Survey
from app.db.write_set import WriteSet
from app.observe.clock import SystemClock
from app.usecases.shapes.base import iso
from tests.app.lines import stood
from tests.app.live.conftest import Node, agent_row, contact_row, offer_row, task_row, until

MINUTE = 60_000


async def supervisor(node: Node) -> tuple[str, httpx2.AsyncClient]:
    token = await node.person("3001", "supervisor", unit=None)
    site = f"http://127.0.0.1:{node.port}"
    return token, httpx2.AsyncClient(base_url=site, cookies={"hotline_session": token})


async def listed(client: httpx2.AsyncClient, path: str, key: str) -> set[str]:
    reply = await client.get(path)
    assert reply.status_code == 200, reply.text
    return {each[key] for each in reply.json()["items"]}


async def board_of(node: Node, token: str) -> dict[str, Any]:
    async with node.open(token, "/api/wallboard") as socket:
        return await until(socket, "snapshot")


async def write(node: Node, *rows: Any) -> None:
    write_set = WriteSet()
    for row in rows:
        write_set.put(type(row), **row.model_dump())
    await node.db.commit(write_set)


def order(order_no: str, now: int, **more: Any) -> dict[str, Any]:
    return {"order_no": order_no, "type": "fault", "state": "accepted", "created_at": now, "changed_at": now, **more}


def clock(order_no: str, name: str, due_at: int, **more: Any) -> OrderClock:
    given = {"order_no": order_no, "name": name, "mode": "minutes", "amount": 1, "started_at": 1, "due_at": due_at}
    return OrderClock(**given, **more)


async def test_orders_by_their_clocks(node: Node) -> None:
    token, client = await supervisor(node)
    now = SystemClock().now_ms()
    secret = [
        order("t", now, type="tipoff", confidential=True),
        order("c", now, type="complaint", about_agent_no="1001"),
    ]
    await node.write(WorkOrder=[order("late", now), order("soon", now), order("far", now), order("met", now), *secret])
    ago, soon, far = now - MINUTE, now + 30 * MINUTE, now + 600 * MINUTE
    await write(
        node,
        *(clock("late", name, ago) for name in ("arrive", "contact")),
        clock("late", "reply", soon),
        clock("soon", "arrive", soon),
        clock("far", "arrive", far),
        clock("far", "contact", ago, paused_ms=120 * MINUTE),
        clock("far", "reply", ago, paused_at=now),
        clock("met", "arrive", ago, met_at=now),
        clock("t", "reply", ago),
        clock("c", "reply", ago),
    )
    figures = (await board_of(node, token))["clocks"]
    assert figures == {"running": 3, "due_in_1_h": 1, "breached": 1}
    async with client:
        assert await listed(client, "/api/work-orders?clock=running", "order_no") == {"late", "soon", "far"}
        assert await listed(client, "/api/work-orders?clock=due", "order_no") == {"soon"}
        assert await listed(client, "/api/work-orders?clock=breached", "order_no") == {"late"}
        assert (await client.get("/api/work-orders?clock=never")).status_code == 422


async def test_a_broken_promise_that_the_board_counts_no_more_says_so(node: Node) -> None:
    token, _ = await supervisor(node)
    now = SystemClock().now_ms()
    ago, kept = now - 9 * MINUTE, now - MINUTE
    await write(
        node,
        clock("1", "dispatch", ago, met_at=kept),
        clock("2", "dispatch", ago),
        clock("3", "dispatch", ago, stopped_at=kept),
        clock("4", "dispatch", ago, met_at=kept),
        clock("4", "dispatch", ago, round=2),
    )
    broken = {"kind": "clock_breach", "level": "orange", "opened_at": ago, "facts": {"clock": "dispatch"}}
    warnings = [{**broken, "warning_id": f"w{n}", "about": f"{n}:dispatch", "order_no": str(n)} for n in range(1, 5)]
    await node.write(WorkOrder=[order(str(n), now) for n in range(1, 5)], WarningRow=warnings)
    board = await board_of(node, token)
    over = {each["order_no"]: each["facts"].get("over_at") for each in board["warnings"]}
    assert over == {"1": iso(kept), "2": None, "3": iso(kept), "4": None}
    assert board["clocks"]["breached"] == sum(each is None for each in over.values())


async def test_a_warning_of_danger_that_somebody_has_says_who(node: Node) -> None:
    token, _ = await supervisor(node)
    now = SystemClock().now_ms()
    ago, answered = now - 9 * MINUTE, now - MINUTE
    await node.write(
        Contact=[contact_row(name, state="talking", answered_at=answered, agent_no="1001") for name in ("c1", "c2")],
        WorkOrder=[
            order("1", now, crew_no="3001"),
            order("2", now),
            order("3", now, crew_no="3001") | {"state": "restored"},
        ],
        WarningRow=[
            danger("w1", "emergency_unanswered", ago, contact_id="c1"),
            danger("w2", "emergency_unanswered", now, contact_id="c2"),
            danger("w3", "hazard", ago, order_no="1"),
            danger("w4", "hazard", ago, order_no="2"),
            danger("w5", "hazard", ago, order_no="3"),
        ],
    )
    board = await board_of(node, token)
    over = {
        each["warning_id"]: each["facts"].get("over_by", each["facts"].get("over_as")) for each in board["warnings"]
    }
    assert over == {"w1": "1001", "w2": None, "w3": "3001", "w4": None, "w5": "restored"}


async def test_an_unanswered_emergency_is_calm_once_the_customer_was_spoken_with(node: Node) -> None:
    token, _ = await supervisor(node)
    now = SystemClock().now_ms()
    ago, spoken = now - 9 * MINUTE, now - MINUTE
    urgent = {"urgency": "urgent", "crew_no": "3001"}
    await write(node, clock("1", "contact", now, met_at=spoken), clock("2", "contact", now))
    await node.write(
        Contact=[contact_row(name, state="ended") for name in ("c1", "c2", "c3")],
        WorkOrder=[order(str(n), ago, contact_id=f"c{n}", **urgent) for n in (1, 2)],
        WarningRow=[danger(f"w{n}", "emergency_unanswered", ago, contact_id=f"c{n}") for n in (1, 2, 3)],
    )
    facts = {each["warning_id"]: each["facts"] for each in (await board_of(node, token))["warnings"]}
    calm = {"over_at": iso(spoken), "over_by": "3001", "over_as": "customer_contacted"}
    assert facts == {"w1": calm, "w2": {}, "w3": {}}


async def test_a_broken_promise_is_of_whoever_has_the_order_now(node: Node) -> None:
    token, _ = await supervisor(node)
    now = SystemClock().now_ms()
    broken = {"kind": "clock_breach", "level": "orange", "opened_at": now, "facts": {"clock": "contact"}}
    of = {"1": {"crew_no": "3001", "owner": "1001"}, "2": {"owner": "1002"}, "3": {}}
    warnings = [{**broken, "warning_id": no, "about": f"{no}:contact", "order_no": no, "agent_no": "1001"} for no in of]
    await node.write(WorkOrder=[order(no, now, **more) for no, more in of.items()], WarningRow=warnings)
    owners = {each["order_no"]: each["agent_no"] for each in (await board_of(node, token))["warnings"]}
    assert owners == {"1": "3001", "2": "1002", "3": "1001"}


async def test_danger_without_a_crew_is_counted_where_crews_work_and_listed(node: Node) -> None:
    token, client = await supervisor(node)
    now = SystemClock().now_ms()
    urgent = {"urgency": "urgent"}
    rows = [
        order("waits", now, **urgent),
        order("sent", now, **urgent) | {"state": "dispatched"},
        order("has", now, crew_no="3001", **urgent) | {"state": "crew_assigned"},
        order("calm", now),
        order("over", now, **urgent) | {"state": "restored"},
        order("merged", now, sub_of="sent", **urgent) | {"state": "merged"},
    ]
    await node.write(WorkOrder=rows)
    counts = {queue["name"]: queue["danger_without_crew"] for queue in (await board_of(node, token))["queues"]}
    assert {name: n for name, n in counts.items() if n} == {"field": 2}
    async with client:
        assert await listed(client, "/api/work-orders?without_crew=true", "order_no") == {"waits", "sent"}


async def test_a_crew_is_shown_with_the_job_that_it_has(node: Node) -> None:
    token, _ = await supervisor(node)
    for agent_no in ("2001", "2002"):
        await node.person(agent_no, "field", modes=["field"])
    job = {"queue": "field", "mode": "field", "body": {"kind": "job"}}
    tasks = [
        task_row("t1", None, "talking", agent_no="2001", order_no="7", **job),
        task_row("t2", None, "done", agent_no="2002", order_no="8", **job),
    ]
    await node.write(AgentRow=[agent_row(no, "talking") for no in ("2001", "2002")], TaskRow=tasks)
    jobs = {each["agent_no"]: each["job_no"] for each in (await board_of(node, token))["agents"]}
    assert (jobs["2001"], jobs["2002"]) == ("7", None)


def danger(name: str, kind: str, opened_at: int, **more: Any) -> dict[str, Any]:
    about = {"warning_id": name, "kind": kind, "about": name, "level": "red", "facts": {}}
    return {**about, "opened_at": opened_at, **more}


async def test_who_talks_without_a_connection_is_told_apart(node: Node) -> None:
    token, _ = await supervisor(node)
    for agent_no in ("1001", "1002"):
        await node.person(agent_no)
    lost = {**agent_row("1002", "talking", availability="offline"), "reason": "connection_lost"}
    await node.write(AgentRow=[agent_row("1001", "talking", availability="available"), lost])
    board = await board_of(node, token)
    shown = {each["agent_no"]: (each["availability"], each["reason"]) for each in board["agents"]}
    assert shown == {"1001": ("available", None), "1002": ("offline", "connection_lost")}


async def test_surveys_are_counted_and_listed_once_they_have_a_score(node: Node) -> None:
    token, client = await supervisor(node)
    now = SystemClock().now_ms()
    asked = {"matter": "m", "agent_no": "1001", "day": "2026-11-22", "source": "post_call_ivr", "at": now}
    await write(
        node,
        Survey(survey_id="scored", status="done", score=2, answered_at=now, **asked),
        Survey(survey_id="content", status="done", score=4, answered_at=now, **asked),
        Survey(survey_id="solved", status="done", solved=True, answered_at=now, **asked),
        Survey(survey_id="asked", status="in_progress", **asked),
    )
    assert (await board_of(node, token))["surveys"] == {"n": 2, "mean": 3.0, "low": 1}
    async with client:
        assert await listed(client, "/api/surveys?scored=true", "survey_id") == {"scored", "content"}
        assert await listed(client, "/api/surveys?low=true", "survey_id") == {"scored"}
        assert await listed(client, "/api/surveys?scored=false", "survey_id") == {"solved", "asked"}


async def test_where_nobody_is_staffed_there_is_no_estimate(node: Node) -> None:
    token, _ = await supervisor(node)
    now = SystemClock().now_ms()
    line = {"mode": "phone", "open": True, "body": {}}
    lines = [{**line, "name": name, "unmanned": name == "phone"} for name in ("phone", "emergency")]
    waiting = [stood(name, now, state="waiting", queue=name, estimate_high_s=120) for name in ("phone", "emergency")]
    await node.write(LineRow=lines, TaskRow=waiting)
    queues = {queue["name"]: queue["estimate_s"] for queue in (await board_of(node, token))["queues"]}
    assert (queues["phone"], queues["emergency"]) == (None, 120)


async def test_callbacks_due_and_recordings_unheard(node: Node) -> None:
    token, client = await supervisor(node)
    now = SystemClock().now_ms()
    contacts = ("due", "talking", "over", "dialled", "hidden")
    await node.write(
        WorkOrder=[order("8", now, contact_id="due"), order("9", now, contact_id="due", recording_id="RE1")],
        Contact=[contact_row(c, state="ended", restricted="tipoff" if c == "hidden" else None) for c in contacts],
        TaskRow=[
            task_row("t1", "due", "waiting", queued_at=now, kind="callback", body={"kind": "callback", "dials": 2}),
            task_row("t2", "talking", "talking"),
            task_row("t4", "dialled", "connecting"),
            task_row("t5", "hidden", "waiting"),
        ],
    )
    callback = {"phone": "+8613800000001", "queue": "phone", "at": now}
    sound = {"purpose": "caller", "state": "completed", "at": now, "contact_id": "due"}
    await write(
        node,
        *(
            Callback(callback_id=c, contact_id=c, reason="dial" if c == "dialled" else "asked", **callback)
            for c in contacts
        ),
        Recording(recording_id="r1", recording_sid="RE1", **sound),
        Recording(recording_id="r2", recording_sid="RE2", **{**sound, "heard_at": now}),
        Recording(recording_id="r3", recording_sid="RE3", **{**sound, "purpose": "talk"}),
        Recording(recording_id="r4", recording_sid="RE4", **{**sound, "contact_id": "hidden"}),
    )
    assert (await board_of(node, token))["follow_ups"] == {
        "callbacks_due": 1,
        "calls_agreed": 0,
        "recordings_unheard": 1,
    }
    async with client:
        reply = (await client.get("/api/callbacks")).json()["items"]
        shown = [(each["callback_id"], each["phone_masked"], each["attempts"]) for each in reply]
        assert shown == [("due", "+86138****0001", 2)]
        (unheard,) = (await client.get("/api/recordings")).json()["items"]
        assert (unheard["recording_id"], unheard["order_no"]) == ("r1", "9")


@pytest.mark.parametrize("taken", [True, False])
async def test_the_crews_queue_counts_jobs(node: Node, taken: bool) -> None:
    token, client = await supervisor(node)
    now = SystemClock().now_ms()
    job = {"queue": "field", "mode": "field", "queued_at": now - 5_000, "body": {"kind": "job"}}
    state = "talking" if taken else "canceled"
    await node.write(
        WorkOrder=[order("1", now, crew_no="2001"), order("2", now)],
        TaskRow=[
            task_row("t1", "order:1", state, order_no="1", **job),
            task_row("t2", "order:2", "waiting", order_no="2", **job),
        ],
        OfferRow=[
            offer_row("t1.0", "t1", "2001", "expired", queue="field"),
            offer_row("t1.1", "t1", "2001", "accepted" if taken else "declined", queue="field", ended_at=now),
        ],
    )
    field = next(queue for queue in (await board_of(node, token))["queues"] if queue["name"] == "field")
    assert (field["waiting"], field["offered"]) == (1, 2)
    assert (field["answered"], field["abandoned"]) == ((1, 0) if taken else (0, 1))
    assert (field["in_time"], field["counted"]) == ((1, 1) if taken else (0, 1))
    async with client:
        assert await listed(client, "/api/work-orders?waiting_in=field", "order_no") == {"2"}
        assert await listed(client, "/api/work-orders?crew_no=2001", "order_no") == {"1"}
        assert await listed(client, "/api/work-orders?queued_in=field", "order_no") == {"1", "2"}
        for result, is_so in (("answered", taken), ("abandoned", not taken)):
            found = await listed(client, f"/api/work-orders?queued_in=field&result={result}", "order_no")
            assert found == ({"1"} if is_so else set())
        assert await listed(client, "/api/work-orders?queued_in=field&result=other", "order_no") == {"2"}


def lines_of_a_day(now: int) -> list[dict[str, Any]]:
    """Every way in which somebody can stand in a line, and leave it."""
    return [
        stood("waits", now, state="waiting"),
        stood("rung", now, state="offered"),
        stood("rung", now, state="offered", kind="consult", task_id="asked-in"),
        stood("talks", now, state="talking"),
        stood("served", now, wait_s=5),
        stood("gave-up", now, state="abandoned", wait_s=9),
        stood("cut-off", now, wait_s=5, state="talking"),
        stood("booked", now, state="callback_booked"),
        stood("booked", now, wait_s=900, kind="callback", task_id="called-back"),
        stood("too-long", now, state="overflowed"),
        stood("too-long", now, wait_s=70, queue="web", task_id="overflow"),
        stood("passed-on", now, wait_s=3),
        stood("passed-on", now, wait_s=28, state="abandoned", kind="transfer", queue="emergency", task_id="second"),
        stood("twice", now, wait_s=4),
        stood("twice", now + 1, wait_s=6, kind="transfer", task_id="again"),
        stood("wrote", now, wait_s=12, kind="callback", queue="emergency"),
        stood("wrote", now + 1, wait_s=2, kind="transfer", queue="emergency", task_id="handed-on"),
        stood("broke-off", now, wait_s=8, state="abandoned", queue="emergency"),
        stood("broke-off", now, wait_s=40, kind="callback", queue="emergency", task_id="rung-up"),
        stood("dialled", now, kind="outbound"),
        stood("yesterday", now - 48 * 60 * MINUTE),
    ]


async def test_each_number_of_a_queue_opens_as_many_contacts_as_it_counts(node: Node) -> None:
    token, client = await supervisor(node)
    now = SystemClock().now_ms()
    tasks = lines_of_a_day(now)
    ids = sorted({task["contact_id"] for task in tasks})
    contacts = [contact_row(c, started_at=now, direction="outbound" if c == "dialled" else "inbound") for c in ids]
    await node.write(Contact=contacts, TaskRow=tasks)
    queues = {queue["name"]: queue for queue in (await board_of(node, token))["queues"]}
    async with client:
        for name, queue in queues.items():
            number = {"waiting": f"waiting_in={name}", "offered": f"queued_in={name}"}
            number |= {result: f"queued_in={name}&result={result}" for result in ("answered", "abandoned")}
            queue["other"] = queue["offered"] - queue["answered"] - queue["abandoned"]
            number["other"] = f"queued_in={name}&result=other"
            for figure, query in number.items():
                found = await listed(client, f"/api/contacts?{query}", "contact_id")
                assert len(found) == queue[figure], (name, figure, found)
        phone = await listed(client, "/api/contacts?queued_in=phone&result=answered", "contact_id")
        assert phone == {"talks", "served", "cut-off", "passed-on", "twice"}
        left = (await client.get("/api/contacts?queued_in=emergency&result=abandoned")).json()["items"]
        waits = {each["contact_id"]: each["in_queue"] for each in left}
        gone = {"queue": "emergency", "result": "abandoned"}
        assert waits == {"passed-on": {**gone, "wait_s": 28}, "broke-off": {**gone, "wait_s": 8}}
        (wrote,) = (await client.get("/api/contacts?queued_in=emergency&result=answered")).json()["items"]
        assert (wrote["contact_id"], wrote["in_queue"]["wait_s"]) == ("wrote", 12), "danger in writing, called back"
    assert (queues["phone"]["offered"], queues["phone"]["abandoned"]) == (10, 1)
    assert queues["phone"]["asa_s"] == round((0 + 5 + 5 + 3 + 4) / 5), "a callback has no speed of answer"
    assert (queues["web"]["answered"], queues["web"]["asa_s"], queues["web"]["in_time"]) == (1, 70, 0)
