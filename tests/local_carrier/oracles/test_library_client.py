"""The REST subset as the carrier's own library uses it: what it sends is understood, what it gets it can read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from local_carrier.parties.directory import Entry
from local_carrier.settings import DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN, DEMO_NUMBER
from tests.local_carrier.world import World

T = TypeVar("T")
HOLD = "<Response><Pause length='600'/></Response>"
SECOND, THIRD = "+15550100002", "+15550100003"


class ToTheLocalCarrier(TwilioHttpClient):
    """The library's own transport, with the host exchanged."""

    def __init__(self, base: str) -> None:
        super().__init__(pool_connections=False)
        self._base = urlsplit(base)

    def request(self, method: str, url: str, *args: Any, **options: Any) -> Any:
        parts = urlsplit(url)
        local = urlunsplit(parts._replace(scheme=self._base.scheme, netloc=self._base.netloc))
        return super().request(method, local, *args, **options)


class Library:
    """The library is synchronous: each use of it runs in a thread beside the carrier."""

    def __init__(self, world: World, secret: str = DEMO_AUTH_TOKEN) -> None:
        self.client = Client(DEMO_ACCOUNT_SID, secret, http_client=ToTheLocalCarrier(world.base))

    async def __call__(self, use: Callable[[Client], T]) -> T:
        return await asyncio.to_thread(use, self.client)

    async def refused(self, use: Callable[[Client], Any]) -> tuple[int, int]:
        """HTTP status and code of the exception that the library raises."""
        with pytest.raises(TwilioRestException) as raised:
            await self(use)
        return int(raised.value.status), int(raised.value.code or 0)


@pytest.fixture
def library(world: World) -> Library:
    for address in (SECOND, THIRD):
        world.carrier.directory.put(Entry(address))
    return Library(world)


async def test_calls(world: World, library: Library) -> None:
    made = await library(
        lambda c: c.calls.create(
            to=SECOND,
            from_=DEMO_NUMBER,
            twiml=HOLD,
            timeout=30,
            status_callback=world.app.url("/status"),
            status_callback_event=["initiated", "answered", "completed"],
            machine_detection="Enable",
            record=True,
        )
    )
    assert made.status == "queued"
    await world.wait(5)
    read = await library(lambda c: c.calls(made.sid).fetch())
    assert (read.status, read.to, read.direction, read.answered_by) == ("in-progress", SECOND, "outbound-api", "human")
    assert read.date_created is not None
    assert read.start_time is not None
    listed = await library(lambda c: c.calls.list(to=SECOND, status="in-progress", limit=5))
    assert [call.sid for call in listed] == [made.sid]
    assert (await library(lambda c: c.calls(made.sid).update(twiml=HOLD))).status == "in-progress"
    assert (await library(lambda c: c.calls(made.sid).update(status="completed"))).status == "completed"
    await world.wait(2)
    assert [f["CallStatus"] for f in world.app.at("/status")] == ["initiated", "in-progress", "completed"]
    assert await library(lambda c: c.calls(made.sid).delete())
    assert await library.refused(lambda c: c.calls(made.sid).fetch()) == (404, 20404)


async def test_refusals_are_the_librarys_exceptions(world: World, library: Library) -> None:
    leg = world.dial()
    await world.wait(2)
    assert await library.refused(lambda c: c.calls(leg.sid).update(url=world.app.url("/a"))) == (400, 21220)
    assert await library.refused(lambda c: c.calls.create(to="nobody", from_=DEMO_NUMBER, twiml=HOLD)) == (400, 21211)
    long = "<Response><!--" + "x" * 4000 + "--></Response>"
    assert await library.refused(lambda c: c.calls.create(to=SECOND, from_=DEMO_NUMBER, twiml=long)) == (400, 32018)
    assert await Library(world, "wrong").refused(lambda c: c.calls(leg.sid).fetch()) == (401, 20003)


