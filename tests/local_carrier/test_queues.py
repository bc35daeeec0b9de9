"""Enqueue, its wait documents and results; Leave; Dial Queue; members over REST."""

from __future__ import annotations

from aiohttp import web

from tests.local_carrier.world import World

VOICE = "/twilio/voice"
QUEUED = '<Enqueue waitUrl="/wait" action="/left">phone</Enqueue><Say>after</Say>'


async def test_the_wait_document_is_asked_with_the_place_in_the_queue_again_and_again(world: World) -> None:
    world.app.answers = {VOICE: QUEUED, "/wait": '<Pause length="10"/>'}
    world.dial()
    await world.wait(5)
    second = world.dial(from_="+15550100002")
    await world.wait(15.5)
    asked = [f for f in world.app.at("/wait") if f["CallSid"] == second.sid]
    assert [f["QueueTime"] for f in asked] == ["0", "10"]
    assert (asked[0]["QueuePosition"], asked[0]["CurrentQueueSize"]) == ("2", "2")
    assert asked[0]["MaxQueueSize"] == "1000"
    assert [f["AvgQueueTime"] for f in asked] == ["2", "12"]
    assert asked[0]["QueueSid"].startswith("QU")


async def test_leave_asks_the_action_at_once_with_the_time_waited(world: World) -> None:
    world.app.answers = {VOICE: QUEUED, "/wait": '<Pause length="7"/><Leave/>', "/left": "<Say>bye</Say>"}
    leg = world.dial()
    await world.wait(7.2)
    left = world.app.at("/left")[0]
    assert (left["QueueResult"], left["QueueTime"]) == ("leave", "7")
    assert world.heard(leg) == ["bye"]


async def test_a_gather_in_the_wait_document_leads_to_another_wait_document(world: World) -> None:
    world.app.answers = {
        VOICE: QUEUED,
        "/wait": '<Gather numDigits="1" action="/key" timeout="20"><Say>press 2</Say></Gather>',
        "/key": "<Say>booked</Say><Leave/>",
    }
    leg = world.dial([{"hear": "press 2", "press": "2"}])
    await world.wait(5)
    assert world.app.at("/key")[0]["Digits"] == "2"
    assert world.heard(leg) == ["press 2", "booked"]
    assert world.app.at("/left")[0]["QueueResult"] == "leave"


async def test_verbs_that_a_wait_document_may_not_have_are_skipped(world: World) -> None:
    world.app.answers = {
        VOICE: QUEUED,
        "/wait": '<Dial>+15550100009</Dial><Say>wait</Say><Pause length="60"/>',
    }
    leg = world.dial()
    await world.wait(3)
    assert world.heard(leg) == ["wait"]
    assert world.errors() == [12200]


async def test_hanging_up_in_the_queue_is_told_to_the_action(world: World) -> None:
    world.app.answers = {VOICE: QUEUED, "/wait": '<Pause length="60"/>'}
    leg = world.dial({"hang_up_after_s": 8})
    await world.wait(20)
    assert leg.status == "completed"
    left = world.app.at("/left")[0]
    assert (left["QueueResult"], left["QueueTime"], left["CallStatus"]) == ("hangup", "8", "completed")
    assert not world.carrier.queues.by_sid[left["QueueSid"]].members


async def test_a_full_queue_turns_the_caller_away(world: World) -> None:
    created = await world.rest("POST", "/Queues.json", FriendlyName="phone", MaxSize=1)
    assert (created.status, created["max_size"]) == (201, 1)
    world.app.answers = {VOICE: QUEUED, "/wait": '<Pause length="60"/>', "/left": "<Say>full</Say>"}
    world.dial()
    await world.wait(1)
    second = world.dial(from_="+15550100002")
    await world.wait(1)
    assert world.app.at("/left")[0]["QueueResult"] == "queue-full"
    assert world.heard(second) == ["full"]
    assert world.errors() == [14207]


async def test_without_an_action_of_its_own_the_next_verb_follows(world: World) -> None:
    world.app.answers = {VOICE: '<Enqueue waitUrl="/wait">q</Enqueue><Say>after</Say>', "/wait": "<Leave/>"}
    leg = world.dial()
    await world.wait(1)
    assert world.heard(leg) == ["after"]


async def test_a_wait_document_that_cannot_be_had_is_the_result_error(world: World) -> None:
    world.app.answers = {VOICE: QUEUED, "/wait": web.Response(status=500)}
    world.dial()
    await world.wait(2)
    assert world.app.at("/left")[0]["QueueResult"] == "error"


async def test_an_empty_wait_document_is_asked_once_a_second(world: World) -> None:
    world.app.answers = {VOICE: QUEUED, "/wait": ""}
    world.dial()
    await world.wait(4.5)
    assert len(world.app.at("/wait")) == 5


async def test_without_wait_url_there_is_music(world: World) -> None:
    world.app.answers = {VOICE: "<Enqueue>q</Enqueue>"}
    leg = world.dial()
    await world.wait(65)
    assert world.heard(leg) == ["hold music"] * 3


async def test_dial_queue_bridges_with_the_longest_waiting_and_both_go_on(world: World) -> None:
    world.app.answers = {
        VOICE: QUEUED,
        "/wait": '<Pause length="60"/>',
        "/twilio/client": '<Dial action="/dialled"><Queue url="/whisper">phone</Queue></Dial>',
        "/whisper": "<Say>an agent</Say>",
        "/left": "<Say>survey</Say>",
    }
    first = world.dial()
    await world.wait(2)
    world.dial(from_="+15550100002")
    await world.wait(2)
    agent = world.carrier.dialling.connect_client("agent1", {})
    await world.wait(2)
    assert world.heard(first) == ["an agent"]
    whisper = world.app.at("/whisper")[0]
    assert (whisper["QueueTime"], whisper["DequeingCallSid"]) == ("4", agent.sid)
    world.say(first, "hello")
    assert world.heard(agent) == ["hello"]
    await world.wait(10)
    assert not world.app.at("/left")
    world.hang_up(agent)
    await world.wait(1)
    assert world.app.at("/left")[0]["QueueResult"] == "bridged"
    assert world.heard(first)[-1] == "survey"


