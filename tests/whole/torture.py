"""The service is killed again and again while people call; the carrier's ledger and the rows are the judges."""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from app.observe.failpoints import POINTS
from tests.whole.front import Front
from tests.whole.households import move_in
from tests.whole.judge import Judge, file_is_whole
from tests.whole.people import Phones
from tests.whole.processes import Process
from tests.whole.rig import OPERATIONS, System
from tests.whole.robots import STORIES, Robot, play
from tests.whole.verdict import RANDOM, Verdict

AGENTS = ("1001", "1002", "1004")
TIMES = {"commit": (1, 20), "webhook": (1, 6), "inbox": (1, 6), "outbox": (1, 3), "seal": (1, 3)}
"""From which to which time of reaching a point, by the first part of its name, the kill is drawn; else the first."""
AT_START = ("start.", "lease.taken", "leader.")
"""Points that a starting process passes; never two lives in a row end there."""
CALM_S, CALM_BY_S = 1.0, 30.0
"""A life is not ended while somebody has been waiting for it for so long: the carrier itself waits 15 s for an answer,
so that one death and another one while starting is what a call can live through on any machine."""
LATE_S = 5.0
"""A point that is not reached by then is given up for a kill at this moment."""
RANDOM_S = (0.0, 3.0)
HOUSEHOLDS_A_KILL = 8
"""More than call or text between two kills, so that the stories stay mixed to the end."""
PICKS_UP = {"steps": [{"hear": "按1|press 1", "press": "1"}], "hang_up_after_s": 12}
"""How those who are called back behave."""


def in_silence(_: Verdict) -> None:
    """No progress is wanted."""


class Torture:
    """One run on one database: so many kills, or as many as fit into `most_s`; `progress` is told after each."""

    def __init__(
        self,
        database: str,
        folder: Path,
        kills: int,
        seed: int,
        *,
        callers: int = 5,
        most_s: float = math.inf,
        progress: Callable[[Verdict], None] = in_silence,
    ) -> None:
        self._database, self._folder = database, folder
        self._wanted, self._most_s, self._callers, self._progress = kills, most_s, callers, progress
        self._random = random.Random(seed)
        self.verdict = Verdict(database.partition("+")[0], seed)
        self._over = asyncio.Event()
        self._reports: list[tuple[str, str]] = []

    async def run(self) -> Verdict:
        """Kill until it is enough, let everybody come to an end, judge."""
        async with Front() as front:
            self._system = System(self._database, self._folder, app_url=front.url, operations=OPERATIONS)
            front.nodes = [self._system.nodes[0].url]
            self._system.carrier.start()
            try:
                await asyncio.to_thread(self._system.carrier.await_ready)
                async with Phones(self._system.carrier_url) as phones:
                    judge = Judge(self._system, phones, self.verdict)
                    await self._live(phones, judge, front)
                    await judge.judge(self._reports)
            finally:
                await asyncio.to_thread(self._system.stop)
        self.verdict.broken += file_is_whole(self._database)
        self.verdict.seconds = time.monotonic() - self.verdict.began
        return self.verdict

    async def _live(self, phones: Phones, judge: Judge, front: Front) -> None:
        await move_in(self._system, self._wanted * HOUSEHOLDS_A_KILL)
        self._numbers = await self._accounts()
        node = self._system.nodes[0]
        await asyncio.to_thread(node.load)
        node.fork()
        await asyncio.to_thread(node.await_ready)
        robots = [Robot(phones, node.url, agent_no) for agent_no in AGENTS]
        agents = [asyncio.create_task(robot.run()) for robot in robots]
        people = [asyncio.create_task(self._call_on(phones)) for _ in range(self._callers)]
        people.append(asyncio.create_task(self._text_on(phones)))
        try:
            await self._kill_on(node, front)
            self._over.set()
            await asyncio.gather(*people)
            await judge.settled()
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

    async def _kill_on(self, node: Process, front: Front) -> None:
        points = self._points()
        await asyncio.to_thread(node.kill)
        began = died_at = time.monotonic()
        while len(self.verdict.kills) < self._wanted and time.monotonic() - began < self._most_s:
            point, times = next(points)
            at_start = point.startswith(AT_START)
            node.fork(**{"HOTLINE_FAILPOINT" if at_start else "FAILPOINT_LATER": f"{point}:{times}"})
            if await self._up(node):
                self.verdict.down_s.append(round(time.monotonic() - died_at, 2))
                await self._calm(front)
                node.arm()
            wait_s = self._random.uniform(*RANDOM_S) if point == RANDOM else LATE_S
            died = await self._dies(node, wait_s)
            if not died:
                await asyncio.to_thread(node.kill)
            died_at = time.monotonic()
            self.verdict.killed(point if died else RANDOM, point)
            self._progress(self.verdict)
        node.fork()
        await asyncio.to_thread(node.await_ready)

    async def _calm(self, front: Front) -> None:
        """Until everybody who waited has been answered."""
        give_up = time.monotonic() + CALM_BY_S
        while front.longest_wait_s() > CALM_S and time.monotonic() < give_up:
            await asyncio.sleep(0.02)

    async def _up(self, node: Process) -> bool:
        """Whether it came up before it died."""
        while node.alive:
            if await asyncio.to_thread(node.is_ready):
                return True
            await asyncio.sleep(0.03)
        return False

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
        give_up = time.monotonic() + within_s
        while node.alive and time.monotonic() < give_up:
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
            await play(phones, story, number, self.verdict.told.append)

    async def _text_on(self, phones: Phones) -> None:
        while not self._over.is_set():
            number, account_no = next(self._numbers, ("", ""))
            if not number:
                return
            self._reports.append((number, account_no))
            await phones.text(number, f"BX {account_no} 家里没电")
            with suppress(AssertionError):
                await phones.texted(number, r"\d{10,12}")
            self.verdict.texts += 1
