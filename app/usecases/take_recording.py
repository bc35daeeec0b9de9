"""A recording is ready, or failed."""

from __future__ import annotations

from collections.abc import Mapping

from app.db.tables import Recording
from app.db.write_set import WriteSet
from app.observe.clock import new_id
from app.usecases.call_state import call_state
from app.usecases.hotline import Hotline

KEPT = ("completed", "failed", "absent")


async def recording_ready(hotline: Hotline, form: Mapping[str, str]) -> None:
    """Keep what is known of it; its media is fetched by sid from the configured carrier, never from a given URL."""
    status = form["RecordingStatus"]
    state = await call_state(hotline.db, form.get("CallSid", ""))
    if status not in KEPT or state is None:
        return
    sid = form["RecordingSid"]
    at_ms = hotline.clock.now_ms()
    seconds = form.get("RecordingDuration", "")
    duration_s = int(seconds) if seconds.isascii() and seconds.isdigit() and len(seconds) < 7 else 0
    write_set = WriteSet(claim=f"recording:{sid}:{status}")
    write_set.insert_once(
        Recording,
        recording_id=new_id(at_ms),
        recording_sid=sid,
        contact_id=state.contact_id,
        purpose="talk" if form.get("RecordingSource") in ("DialVerb", "Conference") else "caller",
        state=status,
        duration_s=duration_s,
        at=at_ms,
    )
    await hotline.db.commit(write_set)
