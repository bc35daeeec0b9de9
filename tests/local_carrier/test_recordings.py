"""Record, and recordings made and read over REST."""

from __future__ import annotations

import pytest

from local_carrier.settings import DEMO_NUMBER
from tests.local_carrier.world import World

VOICE = "/twilio/voice"


async def test_record_takes_words_until_a_key_and_the_file_is_there_a_moment_later(world: World) -> None:
    world.app.answers = {
        VOICE: '<Record action="/done" finishOnKey="#" recordingStatusCallback="/rec"'
        ' recordingStatusCallbackEvent="in-progress completed"/>',
        "/done": '<Pause length="20"/>',
    }
    world.dial([{"asked": True, "after_s": 2, "say": "three poles are down"}, {"after_s": 2, "press": "5#"}])
    await world.wait(5)
    done = world.app.at("/done")[0]
    assert (done["Digits"], done["RecordingDuration"]) == ("#", "4")
    sid = done["RecordingSid"]
    early = await world.rest("GET", f"/Recordings/{sid}.json")
    assert early["status"] == "processing"
    await world.wait(2)
    assert [f["RecordingStatus"] for f in world.app.at("/rec")] == ["in-progress", "completed"]
    made = await world.rest("GET", f"/Recordings/{sid}.json")
    assert (made["status"], made["duration"], made["source"]) == ("completed", "4", "RecordVerb")
    assert done["RecordingUrl"].endswith(f"/Recordings/{sid}")
    media = await world.rest("GET", f"/Recordings/{sid}.wav")
    assert media.headers["Content-Type"] == "audio/x-wav"


async def test_silence_ends_it_and_even_then_the_action_is_asked(world: World) -> None:
    world.app.answers[VOICE] = '<Record action="/done" timeout="3"/><Say>never reached</Say>'
    leg = world.dial()
    await world.wait(6)
    assert world.app.at("/done")[0]["RecordingDuration"] == "3"
    assert world.heard(leg) == ["beep"]


async def test_silence_does_not_end_it_where_the_timeout_is_zero(world: World) -> None:
    world.app.answers[VOICE] = '<Record action="/done" timeout="0" maxLength="90"/>'
    world.dial()
    await world.wait(80)
    assert not world.app.at("/done")
    await world.wait(11)
    assert world.app.at("/done")[0]["RecordingDuration"] == "90"


async def test_the_longest_length_ends_it(world: World) -> None:
    world.app.answers[VOICE] = '<Record action="/done" maxLength="4" playBeep="false"/>'
    world.dial([{"after_s": 1, "say": "on"}, {"after_s": 2, "say": "and on"}])
    await world.wait(6)
    assert world.app.at("/done")[0]["RecordingDuration"] == "4"
    assert "Digits" not in world.app.at("/done")[0]


async def test_hanging_up_while_recording_asks_the_action_with_hangup(world: World) -> None:
    world.app.answers[VOICE] = '<Record action="/done"/>'
    world.dial({"steps": [{"after_s": 2, "say": "hello"}], "hang_up_after_s": 5})
    await world.wait(8)
    done = world.app.at("/done")[0]
    assert (done["Digits"], done["CallStatus"]) == ("hangup", "completed")


@pytest.mark.parametrize(("pause", "seconds"), [({}, "17"), ({"PauseBehavior": "skip"}, "7")])
async def test_a_call_is_recorded_paused_and_stopped_over_rest(
    world: World, pause: dict[str, str], seconds: str
) -> None:
    world.app.answers[VOICE] = '<Pause length="60"/>'
    leg = world.dial()
    await world.wait(1)
    path = f"/Calls/{leg.sid}/Recordings"
    made = await world.rest("POST", f"{path}.json", RecordingStatusCallback=world.app.url("/rec"))
    assert (made.status, made["status"], made["duration"]) == (201, "in-progress", None)
    await world.wait(4)
    paused = await world.rest("POST", f"{path}/Twilio.CURRENT.json", Status="paused", **pause)
    assert paused["status"] == "paused"
    await world.wait(10)
    await world.rest("POST", f"{path}/{made['sid']}.json", Status="in-progress")
    await world.wait(3)
    stopped = await world.rest("POST", f"{path}/{made['sid']}.json", Status="stopped")
    assert stopped["status"] == "stopped"
    await world.wait(2)
    assert [(f["RecordingStatus"], f["RecordingDuration"]) for f in world.app.at("/rec")] == [("completed", seconds)]
    again = await world.rest("POST", f"{path}/{made['sid']}.json", Status="paused")
    assert again.status == 400
    listed = await world.rest("GET", f"{path}.json")
    assert [r["sid"] for r in listed["recordings"]] == [made["sid"]]
    assert (await world.rest("DELETE", f"/Recordings/{made['sid']}.json")).status == 204
    assert (await world.rest("GET", f"/Recordings/{made['sid']}.json")).status == 404


async def test_a_conference_is_recorded_from_its_start_to_its_end(world: World) -> None:
    world.app.answers["/twilio/client"] = (
        '<Dial><Conference waitUrl="" beep="false" record="record-from-start" '
        'recordingStatusCallback="/rec">r1</Conference></Dial>'
    )
    first = world.carrier.dialling.connect_client("a", {})
    await world.wait(5)
    second = world.carrier.dialling.connect_client("b", {})
    await world.wait(8)
    world.hang_up(first)
    world.hang_up(second)
    await world.wait(3)
    told = world.app.at("/rec")[0]
    assert (told["RecordingSource"], told["RecordingDuration"]) == ("Conference", "8")
    assert told["ConferenceSid"].startswith("CF")


async def test_the_recording_of_a_room_is_found_by_the_room(world: World) -> None:
    world.app.answers["/twilio/client"] = (
        '<Dial><Conference waitUrl="" record="record-from-start">r1</Conference></Dial>'
    )
    world.carrier.dialling.connect_client("a", {})
    world.carrier.dialling.connect_client("b", {})
    await world.wait(3)
    sid = (await world.rest("GET", "/Conferences.json"))["conferences"][0]["sid"]
    path = f"/Conferences/{sid}/Recordings"
    listed = (await world.rest("GET", f"{path}.json"))["recordings"]
    assert [r["conference_sid"] for r in listed] == [sid]
    stopped = await world.rest("POST", f"{path}/Twilio.CURRENT.json", Status="stopped")
    assert (stopped["sid"], stopped["status"]) == (listed[0]["sid"], "stopped")


async def test_a_participant_is_recorded_from_the_answer_and_the_room_tells_of_its_start_and_end(world: World) -> None:
    await world.control("PUT", "/directory/+15550100009", {"script": {"hang_up_after_s": 6}})
    form = {"From": DEMO_NUMBER, "To": "+15550100009", "Record": "true", "RecordingChannels": "dual"}
    urls = {"RecordingStatusCallback": world.app.url("/rec"), "ConferenceStatusCallback": world.app.url("/room")}
    made = await world.rest("POST", "/Conferences/talk/Participants.json", **form, **urls)
    assert made.status == 201
    await world.wait(12)
    told = world.app.at("/rec")[0]
    assert (told["RecordingStatus"], told["RecordingDuration"], told["RecordingChannels"]) == ("completed", "6", "2")
    assert told["CallSid"] == made["call_sid"]
    assert [f["StatusCallbackEvent"] for f in world.app.at("/room")] == ["conference-end"]
