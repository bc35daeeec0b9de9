"""What the logs hold: one JSON line each, no personal value whatever goes wrong, and never a wait for the sink."""

from __future__ import annotations

import io
import json
import logging
import threading

import pytest

from app.db.tables import Contact
from app.edge.guard import GuardedRoute, public
from app.observe.logging import configure_logging, logger, mask
from tests.app.edge.conftest import NOW, PASSWORD, House

NAME, STREET, PHONE = "Canary Zhangsan", "99 Canary Lane", "+8613899990000"
CANARIES = (NAME, "Canary", STREET, PHONE, "13899990000", PASSWORD, "csrf-of-", "token-of-")


@public
async def explode() -> None:
    raise RuntimeError(f"{NAME} lives at {STREET}, {PHONE}\nsecond line")


async def test_no_personal_value_reaches_the_log(house: House) -> None:
    house.app.router.routes.insert(0, GuardedRoute("/api/explode", explode))
    stream = io.StringIO()
    end = configure_logging(stream)
    client = await house.as_("1001")
    client.headers["User-Agent"] = NAME
    for agent_no in (NAME, "1001"):
        await house.client().post("/api/session", json={"agent_no": agent_no, "password": PASSWORD})
    body = {"type": "fault", "description": NAME, "address": STREET, "contact_phone": PHONE, "contact_name": NAME}
    assert (await client.post("/api/work-orders", json=body)).status_code == 201
    await client.post("/api/work-orders", json={**body, NAME: PHONE})
    await client.get("/api/contacts", params={"from": PHONE, "state": NAME})
    await client.get(f"/api/customers/{PHONE}", params={"reason": f"{NAME}\r\nforged: line"})
    await client.get(f"/{NAME}/{PHONE}")
    assert (await client.get("/api/explode")).status_code == 500
    logging.getLogger("some.library").warning("could not reach %s", PHONE)
    logging.getLogger("some.library").error("failed", exc_info=RuntimeError(NAME))
    logging.getLogger("asyncio").error("Task exception was never retrieved\nfuture: <Task exception=%r>", NAME)
    logger.warning("odd", name=NAME, caller={"phone": PHONE, "kind": "voice"}, said=f"call {PHONE} back")
    end()
    lines = stream.getvalue().splitlines()
    assert len(lines) >= 10
    for line in lines:
        assert isinstance(json.loads(line), dict), line
    for canary in CANARIES:
        assert canary not in stream.getvalue(), canary
    metrics = house.services.metrics.exposition().decode()
    for canary in CANARIES:
        assert canary not in metrics


async def test_each_request_is_one_line_with_route_status_and_time(house: House) -> None:
    stream = io.StringIO()
    end = configure_logging(stream)
    await house.insert(
        Contact, contact_id="c1", channel="voice", from_number=PHONE, to_number=PHONE, state="ended", agent_no="1001",
        started_at=NOW,
    )  # fmt: skip
    await (await house.as_("1001")).get("/api/contacts/c1")
    end()
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    (line,) = [line for line in lines if line["event"] == "request"]
    assert (line["method"], line["route"], line["status"], line["level"]) == (
        "GET",
        "/api/contacts/{contact_id}",
        200,
        "info",
    )
    assert line["ms"] >= 0


def test_a_failure_is_logged_by_type_and_place() -> None:
    stream = io.StringIO()
    end = configure_logging(stream)
    try:
        raise ValueError(NAME)
    except ValueError:
        logger.exception("broken")
    end()
    line = json.loads(stream.getvalue())
    assert line["error"] == "ValueError"
    assert line["places"][-1].startswith("test_logs.py:")


class StuckSink(io.StringIO):
    """A sink that takes nothing until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()

    def write(self, text: str) -> int:
        self.gate.wait()
        return super().write(text)


def test_a_stuck_sink_costs_lines_and_never_time() -> None:
    sink, dropped = StuckSink(), []
    end = configure_logging(sink, dropped=lambda: dropped.append(1))
    for n in range(10_500):
        logger.info("line", n=n)
    assert 400 <= len(dropped) <= 500
    sink.gate.set()
    end()


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("order_no", "1000000015", "1000000015"),
        ("said", "call 138 0000 0001 now", "call [digits] now"),
        ("said", "order 123456", "order 123456"),
        ("phone", PHONE, "[masked]"),
        ("count", 12345678, 12345678),
        ("said", "a\r\nb\x00\ud800", "a  b  "),
    ],
)
def test_masking(key: str, value: object, shown: object) -> None:
    assert mask(key, value) == shown
