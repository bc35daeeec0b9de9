"""Conferences: who hears whom, events, hold, coaching, limits, ends."""

from __future__ import annotations

from typing import Any

from local_carrier.leg import Leg
from tests.local_carrier.world import World

EVENTS = 'statusCallback="/room" statusCallbackEvent="start end join leave mute hold modify announcement"'


async def enter(world: World, name: str, attributes: str = "", beep: str = "false", action: str = "") -> Leg:
    """A client leg that goes straight into room r1."""
    world.app.answers["/twilio/client"] = (
        f'<Dial {action}><Conference participantLabel="{name}" beep="{beep}" {attributes}>r1</Conference>'
        "</Dial>"
        f"<Say>after {name}</Say>"
    )
    leg = world.carrier.dialling.connect_client(name, {})
    await world.wait(0.1)
    return leg


async def room(world: World) -> str:
    found = await world.rest("GET", "/Conferences.json", FriendlyName="r1")
    return str(found["conferences"][0]["sid"])


async def test_one_alone_waits_with_music_and_two_start_the_conference(world: World) -> None:
    first = await enter(world, "a", EVENTS)
    assert (await world.rest("GET", "/Conferences.json"))["conferences"][0]["status"] == "init"
    assert world.heard(first) == ["hold music"]
    await enter(world, "b")
    assert (await world.rest("GET", "/Conferences.json"))["conferences"][0]["status"] == "in-progress"
    assert next(line for line in first.handset.lines if line["kind"] == "heard")["cut_at"]


async def test_who_may_not_start_it_waits_for_one_who_may(world: World) -> None:
    world.app.answers["/tune"] = '<Play>/tune.mp3</Play><Pause length="60"/>'
    first = await enter(world, "a", 'startConferenceOnEnter="false" waitUrl="/tune"')
    second = await enter(world, "b", 'startConferenceOnEnter="false" waitUrl=""')
    world.say(first, "anybody?")
    assert world.heard(second) == []
    assert world.heard(first) == [world.app.url("/tune.mp3")]
    third = await enter(world, "c")
    world.say(third, "good morning")
    assert world.heard(first)[-1] == world.heard(second)[-1] == "good morning"


async def test_events_go_where_the_first_participant_said(world: World) -> None:
    await enter(world, "a", 'waitUrl="" ' + EVENTS)
    second = await enter(world, "b", 'statusCallback="/elsewhere" statusCallbackEvent="join leave"')
    world.hang_up(second)
    await world.wait(1)
    assert not world.app.at("/elsewhere")
    left = world.app.at("/room")[-1]
    assert left["StatusCallbackEvent"] == "participant-leave"
    assert left["ReasonParticipantLeft"] == "participant_hung_up"
    assert left["ParticipantCallStatus"] == "completed"
    assert left["ParticipantLabel"] == "b"
    assert (left["Muted"], left["Hold"], left["Coaching"]) == ("false", "false", "false")
    assert left["Timestamp"].endswith("+0000")
    assert [f["SequenceNumber"] for f in world.app.at("/room")] == ["1", "2", "3", "4"]


async def test_without_wanted_events_nothing_is_sent(world: World) -> None:
    await enter(world, "a", 'statusCallback="/room"')
    await enter(world, "b")
    assert not world.app.at("/room")


async def test_end_on_exit_sends_the_others_to_what_follows_their_dial(world: World) -> None:
    first = await enter(world, "a", 'waitUrl="" endConferenceOnExit="true" ' + EVENTS)
    second = await enter(world, "b")
    world.hang_up(first)
    await world.wait(0.1)
    assert world.heard(second) == ["after b"]
    events = [(f["StatusCallbackEvent"], f.get("ReasonParticipantLeft", "")) for f in world.app.at("/room")]
    assert events[-3:] == [
        ("participant-leave", "participant_hung_up"),
        ("conference-end", ""),
        ("participant-leave", "moderator_ended_conference"),
    ]
    end = world.app.at("/room")[-2]
    assert end["CallSidEndingConference"] == first.sid


async def test_ending_it_over_rest_has_its_own_reasons(world: World) -> None:
    await enter(world, "a", 'waitUrl="" ' + EVENTS, action='action="/after"')
    second = await enter(world, "b")
    sid = await room(world)
    ended = await world.rest("POST", f"/Conferences/{sid}.json", Status="completed")
    assert ended["reason_conference_ended"] == "conference-ended-via-api"
    await world.wait(0.5)
    assert world.app.at("/after")[0]["DialCallStatus"] == "answered"
    assert "DialCallSid" not in world.app.at("/after")[0]
    assert world.heard(second) == ["after b"]
    reasons = {f.get("ReasonParticipantLeft") for f in world.app.at("/room")} - {None}
    assert reasons == {"conference_ended_via_api"}
    assert (await world.rest("GET", f"/Conferences/{sid}/Participants.json"))["participants"] == []


