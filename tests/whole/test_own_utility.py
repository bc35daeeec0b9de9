"""A utility's own data, imported while it is served: its customers call, its people answer and report the shift."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from app.domain.seed.people import DEMO_PASSWORD
from tests.whole.people import Call, Person, Phones, until
from tests.whole.rig import System
from tests.whole.test_calls import contact_of, orders_of
from tests.whole.test_talks import connect

SAMPLES = Path(__file__).parents[2] / "docs" / "samples"
KINDS = ("areas", "customers", "accounts", "bills", "outages", "agents", "calendar", "knowledge")
CHINESE, ENGLISH = "+8613800005001", "+8613800005002"
AGENT, CREW, SUPERVISOR = "8001", "8002", "8009"
PASSWORD = DEMO_PASSWORD + "\n"

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module", autouse=True)
def imported(system: System) -> None:
    """All sample files, into a system that is serving; its people get passwords."""
    with pytest.MonkeyPatch.context() as beside:
        for name, value in system.environ.items():
            beside.setenv(name, value)
        for kind in KINDS:
            assert main(["import", kind, str(SAMPLES / f"{kind}.csv")]) == 0, kind
        new = ["user", "add", SUPERVISOR, "--name", "示例班长", "--role", "supervisor", "--team", "S"]
        for words in (["user", "passwd", AGENT], ["user", "passwd", CREW], new):
            beside.setattr("sys.stdin", io.StringIO(PASSWORD))
            assert main(words) == 0, words


@pytest.fixture
async def crew(system: System) -> AsyncIterator[Person]:
    """The imported crew, at work."""
    async with Person(system.app_url, CREW) as person:
        await person.available()
        yield person


async def heard_number(call: Call) -> str:
    """The order's number that is read out."""
    spoken = re.search(r"(?:\d ){9,}\d", await call.hears(r"(?:\d ){9,}\d"))
    assert spoken is not None
    return re.sub(r"\D", "", spoken[0])


async def hears_the_bill(phones: Phones, number: str, amount: str) -> Call:
    """A call of an imported customer who asks for the bill."""
    call = await phones.call(number)
    await call.press("2", "1")
    await call.hears(amount)
    await call.hang_up()
    return call


@pytest.mark.parametrize(
    ("number", "lang", "amount", "restored"),
    [(CHINESE, "zh-CN", r"86元5角1分", r"恢复|来电"), (ENGLISH, "en", r"961\.25", r"restored|back")],
)
async def test_an_imported_customer_hears_the_bill_and_has_a_fault_restored_by_the_imported_crew(
    system: System, phones: Phones, crew: Person, number: str, lang: str, amount: str, restored: str
) -> None:
    asked = await hears_the_bill(phones, number, amount)
    await contact_of(system, asked.call_sid, state="ended", outcome="self_service", lang=lang)
    call = await phones.call(number)
    await call.press("1", "1", "1", "1", "1")
    order_no = await heard_number(call)
    await phones.texted(number, order_no)
    await call.hang_up()
    contact = await contact_of(system, call.call_sid, state="ended")
    assert [order["order_no"] for order in await orders_of(system, contact["contact_id"])] == [order_no]
    offer = await crew.offered(queue="field")
    await crew.tell("accept", offer_id=offer["offer_id"])
    for state in ("en_route", "arrived", "restored"):
        await crew.tell("step", order_no=order_no, to=state, note="fuse replaced")
    await phones.texted(number, restored)


async def test_the_imported_agent_answers_and_hands_in_the_shift(system: System, phones: Phones) -> None:
    async with Person(system.app_url, AGENT) as agent, Person(system.app_url, SUPERVISOR) as supervisor:
        await agent.available()
        call = await phones.call(system.number())
        await call.press("0")
        offer = await agent.offered()
        await connect(agent, phones, offer)
        await call.in_conference()
        made = await agent.rest("POST", "/api/work-orders", order_about(offer["contact_id"]))
        await agent.tell("hang_up", contact_id=offer["contact_id"])
        await agent.tell("wrap_up", contact_id=offer["contact_id"], disposition="order_opened", note="")
        await call.press("1", "1")
        assert await call.ended() == "completed"
        await contact_of(system, call.call_sid, state="ended", outcome="answered", agent_no=AGENT)
        draft = await until(lambda: drafted(agent), "a draft with the survey")
        assert draft["counts"]["answered"] == 1
        assert [item["order_no"] for item in draft["open_items"]] == [made["order_no"]]
        address = f"/api/daily-summaries/{draft['summary_id']}"
        await agent.rest("PATCH", address, {"text": "一切正常"})
        handed = await agent.rest("POST", f"{address}/submit", {"handed_to": {made["order_no"]: "1001"}})
        assert (handed["state"], handed["text"]) == ("submitted", "一切正常")
        (shown,) = (await supervisor.rest("GET", "/api/daily-summaries", agent_no=AGENT))["items"]
        assert shown["summary_id"] == draft["summary_id"]
        read = await supervisor.rest("POST", f"{address}/acknowledge", {"comment": "谢谢"})
        assert (read["state"], read["comment"]) == ("acknowledged", "谢谢")


def order_about(contact_id: str) -> dict[str, Any]:
    """What the agent writes down."""
    return {"type": "consult", "contact_id": contact_id, "description": "过户需要什么材料"}


async def drafted(agent: Person) -> dict[str, Any] | None:
    """The agent's own draft, once the survey is in it."""
    (draft,) = (await agent.rest("GET", "/api/daily-summaries", agent_no=AGENT))["items"]
    return dict(draft) if draft["counts"]["surveys"]["n"] else None
