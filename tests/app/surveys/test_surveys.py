"""Who is asked, what is kept of the answer, and who hears of a low one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from agents.survey import QuietHours, after_quiet, counts_for_agent, is_sampled, mean_hundredths
from app.db.tables import Survey, WarningRow
from app.db.write_set import Conflict
from app.domain.orders import opening
from app.domain.orders.written import Place, Reporter, Said
from app.domain.surveys.inviting import after_contact, after_order
from app.domain.surveys.reads import due, figures_of, of_contact
from app.domain.surveys.writes import About, Recorded, SurveyRules, ask_by_text, record, tried
from tests.app.world import CALLER, HOUR, MINUTE, NOW, RULES, STRANGER, ZONE, World, ms

OFFSET = 8 * 3600
DAY = 24 * HOUR


def talked(**values: Any) -> dict[str, Any]:
    base = {"contact_id": "c1", "agent_no": "A1", "from_number": CALLER, "lang": "zh-CN", "unit": "north"}
    return {**base, "queue": "phone", "learned": {}, "disposition": None, "restricted": None, **values}


async def invite(world: World, contact: dict[str, Any], at: int = NOW, *, on_line: bool = True) -> Recorded | str:
    async with world.database.session() as session:
        invited = await after_contact(session, contact, SurveyRules(), ZONE, at, on_line=on_line)
    if isinstance(invited, Recorded):
        await world.database.commit(invited.write)
    return invited


async def test_35_no_number_is_texted_twice_in_seven_days(world: World) -> None:
    assert isinstance(await invite(world, talked()), Recorded)
    assert await invite(world, talked(contact_id="c2"), NOW + 6 * DAY, on_line=False) == "asked_lately"
    assert isinstance(await invite(world, talked(contact_id="c3"), NOW + 7 * DAY, on_line=False), Recorded)
    assert isinstance(await invite(world, talked(contact_id="c4", from_number=STRANGER), on_line=False), Recorded)


async def test_35_one_survey_about_one_order_in_seven_days(world: World) -> None:
    await world.do(opening.open_fault("1000000013", Reporter("c1", CALLER), Place(), Said(), RULES, NOW))
    assert isinstance(await invite(world, talked()), Recorded)
    async with world.database.session() as session:
        order = (await world.file("1000000013")).order
        assert await after_order(session, order, SurveyRules(), ZONE, NOW + 6 * DAY) == "asked_lately"
    assert isinstance(await invite(world, talked(contact_id="c2")), Recorded), "another matter"


async def test_35_by_key_and_by_text_at_the_same_moment_only_one_asks(world: World) -> None:
    async with world.database.session() as session:
        both = [
            await after_contact(session, talked(), SurveyRules(), ZONE, NOW, on_line=on_line)
            for on_line in (True, False)
        ]
    first, second = (invited.write for invited in both if isinstance(invited, Recorded))
    await world.database.commit(first)
    with pytest.raises(Conflict):
        await world.database.commit(second)
    assert await invite(world, talked(), on_line=False) == "asked_lately"


async def test_35_an_order_of_a_contact_that_was_asked_is_the_same_matter(world: World) -> None:
    assert isinstance(await invite(world, talked(from_number=STRANGER)), Recorded)
    await world.do(opening.open_fault("1000000013", Reporter("c1", CALLER), Place(), Said(), RULES, NOW))
    async with world.database.session() as session:
        order = (await world.file("1000000013")).order
        assert await after_order(session, order, SurveyRules(), ZONE, NOW + DAY) == "asked_lately"


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"queue": "emergency"}, "emergency"),
        ({"learned": {"emergency_no": "1000000013"}}, "emergency"),
        ({"disposition": "nuisance"}, "abuse"),
        ({"restricted": "tipoff"}, "anonymous"),
        ({"agent_no": None}, "not_answered"),
    ],
)
async def test_35_nobody_is_asked_after_danger_abuse_or_a_tip_off(
    world: World, values: dict[str, Any], reason: str
) -> None:
    assert await invite(world, talked(**values)) == reason


async def test_the_answer_belongs_to_contact_agent_and_day_and_a_low_one_is_heard_of(world: World) -> None:
    world.at.at_ms = ms("2026-03-05 02:00")
    await invite(world, talked(contact_id="contact-100"), world.at.at_ms)
    world.call(agent_no="A1", unit="north")
    assert world.contact["contact_id"] == "contact-100"
    told = [(await world.ask("survey.record", score=2)).entry]
    async with world.database.session() as session:
        survey = await of_contact(session, "contact-100")
    assert survey is not None
    assert (survey.score, survey.solved, survey.agent_no, survey.day) == (2, None, "A1", "2026-03-04")
    told.append((await world.ask("survey.record", solved=False)).entry)
    assert [sorted(entry) for entry in told] == [["kind", "score", "survey_id"], ["kind", "solved", "survey_id"]]
    async with world.database.session() as session:
        survey = await of_contact(session, "contact-100")
        warnings = (await session.exec(select(WarningRow).order_by(WarningRow.kind))).all()
    assert survey is not None
    assert (survey.score, survey.solved) == (2, False)
    assert [(row.kind, row.agent_no, row.times) for row in warnings] == [
        ("low_score", "A1", 1),
        ("not_solved", "A1", 1),
    ]


async def test_a_caller_who_hung_up_is_texted_by_day_and_answers_by_text_18(world: World) -> None:
    late = ms("2026-03-04 22:30")
    await invite(world, talked(contact_id="c9"), late, on_line=False)
    async with world.database.session() as session:
        assert await due(session, ms("2026-03-05 07:59")) == []
        (survey,) = await due(session, ms("2026-03-05 08:00"))
    world.at.at_ms = ms("2026-03-05 08:00")
    asked = ask_by_text(survey, world.at.at_ms)
    await world.database.commit(asked.write)
    assert [text.to for text in asked.texts] == [CALLER]
    assert all(word in asked.texts[0].text for word in ("1非常满意", "5非常不满意"))
    assert (await world.known(channel="sms"))["open_question"] == "score"
    await world.call(channel="sms").ask("survey.record", score=5)
    assert (await world.known(channel="sms"))["open_question"] == "solved"
    await world.call(channel="sms").ask("survey.record", solved=True)
    assert (await world.known(channel="sms"))["open_question"] == "none"
    async with world.database.session() as session:
        (row,) = (await session.exec(select(Survey))).all()
    assert (row.contact_id, row.score, row.solved) == ("c9", 5, True)


async def test_scenario_6_a_refused_call_is_tried_next_day_and_given_up_after_three(world: World) -> None:
    await invite(world, talked(), ms("2026-03-04 12:00"), on_line=False)
    world.at.at_ms = ms("2026-03-04 21:05")
    for expected in (ms("2026-03-05 08:00"), ms("2026-03-05 10:00"), None):
        async with world.database.session() as session:
            survey = await of_contact(session, "c1")
        assert survey is not None
        await world.database.commit(tried(survey, SurveyRules(), OFFSET, world.at.at_ms).write)
        async with world.database.session() as session:
            survey = await of_contact(session, "c1")
        assert survey is not None
        assert survey.next_attempt_at == expected
        world.at.at_ms = expected or 0
    assert survey.status == "failed"


async def test_35_orders_are_asked_about_but_not_after_danger(world: World) -> None:
    reporter = Reporter("c1", CALLER)
    await world.do(opening.open_fault("1000000013", reporter, Place(), Said(), RULES, NOW))
    await world.do(opening.open_emergency("1000000021", reporter, Place(), Said(), RULES, NOW))
    async with world.database.session() as session:
        fault, danger = [
            await after_order(session, (await world.file(number)).order, SurveyRules(), ZONE, NOW)
            for number in ("1000000013", "1000000021")
        ]
    assert isinstance(fault, Recorded)
    assert danger == "emergency"


async def test_28_agents_see_a_mean_of_five_answers_or_none(world: World) -> None:
    for n in range(5):
        async with world.database.session() as session:
            figures = await figures_of(session, "A1", NOW, NOW + HOUR)
        assert figures.mean is None
        about = About(f"c{n}", "A1", f"+861380000020{n}", "2026-03-04")
        await world.database.commit(record(about, 4, None, NOW + n * MINUTE).write)
    low_but_solved = record(About("c9", "A1", CALLER, "2026-03-04"), 1, True, NOW)
    await world.database.commit(low_but_solved.write)
    async with world.database.session() as session:
        figures = await figures_of(session, "A1", NOW, NOW + HOUR)
    assert (figures.answered, figures.mean) == (5, 4.0), "35: a low score with solved stays out of personal figures"


@given(at=st.integers(0, 4_000_000_000_000), begin=st.integers(0, 1439), end=st.integers(0, 1439))
def test_quiet_hours_only_delay_and_end_when_they_say(at: int, begin: int, end: int) -> None:
    quiet = QuietHours(begin, end)
    later = after_quiet(at, OFFSET, quiet)
    minute = (later // 1000 + OFFSET) // 60 % 1440
    assert at <= later < at + 24 * HOUR
    assert begin == end or not quiet.holds(minute)
    assert later == at or minute == end


def test_35_a_low_score_with_solved_does_not_count_for_the_agent() -> None:
    assert [counts_for_agent(score, solved) for score, solved in ((1, True), (1, False), (5, True), (2, None))] == [
        False,
        True,
        True,
        True,
    ]


def test_mean_and_sample() -> None:
    assert (mean_hundredths([5, 4, 4]), mean_hundredths([]), mean_hundredths([1, 2])) == (433, None, 150)
    assert sum(is_sampled(f"contact-{n}", 200) for n in range(1000)) in range(150, 250)
    assert all(is_sampled(str(n), 1000) for n in range(50))
    assert not any(is_sampled(str(n), 0) for n in range(50))
