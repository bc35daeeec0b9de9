"""The shipped trees on the real services: what callers hear, and what stands in the database afterwards."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from app.db.tables import InboxRow
from app.usecases.run_turn import Begin, Conversation, Ran, Resume, run_turn
from ivr_flows import shipped
from ivr_flows.effects import Effect, Enqueue, Say, SendSms
from ivr_flows.inputs import Digits, HungUp, Input, Silence
from ivr_flows.inputs import Recording as Recorded
from ivr_flows.session import Session
from tests.app.world import CALLER, STRANGER, World


@dataclass
class Phone:
    """A caller on the line: hears, presses, records."""

    world: World
    caller: str = CALLER
    lang: str | None = None
    contact: dict[str, Any] = field(default_factory=dict)
    session: Session | None = None
    effects: tuple[Effect, ...] = ()
    said: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    async def ring(self) -> Phone:
        """The call begins."""
        known = await self.world.services.known(self.caller, "voice", self.world.at.at_ms)
        facts = dict(known.facts) | ({"lang": self.lang} if self.lang else {})
        self.contact = dict(self.world.call(self.caller, **known.contact).contact)
        await self._run(Begin("main", facts), facts["lang"])
        return self

    async def press(self, *keys: str) -> Phone:
        """Keys, each at the wait that takes it; `~` is silence, `r` a recording, `h` hanging up."""
        for key in keys:
            given: Input = {"~": Silence(), "r": Recorded("RE1", 5), "h": HungUp()}.get(key, Digits(key))
            assert self.session is not None
            await self._run(Resume(self.session, given), self.session.lang)
        return self

    async def _run(self, step: Begin | Resume, lang: str) -> None:
        at_ms = self.world.at.at_ms
        talk = Conversation(self.contact["contact_id"], "voice", self.caller, lang, at_ms, 0, self.contact)
        ran = await run_turn(shipped.release(), self.world.services, talk, step)
        assert isinstance(ran, Ran), ran
        await self.world.database.commit(ran.write_set)
        self.contact |= ran.contact
        self.session, self.effects = ran.session, ran.effects
        self.said = [effect.text for effect in ran.effects if isinstance(effect, Say)]
        self.texts += [effect.text for effect in ran.effects if isinstance(effect, SendSms)]
        errors = [part for part in ran.parts if part.get("outcome") in ("error", "timeout")]
        assert not errors, errors


async def test_a_customer_hears_the_bill_in_two_keys(world: World) -> None:
    await world.bill("1000000001", 8_650)
    phone = await (await Phone(world).ring()).press("2", "1")
    assert "2026年1月用电160千瓦时，电费86元5角" in phone.said[0]
    english = await (await Phone(world, lang="en").ring()).press("2", "1")
    assert "86.50 yuan" in english.said[0]


async def test_a_customer_reports_a_fault_and_hears_and_reads_its_number(world: World) -> None:
    phone = await (await Phone(world).ring()).press("1", "1", "1", "1")
    (order,) = await world.orders()
    assert " ".join(order.order_no) in phone.said[0]
    assert "45分钟" in phone.said[0]
    assert [order.order_no in text for text in phone.texts] == [True], "one confirmation for each order"
    assert (order.account_no, order.area_code, order.unit) == ("1000000001", "C1", "north")


async def test_16_a_stranger_describes_the_place_and_nobody_asks_for_an_account_again(world: World) -> None:
    await (await Phone(world, STRANGER).ring()).press("1", "1", "*", "r", "1")
    (order,) = await world.orders()
    assert (order.to_listen, order.recording_id, order.contact_phone) == (True, "RE1", STRANGER)


async def test_15_known_outage_two_keys_to_an_order_and_it_is_said_first(world: World) -> None:
    await world.outage()
    phone = await Phone(world).ring()
    assert any("东城正在停电" in said for said in phone.said)
    await phone.press("1")
    assert sorted(order.state for order in await world.orders()) == ["accepted", "merged"]
    again = await Phone(world).ring()
    assert any("您已登记过" in said for said in again.said)


async def test_1_eight_then_gone_leaves_an_urgent_order_and_a_callback_at_the_head(world: World) -> None:
    phone = await (await Phone(world, STRANGER).ring()).press("8")
    (order,) = await world.orders()
    assert (order.urgency, order.contact_phone) == ("urgent", STRANGER)
    await phone.press("h")
    queued = [row.body for row in await world.rows(InboxRow)]
    assert [(body["queue"], body["kind"], body["contact_id"]) for body in queued] == [
        ("emergency", "callback", phone.contact["contact_id"])
    ]


async def test_eight_and_the_place_leads_to_a_human(world: World) -> None:
    phone = await (await Phone(world, STRANGER).ring()).press("8", "r")
    assert [effect.queue for effect in phone.effects if isinstance(effect, Enqueue)] == ["emergency"]
    (order,) = await world.orders()
    assert order.to_listen


async def test_a_complaint_by_voice_is_registered_with_what_is_promised(world: World) -> None:
    phone = await (await Phone(world, STRANGER).ring()).press("3", "1", "1", "r")
    (order,) = await world.orders()
    assert (order.type, order.subtype, order.level, order.to_listen) == ("complaint", "service", "general", True)
    assert "24小时内联系您，5个工作日内答复" in phone.said[0]


async def test_an_account_cut_for_arrears_hears_it_first_and_gets_no_fault_order(world: World) -> None:
    await world.account("1000000004", "C1", STRANGER, status="suspended_arrears")
    await world.bill("1000000004", 8_650)
    phone = await (await Phone(world, STRANGER).ring()).press("1", "1")
    assert "截至" in phone.said[0]
    assert "1笔欠费" in phone.said[0]
    await phone.press("1")
    assert [(order.type, order.subtype) for order in await world.orders()] == [("service_request", "reconnection")]


async def test_a_stranger_hears_the_same_of_a_cut_account_as_of_any_other(world: World) -> None:
    await world.account("1000000004", "C1", CALLER, status="suspended_arrears")
    await world.account("1000000005", "C1", CALLER)
    await world.bill("1000000004", 8_650)
    heard = []
    for account_no, stranger in (("1000000004", STRANGER), ("1000000005", STRANGER[:-1] + "8")):
        phone = await Phone(world, stranger).ring()
        said = []
        for key in ("1", "1", account_no, "1"):
            await phone.press(key)
            said.append(re.sub("[0-9 ]", "", "".join(phone.said)))
        heard.append((said, [re.sub("[0-9]", "", text) for text in phone.texts]))
    assert heard[0] == heard[1]
    assert "报修已受理" in heard[0][0][-1]
