"""Articles read to callers, and what callers say of the service."""

from __future__ import annotations

from app.domain.knowledge.reads import article as published
from app.domain.summaries.shifts import shift_at
from app.domain.surveys.reads import of_contact, open_for
from app.domain.surveys.writes import about_contact, record
from app.domain.warnings.writes import raise_all
from app.usecases.run_turn import Answer
from app.usecases.services.asking import Ask


async def article(ask: Ask) -> Answer:
    """`knowledge.article`: in Chinese, and in English where there is a translation."""
    found = await published(ask.session, ask.text("code"))
    if found is None:
        return Answer("none")
    return Answer("found", {"article_text": {"zh-CN": found.body_zh, "en": found.body_en or found.body_zh}})


async def record_survey(ask: Ask) -> Answer:
    """`survey.record`: into the contact's invitation, or by text into the newest that is open to this number."""
    score, solved = ask.args.get("score"), ask.args.get("solved")
    survey = await of_contact(ask.session, ask.talk.contact_id)
    if survey is None and ask.talk.channel == "sms":
        survey = await open_for(ask.session, ask.caller, ask.now)
    day = shift_at(ask.now, ask.tools.zone, ask.tools.shift_starts).date
    recorded = record(
        survey or about_contact(ask.talk.contact, day),
        score if isinstance(score, int) and not isinstance(score, bool) else None,
        solved if isinstance(solved, bool) else None,
        ask.now,
    )
    recorded.write.extend(await raise_all(ask.session, recorded.alarms, ask.now, ask.tools.warnings))
    return Answer("recorded", write_set=recorded.write, entry={"kind": "survey", **recorded.body})
