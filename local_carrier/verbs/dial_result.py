"""What Dial tells its action address."""

from __future__ import annotations

from dataclasses import dataclass

from local_carrier.leg import Leg


@dataclass(frozen=True, slots=True)
class Outcome:
    """`status` completed, answered (conference), busy, no-answer, failed or canceled.

    `duration_s` is None when the other call went on elsewhere.
    """

    status: str
    leg: Leg | None = None
    duration_s: int | None = 0
    bridged: bool = False
    recording_url: str = ""
    queue_sid: str = ""

    def params(self) -> tuple[tuple[str, str], ...]:
        pairs = [("DialCallStatus", self.status), ("DialBridged", "true" if self.bridged else "false")]
        if self.status == "answered":
            return (("DialCallStatus", "answered"), ("DialBridged", "true"))
        if self.leg is not None:
            pairs.append(("DialCallSid", self.leg.sid))
        if self.leg is not None and self.duration_s is not None:
            pairs.append(("DialCallDuration", str(self.duration_s)))
        if self.recording_url:
            pairs.append(("RecordingUrl", self.recording_url))
        if self.queue_sid:
            pairs.append(("QueueSid", self.queue_sid))
        return tuple(pairs)
