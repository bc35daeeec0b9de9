"""Asking and recording; each returns rows and the alarms that follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agents.survey import QuietHours, after_quiet, counts_for_agent, is_low
from app.db.tables import Claim, Contact, Survey
from app.db.write_set import WriteSet
from app.domain.orders.written import Alarm, Text
from app.domain.surveys.kinds import SurveySource, SurveyStatus
from app.observe.clock import new_id

ASK_TEXT = {
    "zh-CN": "【供电服务热线】请对刚才的服务评价：回复1非常满意，2满意，3一般，4不满意，5非常不满意。",
    "en": "Electricity hotline: please rate our service. Reply 1 very satisfied, 2 satisfied, 3 fair, 4 dissatisfied, "
    "5 very dissatisfied.",
}


@dataclass(frozen=True, slots=True)
class SurveyRules:
    """`[survey]` and `[quiet_hours]` of the operations file."""

    delay_ms: int = 60_000
    attempts: int = 3
    gap_ms: int = 2 * 3_600_000
    sample_permille: int = 1000
    quiet: QuietHours = field(default_factory=QuietHours)


@dataclass(slots=True)
class Recorded:
    """Rows of one answer or invitation, and what else follows from it."""

    survey_id: str
    write: WriteSet = field(default_factory=WriteSet)
    alarms: list[Alarm] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    body: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class About:
    """What a survey belongs to. Two contacts are one matter when they are about one order."""

    contact_id: str | None
    agent_no: str | None
    peer: str | None
    day: str
    lang: str = "zh-CN"
    order_no: str | None = None
    unit: str | None = None

    @property
    def matter(self) -> str:
        """What the seven-day rule counts by."""
        return self.order_no or self.contact_id or self.peer or ""


def about_contact(contact: Contact | Mapping[str, Any], day: str, order_no: str | None = None) -> About:
    """A contact's survey goes to the agent who had it last."""
    row = contact if isinstance(contact, Mapping) else contact.model_dump()
    return About(
        row["contact_id"], row["agent_no"], row["from_number"] or None, day, row["lang"], order_no, row["unit"]
    )


def ask_now(about: About, source: SurveySource, at: int) -> Recorded:
    """An invitation on the line: counted for the agent whether it is answered or not."""
    return _invited(about, _new(about, source, SurveyStatus.IN_PROGRESS, at), at)


def ask_later(about: About, rules: SurveyRules, offset_s: int, at: int) -> Recorded:
    """An invitation by text, outside the quiet hours."""
    when = after_quiet(at + rules.delay_ms, offset_s, rules.quiet)
    recorded = _new(about, SurveySource.SMS, SurveyStatus.SCHEDULED, at, next_attempt_at=when)
    return _invited(about, recorded, at, about.peer)


def _invited(about: About, recorded: Recorded, at: int, peer: str | None = None) -> Recorded:
    """Of two that invite at the same moment the second conflicts, looks again and finds the first."""
    for key in sorted({key for key in (about.matter, about.contact_id, peer) if key}):
        recorded.write.insert(Claim, key=f"survey:{key}", at=at)
    return recorded


def ask_by_text(survey: Survey, at: int) -> Recorded:
    """The text itself; the scale stands in words. An unanswered one is not repeated."""
    recorded = Recorded(survey.survey_id, body={"survey_id": survey.survey_id, "status": SurveyStatus.IN_PROGRESS})
    changes = {"status": SurveyStatus.IN_PROGRESS, "attempts": survey.attempts + 1, "next_attempt_at": None, "at": at}
    recorded.write.change(Survey, {"survey_id": survey.survey_id}, survey.version, **changes)
    if survey.peer:
        wording = ASK_TEXT["zh-CN" if survey.lang.startswith("zh") else "en"]
        recorded.texts.append(Text(survey.peer, survey.lang, "survey", wording, survey.order_no))
    return recorded


def tried(survey: Survey, rules: SurveyRules, offset_s: int, at: int) -> Recorded:
    """A call that nobody answered or that was refused: again after a gap, outside quiet hours, a few times only."""
    attempts = survey.attempts + 1
    recorded = Recorded(survey.survey_id, body={"survey_id": survey.survey_id, "attempts": attempts})
    key = {"survey_id": survey.survey_id}
    if attempts >= rules.attempts:
        recorded.body["status"] = SurveyStatus.FAILED
        changes: dict[str, Any] = {"status": SurveyStatus.FAILED, "next_attempt_at": None}
    else:
        again = after_quiet(at + rules.gap_ms, offset_s, rules.quiet)
        changes = {"status": SurveyStatus.SCHEDULED, "next_attempt_at": again}
    recorded.write.change(Survey, key, survey.version, attempts=attempts, **changes)
    return recorded


def record(survey: Survey | About, score: int | None, solved: bool | None, at: int) -> Recorded:
    """Keep an answer: of an invitation that stands, or of one that begins with it. Each answer is kept by itself, told
    and warned of once."""
    news = {name: value for name, value in (("score", score), ("solved", solved)) if value is not None}
    if isinstance(survey, About):
        recorded = _new(survey, SurveySource.POST_CALL_IVR, SurveyStatus.DONE, at, score, solved)
        agent_no, contact_id, order_no, unit = survey.agent_no, survey.contact_id, survey.order_no, survey.unit
    else:
        recorded = Recorded(survey.survey_id)
        score = score if score is not None else survey.score
        solved = solved if solved is not None else survey.solved
        recorded.write.change(
            Survey,
            {"survey_id": survey.survey_id},
            survey.version,
            score=score,
            solved=solved,
            personal=counts_for_agent(score, solved),
            status=SurveyStatus.DONE,
            answered_at=at,
            next_attempt_at=None,
        )
        agent_no, contact_id, order_no, unit = survey.agent_no, survey.contact_id, survey.order_no, survey.unit
    recorded.body = {"survey_id": recorded.survey_id, **news}
    recorded.write.rings.append(f"survey:{recorded.survey_id}")
    for holds, kind in ((is_low(news.get("score")), "low_score"), (news.get("solved") is False, "not_solved")):
        if holds:
            facts = {"score": score, "solved": solved, "survey_id": recorded.survey_id}
            recorded.alarms.append(Alarm(kind, recorded.survey_id, order_no, unit, agent_no, contact_id, facts))
    return recorded


def _new(
    about: About,
    source: SurveySource,
    status: SurveyStatus,
    at: int,
    score: int | None = None,
    solved: bool | None = None,
    next_attempt_at: int | None = None,
) -> Recorded:
    recorded = Recorded(new_id(at))
    recorded.body = {"survey_id": recorded.survey_id, "status": status}
    recorded.write.insert(
        Survey,
        survey_id=recorded.survey_id,
        contact_id=about.contact_id,
        order_no=about.order_no,
        matter=about.matter,
        agent_no=about.agent_no,
        unit=about.unit,
        day=about.day,
        peer=about.peer,
        lang=about.lang,
        source=source,
        status=status,
        score=score,
        solved=solved,
        personal=counts_for_agent(score, solved),
        next_attempt_at=next_attempt_at,
        at=at,
        answered_at=at if status is SurveyStatus.DONE else None,
    )
    return recorded
