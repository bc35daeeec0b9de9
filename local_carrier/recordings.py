"""Recordings of calls and conferences: made, stopped, told about, kept (docs/voice/api/recording)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local_carrier.leg import Leg, StatusCallback
from local_carrier.retention import forget_oldest
from local_carrier.webhooks.callbacks import rfc2822

if TYPE_CHECKING:
    from local_carrier.carrier import Carrier

Pairs = list[tuple[str, str]]
PROCESSING_MS = 1_000


@dataclass(eq=False, slots=True)
class Recording:
    """`status` is in-progress, paused, stopped, processing or completed; `duration_s` -1 until
    known."""

    sid: str
    leg: Leg
    conference_sid: str
    source: str
    callback: StatusCallback | None
    started_at: int
    updated_at: int
    status: str = "in-progress"
    duration_s: int = -1
    channels: int = 1
    paused_ms: int = 0
    paused_at: int = 0
    skips: bool = False
    deleted: bool = False


class Recordings:
    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier
        self.by_sid: dict[str, Recording] = {}

    def begin(
        self,
        leg: Leg,
        source: str,
        callback: StatusCallback | None,
        *,
        conference_sid: str = "",
        channels: int = 1,
    ) -> Recording:
        """Starts one; it stops at the latest with its call (or, for a conference, with the conference)."""
        now = self._carrier.clock.now_ms()
        recording = Recording(self._carrier.sids.next("RE", leg.party), leg, conference_sid, source, callback, now, now)
        recording.channels = channels
        self.by_sid[recording.sid] = recording
        for sid, _ in forget_oldest(self.by_sid, self._carrier.settings.kept, lambda r: r.status == "completed"):
            self._carrier.forget(sid)
        if source == "OutboundAPI":
            leg.annotations["recording"] = recording
        if not conference_sid:
            leg.on_end.append(lambda _leg: self.stop(recording.sid))
        self._carrier.ledger.record(
            leg.party, "recording_started", recording_sid=recording.sid, call_sid=leg.sid, source=source
        )
        self._tell(recording, "in-progress")
        return recording

    def pause(self, recording: Recording, *, skip: bool) -> None:
        """`skip` leaves the pause out; else there is silence in its place."""
        if recording.status == "in-progress":
            recording.skips = skip
            recording.status, recording.paused_at = "paused", self._carrier.clock.now_ms()
            recording.updated_at = recording.paused_at

    def resume(self, recording: Recording) -> None:
        if recording.status == "paused":
            now = self._carrier.clock.now_ms()
            recording.paused_ms += now - recording.paused_at if recording.skips else 0
            recording.status, recording.updated_at = "in-progress", now

    def stop(self, sid: str) -> None:
        """Ends it; the file is there, and the callback says so, a second later."""
        recording = self.by_sid.get(sid)
        if recording is None or recording.status not in ("in-progress", "paused"):
            return
        self.resume(recording)
        now = self._carrier.clock.now_ms()
        recording.status, recording.updated_at = "processing", now
        recording.duration_s = (now - recording.started_at - recording.paused_ms + 500) // 1000
        self._carrier.ledger.record(
            recording.leg.party, "recording_stopped", recording_sid=sid, duration_s=recording.duration_s
        )
        self._carrier.clock.call_at(now + PROCESSING_MS, lambda: self._complete(recording))

    def _complete(self, recording: Recording) -> None:
        recording.status, recording.updated_at = "completed", self._carrier.clock.now_ms()
        self._tell(recording, "completed")

    def url(self, recording: Recording) -> str:
        host, port = self._carrier.settings.host, self._carrier.settings.port
        account = self._carrier.settings.account_sid
        return f"http://{host}:{port}/2010-04-01/Accounts/{account}/Recordings/{recording.sid}"

    def of_call(self, leg: Leg) -> Pairs:
        """What a completed call's callback says of its whole-call recording, if it had one."""
        last = leg.annotations.get("recording")
        if not isinstance(last, Recording):
            return []
        return [
            ("RecordingSid", last.sid),
            ("RecordingUrl", self.url(last)),
            ("RecordingDuration", str(last.duration_s)),
        ]

    def _tell(self, recording: Recording, status: str) -> None:
        callback = recording.callback
        if callback is None or not callback.url or status not in callback.events:
            return
        params: Pairs = [
            ("AccountSid", self._carrier.settings.account_sid),
            ("CallSid", recording.leg.sid),
            ("RecordingSid", recording.sid),
            ("RecordingUrl", self.url(recording)),
            ("RecordingStatus", status),
            ("RecordingChannels", str(recording.channels)),
            ("RecordingSource", recording.source),
            ("RecordingTrack", "both"),
            ("RecordingStartTime", rfc2822(recording.started_at)),
            ("ErrorCode", "0"),
        ]
        if recording.duration_s >= 0:
            params.append(("RecordingDuration", str(recording.duration_s)))
        if recording.conference_sid:
            params.append(("ConferenceSid", recording.conference_sid))
        token = self._carrier.sids.next("", f"{recording.sid}/event")
        self._carrier.callbacks.send(
            recording.leg.party, recording.sid, callback.url, params, method=callback.method, token=token
        )
