"""The small parts of the live feed: rings, sequence, queues of frames, looks, tokens."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from agents.console import Key, Sent, View
from app.edge.sockets import BURST, PER_SECOND, Pace
from app.live.bell import Bell
from app.live.feed import Feed, Shared
from app.live.openings import MINUTE_MS, Openings
from app.live.outgoing import TRY_AGAIN_LATER, Outgoing
from app.live.sequence import Sequence
from app.usecases.chat_token import VALID_MS, chat_token, contact_of


@dataclass
class Stopped:
    """A clock that stands where it is put."""

    now: int = 1_795_000_000_000

    def now_ms(self) -> int:
        return self.now


def test_rings_reach_listeners_by_noun_and_by_id_until_they_end() -> None:
    bell, heard = Bell(), []
    end = bell.on("order:7", lambda ring: heard.append(("one", ring)))
    bell.on("order", lambda ring: heard.append(("all", ring)))
    bell.hear(["order:7", "order:8", "board"])
    end()
    bell.hear(["order:7:moved"])
    assert heard == [("all", "order:7"), ("one", "order:7"), ("all", "order:8"), ("all", "order:7:moved")]


def test_when_rings_may_have_been_missed_those_who_look_look_and_nobody_is_shut_out() -> None:
    bell, heard = Bell(), []
    end = bell.on("agent:1001", lambda _: heard.append("looked"))
    bell.on("session:abc", lambda _: heard.append("closed"), looks=False)
    bell.hear(["*"])
    end()
    bell.hear(["*"])
    assert heard == ["looked"]


def test_the_sequence_rises_also_when_the_clock_stands_or_runs_back() -> None:
    clock = Stopped()
    sequence = Sequence(clock)
    first = [sequence.next() for _ in range(3)]
    clock.now -= 60_000
    first.append(sequence.next())
    assert first == sorted(set(first))
    other_node = Sequence(Stopped(clock.now + 120_000))
    assert other_node.next() > first[-1]
    assert other_node.last < 2**53


async def test_a_queue_that_nobody_empties_ends_with_1013_and_keeps_the_first_reason() -> None:
    outgoing = Outgoing(max_frames=3)
    stalls: list[str] = []
    outgoing.on_stall = lambda: stalls.append("too slow")
    for n in range(5):
        outgoing.put(str(n))
    assert outgoing.closing is not None
    assert outgoing.closing.code == TRY_AGAIN_LATER
    assert stalls == ["too slow"], "whoever writes to it is stopped, once"
    outgoing.close(1000, "later")
    assert outgoing.closing.code == TRY_AGAIN_LATER
    assert await outgoing.next() is None


async def test_what_is_queued_leaves_before_an_ordinary_close() -> None:
    outgoing = Outgoing()
    outgoing.put("a")
    outgoing.close(4001, "replaced")
    outgoing.put("b")
    assert [await outgoing.next(), await outgoing.next()] == ["a", None]


async def test_rings_during_a_look_lead_to_one_more_look_only() -> None:
    looks, go_on = 0, asyncio.Event()

    async def build(_: Mapping[Key, Sent]) -> View:
        nonlocal looks
        looks += 1
        await go_on.wait()
        view = View()
        view.add("agent", {"agent_no": "1001", "state": f"look {looks}"})
        return view

    feed = Feed(build, Sequence(Stopped()), [])
    task = feed.poke()
    await asyncio.sleep(0)
    for _ in range(20):
        feed.poke()
    go_on.set()
    await task
    assert looks == 2
    assert feed.snapshot()["agent"]["state"] == "look 2"


async def test_shared_frames_are_the_same_text_for_all_feeds_and_can_be_missed_and_caught_up() -> None:
    sequence = Sequence(Stopped())
    queues = Shared(sequence)

    async def nothing(_: Mapping[Key, Sent]) -> View:
        return View()

    feeds = [Feed(nothing, sequence, [queues]) for _ in range(2)]
    clients = [Outgoing(), Outgoing()]
    for feed, client in zip(feeds, clients, strict=True):
        feed.clients.add(client)
    after = sequence.last
    view = View()
    view.add("queue", {"name": "phone", "waiting": 1})
    queues.publish(view)
    first, second = [await client.next() for client in clients]
    assert first is second
    last, missed = feeds[0].missed(after) or (0, [])
    assert (last, missed) == (sequence.last, [first])
    assert json.loads(first or "")["rev"] == sequence.last
    assert feeds[0].missed(after - 1) is None
    assert feeds[0].missed(sequence.last + 1) is None


async def test_frames_that_were_pushed_out_of_the_buffer_cannot_be_resumed() -> None:
    sequence = Sequence(Stopped())

    async def nothing(_: Mapping[Key, Sent]) -> View:
        return View()

    feed = Feed(nothing, sequence, [])
    after = sequence.last
    for _ in range(300):
        feed.push(sequence.next(), "x" * 200)
    assert feed.missed(after) is None
    resumed = feed.missed(sequence.last - 3)
    assert resumed is not None
    assert len(resumed[1]) == 3


def test_the_pace_allows_a_burst_then_twenty_a_second() -> None:
    now = 0.0
    pace = Pace(lambda: now)
    assert [pace.take() for _ in range(BURST + 1)] == [True] * BURST + [False]
    now += 1.0
    assert sum(pace.take() for _ in range(PER_SECOND + 5)) == PER_SECOND - 1
    for _ in range(2 * BURST):
        pace.take()
    assert pace.flooded


def test_an_address_opens_so_many_conversations_a_minute() -> None:
    openings = Openings(per_minute=2)
    assert [openings.take("a", 0), openings.take("a", 1), openings.take("a", 2), openings.take("b", 2)] == [
        True,
        True,
        False,
        True,
    ]
    assert openings.take("a", MINUTE_MS)


@pytest.mark.parametrize("token", ["", "c1", "c1..", "c1.9.x", "..", "c1.٣.x", "c1.\ud800.x"])
def test_made_up_chat_tokens_are_nobody(token: str) -> None:
    assert contact_of("secret", token, 0) is None


def test_a_chat_token_is_good_for_a_day_and_for_its_secret() -> None:
    token = chat_token("secret", "c1", 1_000)
    assert contact_of("secret", token, 1_000 + VALID_MS) == "c1"
    assert contact_of("secret", token, 1_001 + VALID_MS) is None
    assert contact_of("another", token, 1_000) is None
    assert contact_of("secret", token.replace("c1", "c2"), 1_000) is None
