"""The service is killed again and again while people call; the carrier's ledger and the rows are the judges."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from app.observe.failpoints import POINTS
from tests.whole.front import Front
from tests.whole.invariants import broken, texts_agree
from tests.whole.people import Phones, until
from tests.whole.processes import Process
from tests.whole.rig import OPERATIONS, System
from tests.whole.robots import STORIES, Robot, Told, play

AGENTS = ("1001", "1002", "1004")
RANDOM = "at random"
TIMES = {
    "commit": (15, 60),
    "webhook": (1, 12),
    "inbox": (3, 15),
    "outbox": (1, 4),
    "seal": (3, 12),
    "view": (2, 4),
    "console": (1, 3),
}
"""From which to which time of reaching a point, by the first part of its name, the kill is drawn."""
AT_START = ("start", "lease", "leader")
"""Points that a starting process passes; never two lives in a row end there, as no call could go on."""
WAIT_S = 8.0
SETTLE_S = 60.0
LOADED = "app.cli.serving"
AHEAD = 4
"""So many next lives are loaded already, for a restart within the time that a supervisor of processes would take."""
PICKS_UP = {"steps": [{"hear": "按1|press 1", "press": "1"}], "hang_up_after_s": 12}
"""How those who are called back behave."""


@dataclass
class Verdict:
    """What a run has shown."""

    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    told: list[Told] = field(default_factory=list)
    texts: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def fine(self) -> bool:
        """Nothing lost, nothing doubled, everything whole."""
        return not (self.lost or self.doubled or self.broken)

    def table(self) -> str:
        """For people."""
        rows = [f"{'point':<20} {'kills':>5}"]
        rows += [f"{point:<20} {self.kills[point]:>5}" for point in (*POINTS, RANDOM)]
        stories = Counter(told.story.name for told in self.told)
        rows.append(
            f"calls: {dict(stories)} · texts: {self.texts} · points hit: {sum(p in self.kills for p in POINTS)}"
        )
        for name in ("lost", "doubled", "broken"):
            found: list[str] = getattr(self, name)
            rows += [f"{name}: {len(found)}", *(f"  {line[:1500]}" for line in found[:30])]
        rows.append(f"seed {self.seed} · {sum(self.kills.values())} kills")
        return "\n".join(rows)


class Torture:
    """One run on one database."""

    def __init__(self, database: str, folder: Path, kills: int, seed: int, callers: int = 5) -> None:
        self._database, self._folder = database, folder
        self._wanted, self._callers = kills, callers
        self._random = random.Random(seed)
        self.verdict = Verdict(seed)
        self._over = asyncio.Event()

    async def run(self) -> Verdict:
        """Kill until it is enough, let everybody come to an end, judge."""
        async with Front() as front:
            self._system = System(self._database, self._folder, app_url=front.url, operations=OPERATIONS)
            front.nodes = [self._system.nodes[0].url]
            self._system.carrier.start()
            try:
                await asyncio.to_thread(self._system.carrier.await_ready)
                async with Phones(self._system.carrier_url) as phones:
                    await self._live(phones)
                    await self._judge(phones)
            finally:
                await asyncio.to_thread(self._system.stop)
        return self.verdict

    async def _live(self, phones: Phones) -> None:
        self._numbers = await self._accounts()
        node = self._system.nodes[0]
        robots = [Robot(phones, node.url, agent_no) for agent_no in AGENTS]
        agents = [asyncio.create_task(robot.run()) for robot in robots]
        people = [asyncio.create_task(self._call_on(phones)) for _ in range(self._callers)]
        people.append(asyncio.create_task(self._text_on(phones)))
        try:
            await self._kill_on(node)
            self._over.set()
            await asyncio.gather(*people)
            with suppress(AssertionError):
                await until(self._quiet, "quiet", SETTLE_S)
        finally:
            for task in (*agents, *people):
                task.cancel()
            await asyncio.gather(*agents, *people, return_exceptions=True)

    async def _accounts(self) -> Iterator[tuple[str, str]]:
        """Phones and accounts of ordinary customers, each used once; then unknown ones."""
        query = """SELECT p.phone, a.account_no, c.sensitive, c.lang, a.status,
            (SELECT COUNT(*) FROM bills b WHERE b.account_no = a.account_no AND b.paid_fen < b.amount_fen) AS unpaid
            FROM account_phones p JOIN accounts a ON a.account_no = p.account_no
            JOIN customers c ON c.customer_no = a.customer_no ORDER BY a.account_no"""
        rows = [row for row in await self._system.rows(query) if row["account_no"] > "8000000012"]
        plain = [
            (str(row["phone"]), str(row["account_no"]))
            for row in rows
            if row["unpaid"] < 2 and row["status"] == "active" and row["lang"] == "zh-CN" and len(row["sensitive"]) < 3
        ]
        return iter(plain)

    async def _kill_on(self, node: Process) -> None:
        points, drawn = self._points(), deque[str]()

        def prepare() -> None:
            while len(drawn) < AHEAD:
                point, named = self._named(next(points))
                drawn.append(point)
                node.stand_by(LOADED, **named)

        prepare()
        while sum(self.verdict.kills.values()) < self._wanted:
            await self._until(lambda: node.standing_by > 0)
            node.start()
            point = drawn.popleft()
            prepare()
            await self._up_or_dead(node)
            if await self._dies(node, self._random.uniform(0.5, WAIT_S) if point == RANDOM else WAIT_S):
                self.verdict.kills[point] += 1
            else:
                await self._until(lambda: node.standing_by > 1)
                await asyncio.to_thread(node.kill)
                self.verdict.kills[RANDOM] += 1
        await asyncio.to_thread(node.stop)
        node.start()
        await asyncio.to_thread(node.await_ready)

    async def _until(self, true: Callable[[], bool]) -> None:
        while not true():
            await asyncio.sleep(0.02)

    def _named(self, drawn: tuple[str, int]) -> tuple[str, dict[str, str]]:
        point, times = drawn
        return point, {} if point == RANDOM else {"HOTLINE_FAILPOINT": f"{point}:{times}"}

    async def _up_or_dead(self, node: Process) -> None:
        while node.alive and not await asyncio.to_thread(node.is_ready):
            await asyncio.sleep(0.05)

    def _points(self) -> Iterator[tuple[str, int]]:
        """All points in a drawn order, again and again, with random moments between them."""
        while True:
            early = [point for point in POINTS if point.startswith(AT_START)]
            late = [point for point in POINTS if point not in early] + [RANDOM] * 4
            self._random.shuffle(early)
            self._random.shuffle(late)
            for point in late:
                yield point, self._random.randint(*TIMES.get(point.partition(".")[0], (1, 1)))
                if early:
                    yield early.pop(), 1
                    yield RANDOM, 1

    async def _dies(self, node: Process, within_s: float) -> bool:
        give_up = asyncio.get_running_loop().time() + within_s
        while node.alive and asyncio.get_running_loop().time() < give_up:
            await asyncio.sleep(0.02)
        return not node.alive

    async def _call_on(self, phones: Phones) -> None:
        while not self._over.is_set():
            story = self._random.choice(STORIES)
            number = self._system.number() if story.name == "talk" else next(self._numbers, ("", ""))[0]
            if not number:
                story, number = STORIES[0], self._system.number()
            if story.name == "emergency":
                await phones.lives_at(number, answer_after_s=0.3, script=PICKS_UP)
            self.verdict.told.append(await play(phones, story, number))

    async def _text_on(self, phones: Phones) -> None:
        self._reports: list[tuple[str, str]] = []
        while not self._over.is_set():
            number, account_no = next(self._numbers, ("", ""))
            if not number:
                return
            self._reports.append((number, account_no))
            await phones.text(number, f"BX {account_no} 家里没电")
            with suppress(AssertionError):
                await phones.texted(number, r"\d{10,12}")
            self.verdict.texts += 1

    async def _quiet(self) -> bool:
        return not await broken(self._system)

    async def _texts_ensured(self) -> bool:
        open_rows = "SELECT id FROM outbox WHERE kind = 'sms.ensure' AND state IN ('pending', 'sending', 'unknown')"
        return not await self._system.rows(open_rows)

    async def _judge(self, phones: Phones) -> None:
        verdict = self.verdict
        with suppress(AssertionError):
            await until(self._texts_ensured, "texts ensured", 60)
        for told in verdict.told:
            await self._judge_call(phones, told)
        for number, account_no in self._reports:
            rows = await self._system.rows(
                "SELECT order_no FROM work_orders WHERE account_no = :no AND source = 'sms'", no=account_no
            )
            told_of = [text for text in await phones.texts(number) if rows and rows[0]["order_no"] in text]
            self._count(f"text report of {account_no}", len(rows), 1)
            self._count(f"confirmation to {number}", len(told_of), 1)
        for line in await texts_agree(self._system, phones):
            (verdict.lost if line.startswith("lost") else verdict.doubled).append(line)
        await self._judge_calls_made(phones)
        with suppress(AssertionError):  # what is under way comes to its end; what is broken stays so
            await until(self._quiet, "quiet", 20)
        verdict.broken += [f"{rule}: {rows}" for rule, rows in (await broken(self._system)).items()]
        said = await asyncio.to_thread(self._system.hotline, "journal", "verify")
        verdict.broken += [said.stdout + said.stderr] if said.returncode else []
        await asyncio.to_thread(self._system.stop)
        verdict.broken += self._file_is_whole()

    async def _judge_call(self, phones: Phones, told: Told) -> None:
        about = f"{told.story.name} {told.number} {told.call_sid}"
        contacts = await self._system.rows("SELECT contact_id FROM contacts WHERE call_sid = :sid", sid=told.call_sid)
        self._count(f"contact of {about}", len(contacts), 1)
        if not told.reached:
            asked = await phones.ledger(party=told.number, kind="webhook")
            ways = [f"{w['url'].rpartition('/')[2]}#{w['attempt']}={w.get('status')}/{w.get('took_ms')}" for w in asked]
            self.verdict.lost.append(f"did not go on: {about}: {told.heard} {ways}")
        if contacts and told.story.orders:
            orders = await self._system.rows(
                "SELECT order_no FROM work_orders WHERE contact_id = :id", id=contacts[0]["contact_id"]
            )
            self._count(f"orders of {about}", len(orders), 1 if told.reached else len(orders) and 1)
            if told.order_no and told.order_no not in {order["order_no"] for order in orders}:
                self.verdict.lost.append(f"order {told.order_no} was told to {about} and is not there")

    async def _judge_calls_made(self, phones: Phones) -> None:
        """Each request to call somebody has made one call at the carrier."""
        made = [line for line in await phones.ledger(kind="call_created") if line.get("direction") == "outbound-api"]
        query = "SELECT COUNT(*) AS n FROM outbox WHERE kind IN ('customer.ring', 'agent.ring', 'participant.ring')"
        asked = (await self._system.rows(f"{query} AND state = 'sent'"))[0]["n"]
        self._count(f"calls made for {asked} requests", len(made), asked)

    def _count(self, what: str, found: int, expected: int) -> None:
        if found < expected:
            self.verdict.lost.append(what)
        elif found > expected:
            self.verdict.doubled.append(f"{what}: {found}")

    def _file_is_whole(self) -> list[str]:
        if not self._database.startswith("sqlite"):
            return []
        with closing(sqlite3.connect(self._database.partition("///")[2])) as connection:
            said = str(connection.execute("PRAGMA integrity_check").fetchone()[0])
        return [] if said == "ok" else [said]