async def test_conferences_and_participants(world: World, library: Library) -> None:
    def join(c: Client, to: str, label: str) -> Any:
        return c.conferences("room").participants.create(
            from_=DEMO_NUMBER, to=to, label=label, beep="false", end_conference_on_exit=False, early_media=True
        )

    first = await library(lambda c: join(c, SECOND, "one"))
    second = await library(lambda c: join(c, THIRD, "two"))
    await world.wait(5)
    (room,) = await library(lambda c: c.conferences.list(friendly_name="room", status="in-progress"))
    people = await library(lambda c: c.conferences(room.sid).participants.list())
    assert {p.call_sid for p in people} == {first.call_sid, second.call_sid}
    one = await library(lambda c: c.conferences(room.sid).participants("one").update(hold=True, muted=True))
    assert (one.hold, one.muted, one.label) == (True, True, "one")
    coach = {"coaching": True, "call_sid_to_coach": first.call_sid}
    held = await library.refused(lambda c: c.conferences(room.sid).participants("two").update(**coach))
    assert held == (400, 16027)
    await library(lambda c: c.conferences(room.sid).participants("one").update(hold=False))
    coaching = await library(lambda c: c.conferences(room.sid).participants("two").update(**coach))
    assert (coaching.coaching, coaching.call_sid_to_coach) == (True, first.call_sid)
    assert await library(lambda c: c.conferences(room.sid).participants(second.call_sid).delete())
    await library(lambda c: c.conferences(room.sid).update(announce_url=world.app.url("/announce")))
    ended = await library(lambda c: c.conferences(room.sid).update(status="completed"))
    assert ended.status == "completed"
    assert (await library(lambda c: c.conferences(room.sid).fetch())).reason_conference_ended is not None


async def test_queues_and_members(world: World, library: Library) -> None:
    queue = await library(lambda c: c.queues.create(friendly_name="line", max_size=5000))
    assert (queue.max_size, queue.current_size) == (5000, 0)
    world.app.answers["/twilio/voice"] = "<Enqueue waitUrl='/wait'>line</Enqueue>"
    world.app.answers["/wait"] = "<Pause length='60'/>"
    first, second = world.dial(), world.dial(from_=SECOND)
    await world.wait(3)
    members = await library(lambda c: c.queues(queue.sid).members.list())
    assert [(m.call_sid, m.position) for m in members] == [(first.sid, 1), (second.sid, 2)]
    assert (await library(lambda c: c.queues(queue.sid).members(second.sid).fetch())).wait_time >= 2
    front = await library(lambda c: c.queues(queue.sid).members("Front").update(url=world.app.url("/out")))
    assert front.call_sid == first.sid
    await world.wait(1)
    assert len(world.app.at("/out")) == 1
    assert (await library(lambda c: c.queues(queue.sid).update(max_size=10))).max_size == 10
    assert [q.friendly_name for q in await library(lambda c: c.queues.list())] == ["line"]
    assert await library.refused(lambda c: c.queues.create(friendly_name="line")) == (400, 20001)
    assert await library.refused(lambda c: c.queues("line").fetch()) == (404, 20404)
    world.hang_up(second)
    await world.wait(1)
    assert await library(lambda c: c.queues(queue.sid).delete())


async def test_messages(world: World, library: Library) -> None:
    made = await library(lambda c: c.messages.create(to=SECOND, from_=DEMO_NUMBER, body="停电通知"))
    assert (made.status, made.num_segments, made.direction) == ("queued", "1", "outbound-api")
    await world.wait(3)
    assert (await library(lambda c: c.messages(made.sid).fetch())).status == "delivered"
    assert [m.sid for m in await library(lambda c: c.messages.list(to=SECOND))] == [made.sid]


async def test_recordings(world: World, library: Library) -> None:
    world.app.answers["/twilio/voice"] = "<Pause length='60'/>"
    leg = world.dial()
    await world.wait(1)
    begun = await library(lambda c: c.calls(leg.sid).recordings.create(recording_channels="dual"))
    assert (begun.channels, begun.status, begun.source) == (2, "in-progress", "StartCallRecordingAPI")
    current = await library(lambda c: c.calls(leg.sid).recordings("Twilio.CURRENT").update(status="paused"))
    assert current.status == "paused"
    await world.wait(2)
    stopped = await library(lambda c: c.calls(leg.sid).recordings(begun.sid).update(status="stopped"))
    assert stopped.status == "stopped"
    await world.wait(3)
    assert (await library(lambda c: c.recordings(begun.sid).fetch())).status == "completed"
    assert [r.sid for r in await library(lambda c: c.recordings.list(call_sid=leg.sid))] == [begun.sid]
    assert await library(lambda c: c.recordings(begun.sid).delete())
    assert await library.refused(lambda c: c.recordings(begun.sid).fetch()) == (404, 20404)