async def test_redirecting_a_call_takes_it_out_of_the_room(world: World) -> None:
    first = await enter(world, "a", 'waitUrl="" ' + EVENTS)
    await enter(world, "b")
    done = await world.rest("POST", f"/Calls/{first.sid}.json", Twiml="<Response><Say>moved</Say></Response>")
    assert done.status == 200
    await world.wait(0.1)
    assert world.heard(first)[-1] == "moved"
    assert world.app.at("/room")[-1]["ReasonParticipantLeft"] == "participant_updated_via_api"


async def test_one_on_hold_hears_the_hold_document_and_nothing_else(world: World) -> None:
    world.app.answers["/hold"] = '<Say>please hold</Say><Pause length="60"/>'
    first = await enter(world, "a", 'waitUrl="" ' + EVENTS)
    second = await enter(world, "b")
    path = f"/Conferences/{await room(world)}/Participants/a.json"
    held = await world.rest("POST", path, Hold="true", HoldUrl=world.app.url("/hold"))
    assert held["hold"] is True
    await world.wait(0.5)
    world.say(second, "secret")
    world.say(first, "hello?")
    assert world.heard(first) == ["please hold"]
    assert world.heard(second) == []
    back = await world.rest("POST", path, Hold="false")
    assert back["hold"] is False
    await world.wait(0.1)
    world.say(second, "thank you for waiting")
    assert world.heard(first)[-1] == "thank you for waiting"
    names = [f["StatusCallbackEvent"] for f in world.app.at("/room")]
    assert names[-2:] == ["participant-hold", "participant-unhold"]


async def test_end_on_exit_cannot_be_changed_while_on_hold(world: World) -> None:
    await enter(world, "a", 'waitUrl=""')
    await enter(world, "b")
    path = f"/Conferences/{await room(world)}/Participants/a.json"
    await world.rest("POST", path, Hold="true")
    ignored = await world.rest("POST", path, EndConferenceOnExit="true")
    assert (ignored.status, ignored["end_conference_on_exit"]) == (200, False)
    await world.rest("POST", path, Hold="false")
    assert (await world.rest("POST", path, EndConferenceOnExit="true"))["end_conference_on_exit"] is True


async def test_a_muted_participant_is_not_heard(world: World) -> None:
    first = await enter(world, "a", 'waitUrl="" muted="true" ' + EVENTS)
    second = await enter(world, "b")
    world.say(first, "can you hear me")
    assert world.heard(second) == []
    path = f"/Conferences/{await room(world)}/Participants/{first.sid}.json"
    await world.rest("POST", path, Muted="false")
    world.say(first, "now")
    assert world.heard(second) == ["now"]
    await world.wait(0.1)
    assert world.app.at("/room")[-1]["StatusCallbackEvent"] == "participant-unmute"


async def test_a_coach_is_heard_by_the_coached_alone_until_barging_in(world: World) -> None:
    agent = await enter(world, "a", 'waitUrl=""')
    caller = await enter(world, "b")
    coach = await enter(world, "c", f'coach="{agent.sid}" startConferenceOnEnter="false"')
    world.say(coach, "offer a voucher")
    world.say(caller, "well?")
    assert world.heard(agent) == ["offer a voucher", "well?"]
    assert world.heard(coach) == ["well?"]
    base = f"/Conferences/{await room(world)}/Participants"
    await world.rest("POST", f"{base}/c.json", Coaching="false")
    world.say(coach, "let me help")
    assert world.heard(caller) == ["let me help"]
    await world.rest("POST", f"{base}/a.json", Hold="true")
    refused = await world.rest("POST", f"{base}/c.json", Coaching="true", CallSidToCoach=agent.sid)
    assert (refused.status, refused["code"]) == (400, 16027)


async def test_a_label_can_be_there_once_only(world: World) -> None:
    await enter(world, "a", 'waitUrl=""')
    again = await enter(world, "a")
    assert world.heard(again) == ["after a"]
    assert world.errors() == [16025]


async def test_a_full_room_and_a_missing_wait_document_fall_through(world: World) -> None:
    await enter(world, "a", 'waitUrl="" maxParticipants="2"')
    await enter(world, "b")
    third = await enter(world, "c")
    assert world.heard(third) == ["after c"]
    assert world.errors() == [16020]


async def test_beeps_sound_when_somebody_comes_and_goes(world: World) -> None:
    await enter(world, "z", 'waitUrl=""')
    first = await enter(world, "a", 'waitUrl=""')
    second = await enter(world, "b", beep="true")
    assert world.heard(first) == ["onEnter"]
    world.hang_up(second)
    await world.wait(0.1)
    assert world.heard(first) == ["onEnter", "onExit"]


