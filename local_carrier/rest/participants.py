"""Participants of a conference (docs/voice/api/conference-participant-resource)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from aiohttp import web

from local_carrier.attendance import CannotJoin, attend, label_allowed
from local_carrier.carrier import Carrier
from local_carrier.conferences import Changed, Conference, Entrance, Participant, Removed
from local_carrier.control.answers import CARRIER
from local_carrier.interpreter import NoDocument, Run
from local_carrier.leg import Leg, Target
from local_carrier.rest.answers import (
    API,
    RestError,
    choice,
    date_of,
    flag_of,
    form_of,
    json_answer,
    list_of,
    not_found,
    page,
    web_url,
    whole,
)
from local_carrier.rest.calls import (
    METHODS,
    RECORDING_EVENTS,
    ROOM_EVENTS,
    callback_of,
    check_parties,
    record_from_answer,
)
from local_carrier.rest.conferences import conference_of


def shape(
    carrier: Carrier, conference: Conference, leg: Leg, entrance: Entrance, present: Participant | None
) -> dict[str, Any]:
    room = f"{API}/Accounts/{carrier.settings.account_sid}/Conferences/{conference.sid}"
    joined = present is not None
    return {
        "account_sid": carrier.settings.account_sid,
        "call_sid": leg.sid,
        "call_sid_to_coach": (present.coach_sid if present else entrance.coach_sid) or None,
        "coaching": present.coaching if present else entrance.coaching,
        "conference_sid": conference.sid,
        "date_created": date_of(present.joined_at if present else leg.created_at),
        "date_updated": date_of(present.updated_at if present else leg.updated_at),
        "end_conference_on_exit": present.end_on_exit if present else entrance.end_on_exit,
        "hold": present.hold if present else False,
        "label": entrance.label or None,
        "muted": present.muted if present else entrance.muted,
        "queue_time": str(leg.queue_time_ms) if leg.direction == "outbound-api" else None,
        "start_conference_on_enter": entrance.start_on_enter,
        "status": "connected" if joined else _connecting(leg),
        "uri": f"{room}/Participants/{leg.sid}.json",
    }


def _connecting(leg: Leg) -> str:
    return {
        "queued": "queued",
        "ringing": "ringing",
        "in-progress": "connecting",
        "completed": "complete",
    }.get(leg.status, "failed")


async def create(request: web.Request) -> web.Response:
    """Calls somebody and puts them in the room once they answer; a room named so far unknown comes into
    being."""
    carrier, form = request.app[CARRIER], await form_of(request)
    from_, to = check_parties(carrier, form)
    key = request.match_info["sid"]
    found = carrier.conferences.find(key)
    if found is None and key.startswith("CF") and len(key) == 34:
        raise not_found(request)
    if found is not None and found.status == "completed":
        raise not_found(request)
    entrance = await _entrance(request, form)
    if not label_allowed(entrance.label):
        raise RestError(400, 16024, "A label has at most 128 characters, no slash, and is no call sid")
    timeout_s = whole(form, "Timeout", 60, 5, 600, 21208)
    time_limit_s, callback = whole(form, "TimeLimit", 14_400, 1, 86_400), await callback_of(request)
    recorder = await callback_of(request, "RecordingStatusCallback", RECORDING_EVENTS)
    conference = found or carrier.conferences.named(key)
    if entrance.label and (conference.find(entrance.label) or entrance.label in conference.coming.values()):
        raise RestError(400, 16026, f"Participant label {entrance.label} is already in use in this conference")
    leg = carrier.calls.create("outbound-api", from_, to, callback=callback)
    leg.time_limit_s = time_limit_s
    record_from_answer(carrier, leg, form, recorder)
    conference.coming[leg.sid] = entrance.label

    def missed(ended: Leg) -> None:
        if conference.coming.pop(ended.sid, None) is not None:
            carrier.conferences.failed_to_join(conference, ended, entrance)

    leg.on_end.append(missed)

    async def enter(answered: Leg) -> None:
        conference.coming.pop(answered.sid, None)
        run = Run(carrier, answered, Target())
        room = conference if conference.status != "completed" else carrier.conferences.named(conference.name)
        try:
            await attend(run, room, entrance)
        except CannotJoin as refused:
            run.report(refused.code, str(refused))
        except NoDocument:
            run.report(11200, "the wait document could not be had")

    carrier.dialling.call_out(
        leg,
        enter,
        timeout_s=timeout_s,
        paced=True,
        machine_detection=form.get("MachineDetection", "None") != "None",
    )
    return json_answer(shape(carrier, conference, leg, entrance, None), 201)


async def _entrance(request: web.Request, form: dict[str, str]) -> Entrance:
    wait_url = form.get("WaitUrl")
    callback = await callback_of(request, "ConferenceStatusCallback", ROOM_EVENTS)
    if callback is not None and not await list_of(request, "ConferenceStatusCallbackEvent"):
        callback = replace(callback, events=frozenset({"start", "end"}))
    recorder = await callback_of(request, "ConferenceRecordingStatusCallback", RECORDING_EVENTS)
    return Entrance(
        label=form.get("Label", ""),
        muted=flag_of(form, "Muted", False),
        start_on_enter=flag_of(form, "StartConferenceOnEnter", True),
        end_on_exit=flag_of(form, "EndConferenceOnExit", False),
        beep=choice(form, "Beep", ("true", "false", "onEnter", "onExit"), "true"),
        wait=_target(form, "Wait", "POST"),
        silent_wait=wait_url == "",
        coaching=flag_of(form, "Coaching", bool(form.get("CallSidToCoach"))),
        coach_sid=form.get("CallSidToCoach", ""),
        max_participants=whole(form, "MaxParticipants", 250, 2, 250),
        record=form.get("ConferenceRecord", "") in ("true", "record-from-start"),
        callback=callback,
        recording_callback=recorder,
    )


def _participant(request: web.Request) -> tuple[Conference, Participant]:
    conference = conference_of(request, by_name=True)
    participant = conference.find(request.match_info["participant"])
    if participant is None or conference.status == "completed":
        raise not_found(request)
    return conference, participant


def _shaped(request: web.Request, conference: Conference, present: Participant) -> dict[str, Any]:
    return shape(request.app[CARRIER], conference, present.leg, present.entrance, present)


async def read(request: web.Request) -> web.Response:
    return json_answer(_shaped(request, *_participant(request)))


async def update(request: web.Request) -> web.Response:
    carrier, form = request.app[CARRIER], await form_of(request)
    conference, present = _participant(request)
    held, muted = present.hold, present.muted
    # What can be refused is read before anything is changed.
    wait, hold_music = _target(form, "Wait", "POST"), _target(form, "Hold", "GET")
    announcement = _target(form, "Announce", "POST")
    _coach(conference, present, form)
    present.muted = flag_of(form, "Muted", present.muted)
    present.hold = flag_of(form, "Hold", present.hold)
    if held == present.hold or not held:
        # Known of the real one: while a participant is on hold this flag is accepted and ignored.
        present.end_on_exit = (
            flag_of(form, "EndConferenceOnExit", present.end_on_exit) if not held else present.end_on_exit
        )
    present.entrance.beep = "false" if form.get("BeepOnExit") == "false" else present.entrance.beep
    if wait is not None:
        present.entrance.wait = wait
        present.leg.interrupt(Changed())
    present.hold_music = hold_music or present.hold_music
    present.updated_at = carrier.clock.now_ms()
    for changed, name in (
        (muted != present.muted, "participant-mute" if present.muted else "participant-unmute"),
        (held != present.hold, "participant-hold" if present.hold else "participant-unhold"),
        (
            bool({"Coaching", "CallSidToCoach", "EndConferenceOnExit", "BeepOnExit", "WaitUrl"} & form.keys()),
            "participant-modify",
        ),
    ):
        if changed:
            carrier.conferences.event(conference, name, present)
    if held != present.hold:
        present.leg.handset.write("conference", name=conference.name, event="held" if present.hold else "unheld")
        present.leg.interrupt(Changed())
    if announcement is not None:
        present.announce(announcement)
    return json_answer(_shaped(request, conference, present))


def _target(form: dict[str, str], name: str, method: str) -> Target | None:
    """The document of `…Url` and `…Method`; None when there is none."""
    url = web_url(form, f"{name}Url")
    return Target(url, choice(form, f"{name}Method", METHODS, method, 21209)) if url else None


def _coach(conference: Conference, present: Participant, form: dict[str, str]) -> None:
    if "Coaching" not in form and "CallSidToCoach" not in form:
        return
    coaching = flag_of(form, "Coaching", bool(form.get("CallSidToCoach")))
    sid = form.get("CallSidToCoach", present.coach_sid)
    if coaching:
        coached = conference.participants.get(sid)
        if coached is None:
            raise RestError(400, 16028, f"The participant to coach, {sid}, is not in the conference")
        if coached.hold:
            raise RestError(400, 16027, "The participant to coach is on hold")
    present.coaching, present.coach_sid = coaching, sid if coaching else ""


async def delete(request: web.Request) -> web.Response:
    """Removes a participant: its call goes on with what follows its Dial, or ends."""
    _, present = _participant(request)
    present.kicked = True
    present.leg.interrupt(Removed("participant_updated_via_api"))
    return web.Response(status=204)


async def listing(request: web.Request) -> web.Response:
    conference = conference_of(request, by_name=True)
    found = list(conference.participants.values())
    for name in ("Muted", "Hold", "Coaching"):
        if wanted := request.query.get(name):
            found = [p for p in found if getattr(p, name.lower()) == (wanted.lower() == "true")]
    return page(request, "participants", found, lambda present: _shaped(request, conference, present))


def routes(base: str) -> list[web.RouteDef]:
    room = base + "/Conferences/{sid}/Participants"
    one = room + "/{participant}.json"
    return [
        web.post(room + ".json", create),
        web.get(room + ".json", listing),
        web.get(one, read),
        web.post(one, update),
        web.delete(one, delete),
    ]
