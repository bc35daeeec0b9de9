"""What a caller hears while on hold, in their language."""

from __future__ import annotations

from app.carrier.twiml import redirect, response, say
from app.db.write_set import Reply
from app.usecases.call_state import call_state
from app.usecases.hotline import Hotline

TEXTS = {"zh-CN": "请稍候，您的电话正在保持中。", "en": "Please hold the line."}
PAUSE = '<Pause length="20"/>'


async def hear_hold(hotline: Hotline, call_sid: str) -> Reply:
    """The announcement, again after a while; in both languages where the call is not known."""
    state = await call_state(hotline.db, call_sid)
    lang = state.session.lang if state is not None else None
    texts = {lang: TEXTS[lang]} if lang in TEXTS else TEXTS
    return Reply(
        response(*(say(text, lang) for lang, text in texts.items()), PAUSE, redirect(hotline.urls.fixed("hold")))
    )
