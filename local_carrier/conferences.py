"""Conferences: rooms by name, from the first participant to the last (docs/voice/twiml/conference)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local_carrier.leg import Interrupt, Leg, StatusCallback, Target
from local_carrier.retention import forget_oldest
from local_carrier.webhooks.callbacks import rfc2822

if TYPE_CHECKING:
    from local_carrier.carrier import Carrier

MAX_PARTICIPANTS = 250
EVENT_GROUP = {
    "conference-start": "start",
    "conference-end": "end",
    "participant-join": "join",
    "participant-leave": "leave",
    "participant-mute": "mute",
    "participant-unmute": "mute",
    "participant-hold": "hold",
    "participant-unhold": "hold",
    "participant-modify": "modify",
    "participant-speech-start": "speaker",
    "participant-speech-stop": "speaker",
    "announcement-end": "announcement",
    "announcement-fail": "announcement",
}


class Changed(Interrupt):
    """Something about this participant's place has changed: look again."""


class Announced(Interrupt):
    """A document is to be heard by this participant: the first of its `announcements`."""


class Removed(Interrupt):
    """Out of the conference, for the reason given in the carrier's words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class Entrance:
    """How a participant enters."""

    label: str = ""
    muted: bool = False
    start_on_enter: bool = True
    end_on_exit: bool = False
    beep: str = "true"
    wait: Target | None = None
    silent_wait: bool = False
    coach_sid: str = ""
    coaching: bool = False
    max_participants: int = MAX_PARTICIPANTS
    record: bool = False
    callback: StatusCallback | None = None
    recording_callback: StatusCallback | None = None


@dataclass(eq=False, slots=True)
class Participant:
    leg: Leg
    entrance: Entrance
    joined_at: int
    updated_at: int
    muted: bool = False
    hold: bool = False
    hold_music: Target | None = None
    coaching: bool = False
    coach_sid: str = ""
    end_on_exit: bool = False
    kicked: bool = False
    announcements: deque[Target] = field(default_factory=deque)

    @property
    def label(self) -> str:
        return self.entrance.label

    def announce(self, target: Target) -> None:
        """To be heard by this participant, after what it hears already."""
        self.announcements.append(target)
        if len(self.announcements) == 1:
            self.leg.interrupt(Announced())


@dataclass(eq=False)
class Conference:
    """A room. `status` is init, in-progress or completed; `coming` are the labels of those being called,
    by sid."""

    sid: str
    name: str
    created_at: int
    updated_at: int
    status: str = "init"
    participants: dict[str, Participant] = field(default_factory=dict)
    coming: dict[str, str] = field(default_factory=dict)
    callback: StatusCallback | None = None
    sequence: int = 0
    reason_ended: str = ""
    ending_call_sid: str = ""
    recording_sid: str = ""

    def find(self, key: str) -> Participant | None:
        """By call sid or label."""
        return self.participants.get(key) or next(
            (p for p in self.participants.values() if p.label and p.label == key), None
        )

    def listeners(self, speaker: Leg) -> Iterable[Leg]:
        """Everybody who is not on hold hears an unmuted speaker; one who coaches is heard by the coached
        alone."""
        own = self.participants.get(speaker.sid)
        if own is None or own.muted or own.hold or self.status != "in-progress":
            return []
        heard = [p for p in self.participants.values() if p is not own and not p.hold]
        if own.coaching:
            heard = [p for p in heard if p.leg.sid == own.coach_sid]
        return [p.leg for p in heard]


class Conferences:
    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier
        self.by_sid: dict[str, Conference] = {}
        self._live: dict[str, Conference] = {}

    def find(self, key: str) -> Conference | None:
        """A live conference by sid or name, else an ended one by sid."""
        return self._live.get(key) or self.by_sid.get(key)

    def named(self, name: str) -> Conference:
        """The live conference of that name, made if there is none."""
        conference = self._live.get(name)
        if conference is None:
            now = self._carrier.clock.now_ms()
            conference = Conference(self._carrier.sids.next("CF", name), name, now, now)
            self.by_sid[conference.sid] = self._live[name] = conference
            for sid, _ in forget_oldest(self.by_sid, self._carrier.settings.kept, lambda c: c.status == "completed"):
                self._carrier.forget(sid)
            self._carrier.ledger.record("", "conference_created", conference_sid=conference.sid, name=name)
        return conference

    def join(self, conference: Conference, leg: Leg, entrance: Entrance) -> Participant:
        now = self._carrier.clock.now_ms()
        if not conference.participants and conference.callback is None:
            # Where events go is decided by whoever comes first, for the life of the conference.
            conference.callback = entrance.callback
        participant = Participant(
            leg,
            entrance,
            now,
            now,
            muted=entrance.muted,
            coaching=entrance.coaching,
            coach_sid=entrance.coach_sid,
            end_on_exit=entrance.end_on_exit,
        )
        conference.participants[leg.sid] = participant
        leg.room = conference
        self.event(conference, "participant-join", participant)
        self._beep(conference, entrance.beep, "onEnter", leg)
        starter = any(p.entrance.start_on_enter for p in conference.participants.values())
        if conference.status == "init" and starter and len(conference.participants) > 1:
            self._start(conference, leg)
        return participant

    def _start(self, conference: Conference, leg: Leg) -> None:
        conference.status, conference.updated_at = "in-progress", self._carrier.clock.now_ms()
        self.event(conference, "conference-start", conference.participants[leg.sid])
        recorder = next((p for p in conference.participants.values() if p.entrance.record), None)
        if recorder is not None:
            recording = self._carrier.recordings.begin(
                recorder.leg,
                "Conference",
                recorder.entrance.recording_callback,
                conference_sid=conference.sid,
            )
            conference.recording_sid = recording.sid
        for participant in conference.participants.values():
            participant.leg.interrupt(Changed())

    def failed_to_join(self, conference: Conference, leg: Leg, entrance: Entrance) -> None:
        """Somebody called into the room by the API never came: the room is told, as of one who left."""
        if conference.status == "completed":
            return
        if conference.callback is None:
            conference.callback = entrance.callback
        now = self._carrier.clock.now_ms()
        self.event(
            conference,
            "participant-leave",
            Participant(leg, entrance, now, now, muted=entrance.muted, end_on_exit=entrance.end_on_exit),
            ("ParticipantCallStatus", leg.status),
            ("ReasonParticipantLeft", "participant_add_failed"),
        )
        if not conference.participants and conference.status == "init":
            self.end(conference, "last-participant-left")

    def leave(self, conference: Conference, participant: Participant, reason: str) -> None:
        conference.participants.pop(participant.leg.sid, None)
        participant.leg.room = None
        for kind in (Changed, Announced, Removed):
            participant.leg.withdraw(kind)
        self.event(
            conference,
            "participant-leave",
            participant,
            ("ParticipantCallStatus", participant.leg.status),
            ("ReasonParticipantLeft", reason),
        )
        if conference.status == "completed":
            return
        how = "kicked" if participant.kicked else "left"
        if participant.end_on_exit:
            self.end(conference, f"participant-with-end-conference-on-exit-{how}", participant)
        elif not conference.participants:
            self.end(conference, f"last-participant-{how}", participant)
        else:
            self._beep(conference, participant.entrance.beep, "onExit", participant.leg)

    def end(self, conference: Conference, reason: str, by: Participant | None = None) -> None:
        """Ends it: everybody left in it goes on with what follows their Dial."""
        if conference.status == "completed":
            return
        conference.status, conference.updated_at = "completed", self._carrier.clock.now_ms()
        call_sid = by.leg.sid if by else ""
        conference.reason_ended, conference.ending_call_sid = reason, call_sid
        self._live.pop(conference.name, None)
        via_api = reason == "conference-ended-via-api"
        for participant in list(conference.participants.values()):
            participant.leg.interrupt(Removed("conference_ended_via_api" if via_api else "moderator_ended_conference"))
        if conference.recording_sid:
            self._carrier.recordings.stop(conference.recording_sid)
        self.event(
            conference,
            "conference-end",
            None,
            ("ReasonConferenceEnded", reason),
            ("CallSidEndingConference", call_sid),
            ("ParticipantLabelEndingConference", by.label if by else ""),
            ("Reason", f"Conference ended: {reason}"),
        )

    def _beep(self, conference: Conference, beep: str, occasion: str, leg: Leg) -> None:
        if beep not in ("true", occasion) or conference.status != "in-progress":
            return
        for other in conference.participants.values():
            if other.leg is not leg and not other.hold:
                other.leg.handset.write("heard", sound="beep", text=occasion)

    def event(
        self,
        conference: Conference,
        name: str,
        participant: Participant | None = None,
        *extra: tuple[str, str],
    ) -> None:
        """Writes the event down, counts it, and tells whoever wanted to know."""
        party = participant.leg.party if participant else ""
        self._carrier.ledger.record(
            party,
            "conference_event",
            conference_sid=conference.sid,
            event=name,
            call_sid=participant.leg.sid if participant else "",
            **dict(extra),
        )
        callback = conference.callback
        if callback is None or EVENT_GROUP[name] not in callback.events:
            return
        conference.sequence += 1
        params: list[tuple[str, str]] = [
            ("ConferenceSid", conference.sid),
            ("FriendlyName", conference.name),
            ("AccountSid", self._carrier.settings.account_sid),
            ("SequenceNumber", str(conference.sequence)),
            ("Timestamp", rfc2822(self._carrier.clock.now_ms())),
            ("StatusCallbackEvent", name),
        ]
        if participant is not None:
            params += _described(participant)
        params += [(key, value) for key, value in extra if value]
        token = self._carrier.sids.next("", f"{conference.sid}/event")
        self._carrier.callbacks.send(
            party or conference.name,
            conference.sid,
            callback.url,
            params,
            method=callback.method,
            token=token,
        )


def _described(participant: Participant) -> list[tuple[str, str]]:
    entries = [
        ("CallSid", participant.leg.sid),
        ("Muted", _text(participant.muted)),
        ("Hold", _text(participant.hold)),
        ("Coaching", _text(participant.coaching)),
        ("EndConferenceOnExit", _text(participant.end_on_exit)),
        ("StartConferenceOnEnter", _text(participant.entrance.start_on_enter)),
    ]
    if participant.label:
        entries.append(("ParticipantLabel", participant.label))
    if participant.coaching:
        entries.append(("CallSidToCoach", participant.coach_sid))
    return entries


def _text(flag: bool) -> str:
    return "true" if flag else "false"
