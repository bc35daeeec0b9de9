"""Texts that the carrier has and we do not, as their webhook never got through: taken now, and answered by a text."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from app.carrier.port import Carrier
from app.db.hot import HotQuery
from app.db.tables import Claim
from app.db.write_set import WriteSet, table_of
from app.usecases.hotline import Hotline
from app.usecases.take_sms import claim_of, take_sms

LOOKED = "texts:looked"
"""Kept as a claim: forgotten after a day like the replies by which a text is known to be taken."""
SETTLED_MS = 20_000
"""So long the carrier may still be asking by itself: it gives up after 15 s."""
OVERLAP_MS = 60_000
ANSWERED = frozenset(
    "STOP UNSUBSCRIBE END QUIT STOPALL REVOKE OPTOUT CANCEL START UNSTOP HELP INFO".split()  # noqa: SIM905
)
"""The carrier answers these itself (https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out)."""

_claims = table_of(Claim)
AT = HotQuery(select(_claims.c.at).where(_claims.c.key == bindparam("key")))


async def reconcile_texts(hotline: Hotline, carrier: Carrier) -> None:
    """Take the texts that were missed since the last look. The very first only says when it was."""
    now = hotline.clock.now_ms()
    looked = await hotline.db.fetch(AT, key=LOOKED)
    if looked:
        received = await carrier.received(hotline.settings.number, looked[0][0] - OVERLAP_MS, now - SETTLED_MS)
        for form in reversed(received):
            if form["Body"].strip().upper() in ANSWERED or await hotline.db.fetch(AT, key=claim_of(form)):
                continue
            await take_sms(hotline, form, late=True)
    write_set = WriteSet()
    write_set.put(Claim, key=LOOKED, at=now - SETTLED_MS)
    await hotline.db.commit(write_set)
