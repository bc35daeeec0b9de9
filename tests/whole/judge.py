"""After the kills: what callers were told, the rows, and the carrier's ledger must say the same."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from typing import Any

from tests.whole.documents import wrong_documents
from tests.whole.invariants import broken, texts_agree
from tests.whole.people import Phones, until
from tests.whole.rig import System
from tests.whole.robots import Told
from tests.whole.verdict import Verdict

SETTLE_S = 120.0
MADE = "('customer.ring', 'agent.ring', 'participant.ring')"
ENSURED = "SELECT id FROM outbox WHERE kind = 'sms.ensure' AND state IN ('pending', 'sending', 'unknown')"
NOT_ENDED = "SELECT contact_id, state FROM contacts WHERE channel = 'voice' AND (ended_at IS NULL OR outcome IS NULL)"
SCORES = "SELECT score, solved FROM surveys s JOIN contacts c ON c.contact_id = s.contact_id WHERE c.call_sid = :sid"
ORDERS = """SELECT w.order_no, w.urgency, w.source, w.account_no, c.call_sid, c.channel FROM work_orders w
    JOIN contacts c ON c.contact_id = w.contact_id"""


class Judge:
    """Fills the verdict's lists of what was lost, doubled or broken."""

    def __init__(self, system: System, phones: Phones, verdict: Verdict) -> None:
        self._system, self._phones, self._verdict = system, phones, verdict

    async def settled(self) -> None:
        """Until everything that is under way has come to its end, or too long."""
        with suppress(AssertionError):
            await until(self._quiet, "quiet", SETTLE_S)

    async def _quiet(self) -> bool:
        open_rows = [await self._system.rows(query) for query in (ENSURED, NOT_ENDED)]
        live = await self._phones.ask("GET", "/control/calls", live="true")
        return not any(open_rows) and not live["items"] and not await broken(self._system)

    async def _whole(self) -> bool:
        return not await broken(self._system)

    async def judge(self, reports: Sequence[tuple[str, str]]) -> None:
        """Everything; `reports` are the number and account of each fault that was reported as a text."""
        verdict = self._verdict
        self._orders = await self._system.rows(ORDERS)
        self._texts = [line for line in await self._phones.ledger(kind="message") if line["direction"] != "inbound"]
        calls = {row["call_sid"]: row for row in await self._system.rows("SELECT * FROM contacts")}
        for told in verdict.told:
            await self._call(told, calls)
        await self._reports(reports)
        self._confirmed()
        for line in await texts_agree(self._system, self._phones):
            (verdict.lost if line.startswith("lost") else verdict.doubled).append(line)
        await self._calls_made()
        for row in await self._system.rows(NOT_ENDED):
            verdict.broken.append(f"not ended: {row}")
        live = await self._phones.ask("GET", "/control/calls", live="true")
        verdict.broken += [f"still on the line: {call}" for call in live["items"]]
        with suppress(AssertionError):  # the agents have just left, which is written and sealed in a moment
            await until(self._whole, "whole rows", 20)
        verdict.broken += [f"{rule}: {rows}" for rule, rows in (await broken(self._system)).items()]
        verdict.broken += [line for line in await wrong_documents(self._phones) if not line.startswith("error")]
        said = await asyncio.to_thread(self._system.hotline, "journal", "verify")
        verdict.broken += [said.stdout + said.stderr] if said.returncode else []

    async def _call(self, told: Told, calls: Mapping[str, Mapping[str, Any]]) -> None:
        about = f"{told.story.name} {told.number} {told.call_sid}"
        if told.call_sid not in calls:
            self._verdict.lost.append(f"contact of {about}")
        if not told.reached:
            self._verdict.lost.append(f"did not go on: {about}: {told.heard} {await self._webhooks(told.number)}")
        orders = [order for order in self._orders if order["call_sid"] == told.call_sid]
        if told.order_no and told.order_no not in {order["order_no"] for order in orders}:
            self._verdict.lost.append(f"order {told.order_no} was told to {about} and is not there")
        if len(orders) > told.story.orders:
            self._verdict.doubled.append(f"orders of {about}: {orders}")
        if not told.reached:
            return
        if len(orders) < told.story.orders:
            self._verdict.lost.append(f"the order of {about}")
        if told.story.name == "emergency" and [order["urgency"] for order in orders] not in (["emergency"], ["urgent"]):
            self._verdict.broken.append(f"urgency of {about}: {orders}")
        if told.story.name == "talk":
            scores = [(row["score"], bool(row["solved"])) for row in await self._system.rows(SCORES, sid=told.call_sid)]
            self._count(f"the survey of {about}", len(scores), 1)
            if scores and scores[0] != (5, True):
                self._verdict.broken.append(f"the survey of {about} says {scores}")

    async def _webhooks(self, number: str) -> list[str]:
        """How the carrier fared with the service about this number."""
        lines = await self._phones.ledger(party=number, kind="webhook")
        return [f"{w['url'].rpartition('/')[2]}#{w['attempt']}={w.get('status')}/{w.get('took_ms')}" for w in lines]

    async def _reports(self, reports: Sequence[tuple[str, str]]) -> None:
        for number, account_no in reports:
            orders = [o for o in self._orders if o["account_no"] == account_no and o["channel"] == "sms"]
            about = f"the order that {number} texted for {account_no}"
            self._count(about if len(orders) == 1 else f"{about}: {await self._webhooks(number)}", len(orders), 1)

    def _confirmed(self) -> None:
        """Each order has told its number to whoever asked for it in one text, not in two."""
        said = Counter(
            order["order_no"] for order in self._orders for text in self._texts if order["order_no"] in text["body"]
        )
        for order in self._orders:
            self._count(f"the text that confirms {order}", said[order["order_no"]], 1)

    async def _calls_made(self) -> None:
        """Each request to call somebody has made one call at the carrier."""
        lines = await self._phones.ledger(kind="call_created")
        made = [line for line in lines if line.get("direction") == "outbound-api"]
        query = f"SELECT COUNT(*) AS n FROM outbox WHERE kind IN {MADE} AND state = 'sent'"
        asked = (await self._system.rows(query))[0]["n"]
        self._count(f"calls made for {asked} requests", len(made), asked)

    def _count(self, what: str, found: int, expected: int) -> None:
        if found < expected:
            self._verdict.lost.append(what)
        elif found > expected:
            self._verdict.doubled.append(f"{what}: {found}")


def file_is_whole(database: str) -> list[str]:
    """What SQLite finds wrong with its file, once nobody has it open."""
    if not database.startswith("sqlite"):
        return []
    with closing(sqlite3.connect(database.partition("///")[2])) as connection:
        said = str(connection.execute("PRAGMA integrity_check").fetchone()[0])
    return [] if said == "ok" else [said]
