"""Recordings of talks that the carrier has and we do not, as their callback never got through: kept now."""

from __future__ import annotations

from sqlalchemy import bindparam, exists, select

from app.carrier.port import Carrier
from app.db.tables import Claim, Contact, FlowSession, Recording
from app.db.write_set import WriteSet, table_of
from app.dispatch.effects import conference_of
from app.usecases.few_at_a_time import few_at_a_time
from app.usecases.hotline import Hotline
from app.usecases.reconcile_texts import AT
from app.usecases.take_recording import recording_ready

LOOKED = "recordings:looked"
"""Kept as a claim, like that of texts."""
SETTLED_MS = 20_000
"""So long the carrier may still be telling by itself."""
OVERLAP_MS = 10 * 60_000
"""So long a recording may take to be ready; a talk without one is asked about until then."""
LONGEST_MS = 24 * 3_600_000
"""No call lasts longer (https://www.twilio.com/docs/voice/twiml/dial, timeLimit)."""

_contacts, _flows, _recordings = table_of(Contact), table_of(FlowSession), table_of(Recording)
UNRECORDED = (
    select(_contacts.c.contact_id, _flows.c.call_sid)
    .select_from(_contacts.join(_flows, _flows.c.contact_id == _contacts.c.contact_id))
    .where(
        _contacts.c.started_at > bindparam("began"),
        _contacts.c.hung_up_at > bindparam("since"),
        _contacts.c.hung_up_at <= bindparam("until"),
        _contacts.c.answered_at.is_not(None),
        _flows.c.call_sid.is_not(None),
        ~exists().where(_recordings.c.contact_id == _contacts.c.contact_id, _recordings.c.purpose == "talk"),
    )
    .order_by(_contacts.c.hung_up_at)
)


async def reconcile_recordings(hotline: Hotline, carrier: Carrier) -> None:
    """Ask for the recordings of talks that ended since the last look and have none."""
    until = hotline.clock.now_ms() - SETTLED_MS
    looked = await hotline.db.fetch(AT, key=LOOKED)
    since = (looked[0][0] if looked else until) - OVERLAP_MS

    async def fetch(talk: tuple[str, str]) -> None:
        contact_id, call_sid = talk
        for form in await carrier.recordings_of(conference_of(contact_id)):
            await recording_ready(hotline, {**form, "CallSid": call_sid})

    async with hotline.db.session() as session:
        given = {"began": since - LONGEST_MS, "since": since, "until": until}
        rows = (await (await session.connection()).execute(UNRECORDED, given)).all()
    await few_at_a_time(fetch, [(contact_id, call_sid) for contact_id, call_sid in rows])
    write_set = WriteSet()
    write_set.put(Claim, key=LOOKED, at=until)
    await hotline.db.commit(write_set)