async def test_dial_queue_waits_for_a_caller_and_gives_up_after_its_timeout(world: World) -> None:
    await world.rest("POST", "/Queues.json", FriendlyName="phone")
    world.app.answers = {
        VOICE: QUEUED,
        "/wait": '<Pause length="60"/>',
        "/twilio/client": '<Dial timeout="10" action="/dialled"><Queue>phone</Queue></Dial>',
    }
    world.carrier.dialling.connect_client("agent1", {})
    await world.wait(11)
    assert world.app.at("/dialled")[0]["DialCallStatus"] == "no-answer"
    late = world.carrier.dialling.connect_client("agent2", {})
    await world.wait(3)
    caller = world.dial()
    await world.wait(2)
    world.say(late, "hi")
    assert world.heard(caller) == ["hi"]
    world.hang_up(caller)
    await world.wait(1)
    done = world.app.at("/dialled")[1]
    assert (done["DialCallStatus"], done["DialBridged"], done["DialCallSid"]) == (
        "completed",
        "true",
        caller.sid,
    )
    assert world.app.at("/left")[-1]["QueueResult"] == "bridged"


async def test_members_are_read_and_taken_out_over_rest(world: World) -> None:
    world.app.answers = {VOICE: QUEUED, "/wait": '<Pause length="60"/>', "/out": "<Say>your turn</Say>"}
    first = world.dial()
    await world.wait(3)
    second = world.dial(from_="+15550100002")
    await world.wait(2)
    queue = (await world.rest("GET", "/Queues.json"))["queues"][0]
    assert (queue["friendly_name"], queue["current_size"]) == ("phone", 2)
    members = (await world.rest("GET", f"/Queues/{queue['sid']}/Members.json"))["queue_members"]
    assert [(m["call_sid"], m["position"], m["wait_time"]) for m in members] == [
        (first.sid, 1, 5),
        (second.sid, 2, 2),
    ]
    taken = await world.rest("POST", f"/Queues/{queue['sid']}/Members/Front.json", Url=world.app.url("/out"))
    assert (taken.status, taken["call_sid"]) == (200, first.sid)
    await world.wait(0.5)
    assert world.heard(first) == ["your turn"]
    assert world.app.at("/left")[0]["QueueResult"] == "redirected"
    assert (await world.rest("GET", f"/Queues/{queue['sid']}.json"))["average_wait_time"] == 2
    by_name = await world.rest("GET", "/Queues/phone/Members.json")
    assert (by_name.status, by_name["code"]) == (404, 20404)
    gone = await world.rest("GET", f"/Queues/{queue['sid']}/Members/{first.sid}.json")
    assert gone.status == 404


async def test_queues_are_made_within_their_limits(world: World) -> None:
    too_big = await world.rest("POST", "/Queues.json", FriendlyName="a", MaxSize=5001)
    assert too_big.status == 400
    made = await world.rest("POST", "/Queues.json", FriendlyName="a")
    assert made["max_size"] == 1000
    twice = await world.rest("POST", "/Queues.json", FriendlyName="a")
    assert (twice.status, twice["status"]) == (400, 400)
    changed = await world.rest("POST", f"/Queues/{made['sid']}.json", MaxSize=5000)
    assert changed["max_size"] == 5000
    assert (await world.rest("DELETE", f"/Queues/{made['sid']}.json")).status == 204
    assert (await world.rest("GET", "/Queues.json"))["queues"] == []


async def test_a_caller_redirected_in_the_whisper_leaves_the_dialler_waiting_for_the_next(
    world: World,
) -> None:
    world.app.answers = {
        VOICE: QUEUED,
        "/wait": '<Pause length="60"/>',
        "/twilio/client": '<Dial><Queue url="/whisper">phone</Queue></Dial>',
        "/whisper": '<Pause length="5"/>',
        "/moved": "<Say>moved</Say>",
    }
    first = world.dial()
    await world.wait(1)
    second = world.dial(from_="+15550100002")
    await world.wait(1)
    agent = world.carrier.dialling.connect_client("agent1", {})
    await world.wait(1)
    await world.rest("POST", f"/Calls/{first.sid}.json", Url=world.app.url("/moved"))
    await world.wait(6)
    assert world.heard(first) == ["moved"]
    world.say(agent, "hello")
    assert world.heard(second) == ["hello"]


async def test_taking_a_caller_by_rest_and_by_dial_at_once_has_one_winner(world: World) -> None:
    world.app.answers = {
        VOICE: QUEUED,
        "/wait": '<Pause length="60"/>',
        "/twilio/client": '<Dial timeout="3" action="/dialled"><Queue>phone</Queue></Dial>',
        "/moved": '<Say>moved</Say><Pause length="60"/>',
    }
    leg = world.dial()
    await world.wait(1)
    agent = world.carrier.dialling.connect_client("agent1", {})
    await world.rest("POST", f"/Calls/{leg.sid}.json", Url=world.app.url("/moved"))
    await world.wait(10)
    assert agent.over
    results = [f["QueueResult"] for f in world.app.at("/left")]
    assert results in (["redirected"], ["redirected-from-bridged"])
    assert world.heard(leg) == ["moved"]
    assert leg.status == "in-progress"