async def test_an_announcement_is_heard_by_all_or_by_one(world: World) -> None:
    world.app.answers["/news"] = "<Say>two minutes left</Say>"
    first = await enter(world, "a", 'waitUrl="" ' + EVENTS)
    second = await enter(world, "b")
    sid = await room(world)
    await world.rest("POST", f"/Conferences/{sid}.json", AnnounceUrl=world.app.url("/news"))
    await world.wait(3)
    assert world.heard(first) == world.heard(second) == ["two minutes left"]
    await world.rest("POST", f"/Conferences/{sid}/Participants/b.json", AnnounceUrl=world.app.url("/news"))
    await world.wait(3)
    assert (len(world.heard(first)), len(world.heard(second))) == (1, 2)
    assert [f["StatusCallbackEvent"] for f in world.app.at("/room")][-3:] == ["announcement-end"] * 3


async def test_announcements_asked_for_at_once_are_heard_in_order_and_nobody_leaves(world: World) -> None:
    first = await enter(world, "a", 'waitUrl="" ' + EVENTS)
    await enter(world, "b")
    sid = await room(world)
    for key in "12#":
        world.app.answers[f"/key{ord(key)}"] = f'<Play digits="{key}"/>'
        url = world.app.url(f"/key{ord(key)}")
        await world.rest("POST", f"/Conferences/{sid}/Participants/a.json", AnnounceUrl=url)
    await world.wait(5)
    assert world.heard(first) == ["1", "2", "#"]
    assert len((await world.rest("GET", f"/Conferences/{sid}/Participants.json"))["participants"]) == 2


async def test_a_participant_is_called_into_the_room(world: World) -> None:
    await world.control("PUT", "/directory/+15550100009", {"answer_after_s": 2})
    first = await enter(world, "a", 'waitUrl="" ' + EVENTS)
    sid = await room(world)
    form: dict[str, Any] = {
        "From": world.carrier.settings.number,
        "To": "+15550100009",
        "Label": "crew",
        "StatusCallback": world.app.url("/leg"),
        "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
        "Beep": "false",
    }
    called = await world.rest("POST", f"/Conferences/{sid}/Participants.json", **form)
    assert (called.status, called["label"]) == (201, "crew")
    assert called["status"] == "queued"
    duplicate = await world.rest("POST", f"/Conferences/{sid}/Participants.json", **form)
    assert (duplicate.status, duplicate["code"]) == (400, 16026)
    await world.wait(4)
    crew = world.carrier.legs[called["call_sid"]]
    world.say(first, "where are you")
    assert world.heard(crew) == ["where are you"]
    listed = (await world.rest("GET", f"/Conferences/{sid}/Participants.json"))["participants"]
    assert [(p["label"], p["status"]) for p in listed] == [("a", "connected"), ("crew", "connected")]
    assert (await world.rest("DELETE", f"/Conferences/{sid}/Participants/crew.json")).status == 204
    await world.wait(0.1)
    assert crew.status == "completed"
    assert [(f["CallStatus"], f["SequenceNumber"]) for f in world.app.at("/leg")] == [
        ("initiated", "0"),
        ("ringing", "1"),
        ("in-progress", "2"),
        ("completed", "3"),
    ]


async def test_one_who_does_not_come_is_told_to_the_room(world: World) -> None:
    await world.control("PUT", "/directory/+15550100009", {"refuse": "busy"})
    await enter(world, "a", 'waitUrl="" ' + EVENTS)
    form = {"From": world.carrier.settings.number, "To": "+15550100009"}
    await world.rest("POST", "/Conferences/r1/Participants.json", **form)
    await world.wait(2)
    last = world.app.at("/room")[-1]
    assert (last["ReasonParticipantLeft"], last["ParticipantCallStatus"]) == (
        "participant_add_failed",
        "busy",
    )


async def test_the_wait_document_is_played_once_and_then_there_is_silence(world: World) -> None:
    world.app.answers["/tune"] = "<Say>please wait</Say>"
    first = await enter(world, "a", 'waitUrl="/tune"')
    await world.wait(60)
    assert world.heard(first) == ["please wait"]


async def test_coaching_somebody_who_is_not_there_fails_to_the_action(world: World) -> None:
    await enter(world, "a", 'waitUrl=""')
    await enter(world, "b", f'coach="CA{"0" * 32}"', action='action="/after"')
    assert world.app.at("/after")[0]["DialCallStatus"] == "failed"
    assert world.errors() == [13240]


async def test_kicking_the_last_one_out_is_the_reason_of_the_end(world: World) -> None:
    await enter(world, "a", 'waitUrl="" endConferenceOnExit="true" ' + EVENTS)
    await enter(world, "b")
    sid = await room(world)
    await world.rest("DELETE", f"/Conferences/{sid}/Participants/a.json")
    await world.wait(0.5)
    end = next(f for f in world.app.at("/room") if f["StatusCallbackEvent"] == "conference-end")
    assert end["ReasonConferenceEnded"] == "participant-with-end-conference-on-exit-kicked"
    assert end["ParticipantLabelEndingConference"] == "a"
