"""What a call does while it is in a conference: waits, talks, is held, hears announcements, and leaves."""

from __future__ import annotations

import re

from local_carrier.conferences import (
    Announced,
    Changed,
    Conference,
    Entrance,
    Participant,
    Removed,
)
from local_carrier.interpreter import NoDocument, Run, run_beside
from local_carrier.leg import Ended, Key, Redirected, Target
from local_carrier.media import Sound

CALL_SID = re.compile(r"CA[0-9a-f]{32}")
ROOM_VERBS = frozenset({"Play", "Say", "Pause", "Redirect"})
NOT_A_ROOM_VERB = 13238
HOLD_MUSIC = Sound("music", "hold music")


class CannotJoin(Exception):
    """The room is full or the label is taken; `code` is the carrier's."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


async def attend(run: Run, conference: Conference, entrance: Entrance, *, star_leaves: bool = False) -> None:
    """Returns when the participant is out while its call goes on; interrupts of the call pass through.

    Raises CannotJoin before anything has happened, NoDocument when the wait document cannot be had.
    """
    rooms, leg = run.carrier.conferences, run.leg
    _check_place(conference, entrance)
    leg.forget_input()
    participant = rooms.join(conference, leg, entrance)
    leg.handset.write("conference", name=conference.name, event="joined")
    reason = "participant_hung_up"
    try:
        while True:
            try:
                if await _present(run, conference, participant, star_leaves):
                    return
            except Changed:
                continue
            except Announced:
                await _announce(run, conference, participant)
    except Removed as removed:
        reason = removed.reason
    except Redirected:
        reason = "participant_updated_via_api"
        raise
    except Ended:
        reason = leg.annotations.pop("leave_reason", reason)
        raise
    except NoDocument:
        reason = "participant_add_failed"
        raise
    finally:
        leg.handset.write("conference", name=conference.name, event="left")
        rooms.leave(conference, participant, reason)


def label_allowed(label: str) -> bool:
    return len(label) <= 128 and "/" not in label and not CALL_SID.fullmatch(label)


def _check_place(conference: Conference, entrance: Entrance) -> None:
    present = conference.participants.values()
    limit = min([entrance.max_participants, *(p.entrance.max_participants for p in present)])
    if len(present) >= limit:
        raise CannotJoin(16020, "the conference is full")
    if not label_allowed(entrance.label):
        raise CannotJoin(16023, f"label {entrance.label[:40]} is too long, a call sid, or has a slash")
    if entrance.coach_sid and entrance.coach_sid not in conference.participants:
        raise CannotJoin(13240, f"{entrance.coach_sid}, which is to be coached, is not in the conference")
    if entrance.coach_sid and conference.participants[entrance.coach_sid].hold:
        raise CannotJoin(16027, "the participant to coach is on hold")
    if entrance.label and conference.find(entrance.label) is not None:
        raise CannotJoin(16025, f"label {entrance.label} is already taken")


async def _present(run: Run, conference: Conference, participant: Participant, star_leaves: bool) -> bool:
    """One state of presence; true when the party left with the star key."""
    if participant.hold:
        try:
            await _music(run, participant.hold_music)
        except NoDocument:
            # One on hold is in the room already: a missing document costs the music, not the place.
            await _music(run, None)
    elif conference.status == "init" and not participant.entrance.silent_wait:
        await _music(run, participant.entrance.wait)
    while True:
        item = await run.leg.wait()
        if star_leaves and isinstance(item, Key) and item.digit == "*":
            return True


async def _music(run: Run, target: Target | None) -> None:
    """Until something changes: the given document, once, and then silence; or the carrier's own music."""
    if target is not None:
        await run_beside(run, target, ROOM_VERBS, forever=False, refusal=NOT_A_ROOM_VERB)
        while True:
            await run.leg.wait()
    while True:
        await run.play(HOLD_MUSIC)


async def _announce(run: Run, conference: Conference, participant: Participant) -> None:
    """One after the other; a change of the participant's place ends them."""
    waiting = participant.announcements
    try:
        while waiting:
            await _announcement(run, conference, participant, waiting[0])
            waiting.popleft()
    except Changed:
        waiting.clear()


async def _announcement(run: Run, conference: Conference, participant: Participant, target: Target) -> None:
    about = ("AnnounceUrl", target.url)
    try:
        await run_beside(run, target, ROOM_VERBS, forever=False, refusal=NOT_A_ROOM_VERB)
        run.carrier.conferences.event(conference, "announcement-end", participant, about)
    except NoDocument:
        failed = ("ReasonAnnouncementFailed", "no document")
        run.carrier.conferences.event(conference, "announcement-fail", participant, about, failed)
