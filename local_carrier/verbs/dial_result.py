"""What Dial tells its action address."""

from __future__ import annotations

from dataclasses import dataclass

from local_carrier.leg import Leg


@dataclass(frozen=True, slots=True)
class Outcome:
    """`status` completed, answered (conference), busy, no-answer, failed or canceled."""

    status: str
    leg: Leg | None = None
    duration_s: int = 0
    bridged: bool = False
    recording_url: str = ""
    queue_sid: str = ""

    def params(self) -> tuple[tuple[str, str], ...]:
        pairs = [("DialCallStatus", self.status), ("DialBridged", "true" if self.bridged else "false")]
        if self.status == "answered":
            return (("DialCallStatus", "answered"), ("DialBridged", "true"))
        if self.leg is not None:
            pairs += [("DialCallSid", self.leg.sid), ("DialCallDuration", str(self.duration_s))]
        if self.recording_url:
            pairs.append(("RecordingUrl", self.recording_url))
        if self.queue_sid:
            pairs.append(("QueueSid", self.queue_sid))
        return tuple(pairs)
