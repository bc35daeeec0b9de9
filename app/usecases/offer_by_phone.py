"""The phone of an agent who alone could take a call and missed it: what waits is said, and key 1 takes it."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from app.carrier.twiml import ask_key, dial_conference, redirect, response, say
from app.db.hot import HotQuery
from app.db.tables import OfferRow
from app.db.write_set import Reply, table_of
from app.usecases.hotline import Hotline

TAKE = "1"
LISTEN_S = 5
WAITS = {
    "zh-CN": "供电服务热线。有来电无人接听，请按1接听。",
    "en": "The electricity hotline. A caller is waiting and nobody has answered. Press 1 to take the call.",
}
GONE = {"zh-CN": "该来电已无需接听。再见。", "en": "This call needs no answer any more. Goodbye."}
_offers = table_of(OfferRow)
OFFER = HotQuery(select(_offers.c.state, _offers.c.contact_id).where(_offers.c.offer_id == bindparam("offer_id")))


async def offer_by_phone(hotline: Hotline, offer_id: str, lang: str, keys: str | None) -> Reply:
    """The document for the rung phone: the question until it is answered, then the conference.

    Nothing is decided here: the offer is accepted when the leg has joined, if nobody was faster.
    """
    lang = lang if lang in WAITS else "zh-CN"
    rows = await hotline.db.fetch(OFFER, offer_id=offer_id)
    if not rows or rows[0][0] != "pending":
        return Reply(response(say(GONE[lang], lang), "<Hangup/>"))
    if keys == TAKE:
        return Reply(
            response(
                dial_conference(
                    f"int-{rows[0][1]}",
                    label=f"phone-{offer_id}",
                    events_url=hotline.urls.fixed("conference"),
                    after_url=hotline.urls.fixed("client/after"),
                )
            )
        )
    again = hotline.urls.fixed("offer", offer=offer_id, lang=lang)
    return Reply(response(ask_key(say(WAITS[lang], lang), again, LISTEN_S), redirect(again)))
