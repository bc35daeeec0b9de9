"""Dial: to a conference, to a queue, or to other phones (docs/voice/twiml/dial and its nouns)."""

from __future__ import annotations

from local_carrier.attendance import CannotJoin, attend
from local_carrier.conferences import Conference, Entrance
from local_carrier.interpreter import NoDocument, Run
from local_carrier.leg import StatusCallback, Target
from local_carrier.twiml.parse import Element
from local_carrier.verbs.attributes import callback, flag, method, number
from local_carrier.verbs.dial_phones import dial_phones
from local_carrier.verbs.dial_queue import dial_queue
from local_carrier.verbs.dial_result import Outcome


async def dial(run: Run, element: Element) -> Target | None:
    nouns = element.children
    if not nouns and element.text:
        nouns = [Element("Number", pieces=[element.text])]
    if not nouns:
        run.report(13223, "Dial without anything to dial")
        return _after(run, element, Outcome("failed"))
    if len(nouns) > 1 and any(noun.tag in ("Conference", "Queue") for noun in nouns):
        run.report(13000, "Conference and Queue stand alone in Dial; the first noun is dialled")
        nouns = nouns[:1]
    if nouns[0].tag == "Conference":
        status = await _conference(run, element, nouns[0])
        return _after(run, element, Outcome(status)) if status else None
    if nouns[0].tag == "Queue":
        return _after(run, element, await dial_queue(run, element, nouns[0]))
    return _after(run, element, await dial_phones(run, element, nouns))


def _after(run: Run, element: Element, outcome: Outcome) -> Target | None:
    url = element.attributes.get("action", "").strip()
    if not url:
        return None
    return run.resolve(url, method(element), outcome.params())


async def _conference(run: Run, element: Element, noun: Element) -> str:
    """The status for the action; nothing when the call never stood in the room and goes on with the next
    verb."""
    name = noun.text
    if not name or len(name) > 128:
        run.report(13237, "the conference name must have 1 to 128 characters")
        return ""
    rooms, leg = run.carrier.conferences, run.leg
    conference = rooms.named(name)
    entrance = entrance_of(run, noun)
    if flag(element, "record") or element.attributes.get("record", "").startswith("record-"):
        recorder = recording_callback(run, element)
        run.carrier.recordings.begin(leg, "DialVerb", recorder)
    try:
        await attend(run, conference, entrance, star_leaves=flag(element, "hangupOnStar"))
    except CannotJoin as refused:
        run.report(refused.code, str(refused))
        _drop_if_empty(run, conference)
        return "failed" if refused.code == 13240 else ""
    except NoDocument:
        return ""
    return "answered"


def _drop_if_empty(run: Run, conference: Conference) -> None:
    if not conference.participants:
        run.carrier.conferences.end(conference, "last-participant-left")


def entrance_of(run: Run, noun: Element) -> Entrance:
    wait_url = noun.attributes.get("waitUrl")
    coach = noun.attributes.get("coach", "").strip()
    wanted = noun.attributes.get("beep", "true").strip()
    return Entrance(
        label=noun.attributes.get("participantLabel", "").strip(),
        muted=flag(noun, "muted"),
        start_on_enter=flag(noun, "startConferenceOnEnter", True),
        end_on_exit=flag(noun, "endConferenceOnExit"),
        beep=wanted if wanted in ("true", "false", "onEnter", "onExit") else "true",
        wait=run.resolve(wait_url.strip(), method(noun, "waitMethod")) if wait_url and wait_url.strip() else None,
        silent_wait=wait_url is not None and not wait_url.strip(),
        coach_sid=coach,
        coaching=bool(coach),
        max_participants=number(noun, "maxParticipants", 250, low=2, high=250),
        record=noun.attributes.get("record", "") in ("true", "record-from-start"),
        callback=callback(noun, run.resolve, events=""),
        recording_callback=recording_callback(run, noun),
    )


def recording_callback(run: Run, element: Element) -> StatusCallback | None:
    url = element.attributes.get("recordingStatusCallback", "").strip()
    if not url:
        return None
    events = element.attributes.get("recordingStatusCallbackEvent", "completed").replace(",", " ").split()
    return StatusCallback(run.resolve(url).url, method(element, "recordingStatusCallbackMethod"), frozenset(events))
