"""A small utility for tests: two areas, a few accounts, a calendar, and the services on top of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import SQLModel, select

from app.db.database import Database
from app.db.tables import (
    Account,
    AccountPhone,
    Area,
    Bill,
    Contact,
    Customer,
    OrderClock,
    Outage,
    OutageArea,
    WorkOrder,
)
from app.db.write_set import WriteSet
from app.domain.calendar.rules import WorkCalendar
from app.domain.orders.clocks import Workdays
from app.domain.orders.numbers import OrderNumbers
from app.domain.orders.reads import OrderFile, order_file
from app.domain.orders.sealing import Seal
from app.domain.orders.written import Rules, Written
from app.usecases.run_turn import Answer, Conversation
from app.usecases.services.asking import Tools
from app.usecases.services.caller_facts import Known, caller_facts
from app.usecases.services.registry import HotlineServices

ZONE = ZoneInfo("Asia/Shanghai")
CALLER = "+8613800000001"
STRANGER = "+8613800000009"
RULES = Rules(Workdays(WorkCalendar(), ZONE))


def ms(text: str) -> int:
    """A local instant, `2026-02-13 10:00`."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp() * 1000)


NOW = ms("2026-03-04 10:00")
MINUTE = 60_000
HOUR = 60 * MINUTE


class At:
    """A clock that stands where it is put."""

    def __init__(self, at_ms: int = NOW) -> None:
        self.at_ms = at_ms

    def now_ms(self) -> int:
        """The instant that was put."""
        return self.at_ms


@dataclass
class World:
    """The database with its services; `contact` is the row that services see, changed as they ask."""

    database: Database
    contact: dict[str, Any] = field(default_factory=dict)
    at: At = field(default_factory=At)

    def __post_init__(self) -> None:
        self.tools = Tools(ZONE, Seal("s" * 32), OrderNumbers(self.database, self.at))
        self.services = HotlineServices(self.database, self.tools)
        self.turn = 0

    async def put(self, table: type[SQLModel], **values: Any) -> None:
        """One row."""
        write = WriteSet()
        write.put(table, **values)
        await self.database.commit(write)

    async def founded(self) -> World:
        """Areas, a city account of the caller, a rural one of nobody's phone."""
        await self.put(Area, code="P", name="示范省", kind="province", area_type="city", unit="north")
        await self.put(Area, code="C1", name="东城", kind="county", parent_code="P")
        await self.put(Area, code="R1", name="柳沟乡", kind="town", parent_code="P", area_type="rural")
        await self.account("1000000001", "C1", CALLER)
        await self.account("1000000002", "R1")
        return self

    async def account(self, account_no: str, area: str, phone: str | None = None, **values: Any) -> None:
        """An account with its customer."""
        sensitive = values.pop("sensitive", [])
        person = {"name": "客户" + account_no[-1], "kind": "person", "trade_mode": "individual", "relation": "current"}
        await self.put(Customer, customer_no="K" + account_no, sensitive=sensitive, **person)
        base = {"customer_no": "K" + account_no, "address": "东城平安路12号", "user_class": "residential"}
        await self.put(Account, account_no=account_no, area_code=area, **{**base, **values})
        if phone:
            await self.put(AccountPhone, account_no=account_no, phone=phone)

    async def bill(self, account_no: str, amount_fen: int, paid_fen: int = 0, month: str = "2026-01") -> None:
        """A bill that was due on the 20th of February."""
        dates = {"issued_on": "2026-02-01", "due_on": "2026-02-20"}
        figures = {"kwh_hundredths": 16_000, "amount_fen": amount_fen, "paid_fen": paid_fen}
        await self.put(Bill, account_no=account_no, month=month, **figures, **dates)

    async def outage(self, outage_no: str = "900001", area: str = "C1", **values: Any) -> None:
        """A published outage since an hour ago, expected to end in an hour."""
        base = {"kind": "fault", "cause": "线路故障", "start_at": self.at.at_ms - HOUR, "eta_at": self.at.at_ms + HOUR}
        await self.put(Outage, outage_no=outage_no, **{**base, **values})
        await self.put(OutageArea, outage_no=outage_no, area_code=area)

    def call(self, caller: str = CALLER, channel: str = "voice", **values: Any) -> World:
        """The next questions come from a new contact."""
        self.turn += 100
        base = {"contact_id": f"contact-{self.turn}", "from_number": caller, "identity": "none", "lang": "zh-CN"}
        self.contact = {**base, "agent_no": None, "unit": None, "learned": {}, "channel": channel, **values}
        return self

    async def ask(self, service: str, _line: str | None = None, **args: Any) -> Answer:
        """Ask and commit what the answer wants written, as a turn does."""
        answer = await self.answer(service, _line, **args)
        await self.database.commit(answer.write_set)
        self.contact |= answer.contact
        return answer

    async def answer(self, service: str, _line: str | None = None, **args: Any) -> Answer:
        """Ask, and write nothing."""
        self.turn += 1
        talk = Conversation(
            self.contact["contact_id"],
            self.contact["channel"],
            self.contact["from_number"],
            self.contact["lang"],
            self.at.at_ms,
            self.turn,
            self.contact,
            _line,
        )
        return await self.services.ask(service, {k: v for k, v in args.items() if v is not None}, talk)

    async def known(self, caller: str = CALLER, channel: str = "voice") -> Mapping[str, Any]:
        """The facts with which a tree starts."""
        return (await self.meet(caller, channel)).facts

    async def meet(self, caller: str = CALLER, channel: str = "voice") -> Known:
        """All that is known of a caller."""
        async with self.database.session() as session:
            at_ms = self.at.at_ms
            return await caller_facts(
                session, self.tools, contact_id="new", caller=caller, channel=channel, at_ms=at_ms
            )

    async def contacts(self, n: int, caller: str = CALLER, **values: Any) -> None:
        """Earlier calls, a quarter of an hour apart."""
        for k in range(1, n + 1):
            base = {"channel": "voice", "to_number": "+15550095598", "state": "ended", "outcome": "self_service"}
            at = self.at.at_ms - k * 15 * MINUTE
            row = {"contact_id": f"early-{caller}-{k}", "from_number": caller, "started_at": at}
            await self.put(Contact, **{**base, **row, **values})

    async def file(self, order_no: str) -> OrderFile:
        """An order with what stands around it."""
        async with self.database.session() as session:
            found = await order_file(session, order_no)
        assert found is not None
        return found

    async def do(self, written: object) -> Written:
        """Commit a change that must not have been refused."""
        assert isinstance(written, Written), written
        await self.database.commit(written.write)
        return written

    async def orders(self) -> list[WorkOrder]:
        """All orders as they were opened."""
        async with self.database.session() as session:
            return list((await session.exec(select(WorkOrder).order_by(WorkOrder.order_no))).all())

    async def rows(self, table: type[SQLModel]) -> list[Any]:
        """All rows of a table."""
        async with self.database.session() as session:
            return list((await session.exec(select(table))).all())

    async def clock(self, order_no: str, name: str) -> OrderClock:
        """One clock of an order."""
        return next(clock for clock in (await self.file(order_no)).clocks if clock.name == name)
