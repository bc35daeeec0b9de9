"""Configuration: what is read, and what is refused with its place and reason."""

from typing import Any

import pytest

from routing.config import URGENT_WIDENING, Config, ConfigError, Span, Target, Widening, parse
from routing.types import Mode, Rule, Strategy


def test_defaults_by_mode():
    config = parse({"queues": {"phone": {}, "web": {"mode": "web"}, "field": {"mode": "field"}}})
    phone, web, field = (config.queues[n] for n in ("phone", "web", "field"))
    assert (phone.offer_timeout_s, phone.cooldown_s, phone.misses_until_break) == (20, 30, 1)
    assert (phone.capacity, web.capacity, field.capacity) == (1, 3, 1)
    assert (field.offer_timeout_s, field.strategy, field.mode) == (180, Strategy.NEAREST, Mode.FIELD)
    assert phone.hours is None


def test_nothing_configured_is_no_queue():
    assert parse({}).queues == {}


def test_every_key():
    table: dict[str, Any] = {
        "mode": "phone",
        "skills": ["fault:2", "en"],
        "strategy": "most_skilled",
        "boost_s": 30,
        "hours": {
            "mon-fri": ["08:00-12:00", "13:00-20:00"],
            "sat": ["22:00-02:00"],
            "except": ["2026-10-01"],
        },
        "on_close": "voicemail",
        "on_nobody": "callback",
        "on_full": "message",
        "on_max_wait": "serve",
        "overflow_to": "other",
        "overflow_after_s": 60,
        "widen": [{"after_s": 30, "levels": 1}, {"after_s": 60, "any_agent": True}],
        "max_size": 50,
        "max_wait_s": 900,
        "offer_timeout_s": 15,
        "cooldown_s": 20,
        "misses_until_break": 2,
        "last_agent_s": 10,
        "capacity": 1,
        "wrap_up_s": 30,
        "callback_after_s": 120,
        "ring_at_once": 3,
        "target": {"percent": 90, "within_s": 15},
    }
    config = parse(
        {
            "queues": {"phone": table, "other": {"hours": "24x7"}},
            "duty": {"phones": ["+8613800000001"]},
            "callback": {"attempts": 2, "gap_s": 60},
            "quiet_hours": {"from": "22:00"},
        }
    )
    phone = config.queues["phone"]
    assert phone.skills == (("en", 1), ("fault", 2))
    assert phone.hours is not None
    assert phone.hours.week[0] == (Span(480, 720), Span(780, 1200))
    assert phone.hours.week[5:] == ((Span(1320, 1560),), ())
    assert phone.hours.dates == (("2026-10-01", ()),)
    assert (phone.on_close, phone.on_nobody) == (Rule.VOICEMAIL, Rule.CALLBACK)
    assert (phone.target.percent, phone.target.within_s) == (90, 15)
    assert (config.duty_phones, config.callback_attempts) == (("+8613800000001",), 2)


def test_an_urgent_queue_widens_even_if_nobody_said_so():
    config = parse({"queues": {"emergency": {"boost_s": 86400}, "danger": {"mode": "field", "boost_s": 86400}}})
    assert config.queues["emergency"].widen == URGENT_WIDENING
    assert config.queues["danger"].widen == ()


@pytest.mark.parametrize(
    ("queue", "place", "reason"),
    [
        ({"colour": 1}, "queues.q.colour", "unknown key"),
        ({"mode": "fax"}, "queues.q.mode", "must be one of phone, web, field"),
        ({"strategy": "best"}, "queues.q.strategy", "must be one of"),
        ({"boost_s": -1}, "queues.q.boost_s", "from 0"),
        ({"boost_s": True}, "queues.q.boost_s", "whole number"),
        ({"boost_s": "5"}, "queues.q.boost_s", "whole number"),
        ({"misses_until_break": 0}, "queues.q.misses_until_break", "from 1"),
        ({"skills": "en"}, "queues.q.skills", "list of texts"),
        ({"skills": ["en:0"]}, "queues.q.skills", "no skill"),
        ({"skills": [":1"]}, "queues.q.skills", "no skill"),
        ({"skills": ["en:x"]}, "queues.q.skills", "no skill"),
        ({"skills": [""]}, "queues.q.skills", "list of texts"),
        ({"skills": [5]}, "queues.q.skills", "list of texts"),
        ({"on_close": "sing"}, "queues.q.on_close", "must be one of"),
        ({"overflow_to": "nowhere"}, "queues.q.overflow_to", "no queue 'nowhere'"),
        ({"overflow_to": 5}, "queues.q.overflow_to", "must be a text"),
        ({"overflow_to": "q"}, "queues.q.overflow_to", "loop q -> q"),
        ({"overflow_to": "web"}, "queues.q.overflow_to", "of mode web, not phone"),
        ({"overflow_after_s": 5}, "queues.q.overflow_after_s", "needs overflow_to"),
        ({"capacity": 2}, "queues.q.capacity", "one call at a time"),
        ({"strategy": "nearest"}, "queues.q.strategy", "for crews"),
        ({"boost_s": 86400, "on_close": "message"}, "queues.q.on_close", "always serves"),
        ({"boost_s": 86400, "on_nobody": "callback"}, "queues.q.on_nobody", "always serves"),
        ({"boost_s": 86400, "max_size": 5}, "queues.q.max_size", "never turned away"),
        ({"boost_s": 86400, "max_wait_s": 5}, "queues.q.max_wait_s", "never turned away"),
        ({"boost_s": 86400, "callback_after_s": 5}, "queues.q.callback_after_s", "never turned away"),
        ({"boost_s": 86400, "max_size": 0}, "queues.q.max_size", "never turned away"),
        ({"boost_s": 86400, "hours": {"mon-fri": ["08:00-20:00"]}}, "queues.q.hours", "round the clock"),
        ({"mode": "web", "on_full": "callback"}, "queues.q.on_full", "may serve, message"),
        ({"mode": "field", "on_close": "message"}, "queues.q.on_close", "may serve"),
        ({"target": {"percent": 101}}, "queues.q.target.percent", "from 1 to 100"),
        ({"target": []}, "queues.q.target", "must be a table"),
        ({"widen": {}}, "queues.q.widen", "list of tables"),
        ({"widen": [{"levels": 1}]}, "queues.q.widen[1].after_s", "whole number"),
        ({"widen": [{"after_s": 5}, {"after_s": 5}]}, "queues.q.widen[2].after_s", "later"),
        ({"widen": [{"after_s": 5, "duty": 1}]}, "queues.q.widen[1].duty", "true or false"),
        ({"widen": [{"after_s": 5, "colour": 1}]}, "queues.q.widen[1].colour", "unknown key"),
        ({"hours": "always"}, "queues.q.hours", "must be a table"),
        ({"hours": {"fri-mon": []}}, "queues.q.hours.fri-mon", "forward"),
        ({"hours": {"someday": []}}, "queues.q.hours.someday", "days are"),
        ({"hours": {"mon": ["8-20"]}}, "queues.q.hours.mon", "no span"),
        ({"hours": {"mon": ["24:00-24:30"]}}, "queues.q.hours.mon", "no span"),
        ({"hours": {"mon": ["24:00-01:00"]}}, "queues.q.hours.mon", "no span"),
        ({"hours": {"mon": ["00:00-24:01"]}}, "queues.q.hours.mon", "no span"),
        ({"hours": {"mon": ["08:00-12:00", "11:00-13:00"]}}, "queues.q.hours.mon", "overlap"),
        ({"hours": {"except": ["2026-13-01"]}}, "queues.q.hours.except", "no date"),
        ({"hours": {"except": ["2026-13-01 late"]}}, "queues.q.hours.except", "no date"),
        ({"hours": {"except": ["2026-02-29"]}}, "queues.q.hours.except", "no date"),
        ({"hours": {"except": ["20261001"]}}, "queues.q.hours.except", "no date"),
        ({"hours": {"except": ["2026-10-01", "2026-10-01 09:00-12:00"]}}, "queues.q.hours.except", "named twice"),
    ],
)
def test_refused(queue: dict[str, Any], place: str, reason: str):
    with pytest.raises(ConfigError) as caught:
        parse({"queues": {"q": queue, "web": {"mode": "web"}}})
    (problem,) = caught.value.problems
    assert problem.place == place
    assert reason in problem.reason
    assert str(caught.value) == f"{place}: {problem.reason}"


def test_a_loop_of_overflow_is_refused_at_each_queue_in_it():
    queues = {"a": {"overflow_to": "b"}, "b": {"overflow_to": "c"}, "c": {"overflow_to": "b"}}
    with pytest.raises(ConfigError) as caught:
        parse({"queues": queues})
    assert [(p.place, p.reason) for p in caught.value.problems] == [
        ("queues.b.overflow_to", "loop b -> c -> b"),
        ("queues.c.overflow_to", "loop c -> b -> c"),
    ]


def test_all_problems_are_named_at_once():
    with pytest.raises(ConfigError) as caught:
        parse({"queues": {"a": 5, "b": {"x": 1}}, "duty": {"phones": 3, "y": 1}, "callback": {"attempts": 0}})
    places = [p.place for p in caught.value.problems]
    assert places == ["queues.a", "queues.b.x", "duty.y", "duty.phones", "callback.attempts"]


def test_what_is_not_said_has_a_usual_value():
    steps = [{"after_s": 10, "any_agent": True}]
    config = parse({"queues": {"phone": {"target": {}, "widen": steps}}, "callback": {}, "duty": {}})
    queue = config.queues["phone"]
    assert (queue.target.percent, queue.target.within_s) == (80, 20)
    assert queue.widen == (Widening(10, 0, True, False, False, False),)
    assert (config.callback_attempts, config.callback_gap_s, config.duty_phones) == (3, 300, ())
    assert Config({}) == parse({})


@pytest.mark.parametrize(
    "key",
    [
        "boost_s",
        "overflow_after_s",
        "max_size",
        "max_wait_s",
        "cooldown_s",
        "last_agent_s",
        "wrap_up_s",
        "callback_after_s",
    ],
)
def test_nought_is_a_value_where_it_means_none(key: str):
    assert getattr(parse({"queues": {"phone": {key: 0}}}).queues["phone"], key) == 0


def test_spans_may_touch():
    hours = parse({"queues": {"q": {"hours": {"mon": ["08:00-12:00", "12:00-17:00"]}}}}).queues["q"].hours
    assert hours is not None
    assert hours.week[0] == (Span(480, 720), Span(720, 1020))


def test_spans_may_be_told_in_any_order():
    hours = parse({"queues": {"q": {"hours": {"mon": ["13:00-17:00", "08:00-12:00"]}}}}).queues["q"].hours
    assert hours is not None
    assert hours.week[0] == (Span(480, 720), Span(780, 1020))


def test_the_least_that_is_allowed_is_allowed():
    ones = dict.fromkeys(("offer_timeout_s", "misses_until_break", "capacity", "ring_at_once"), 1)
    table = {**ones, "target": {"percent": 1, "within_s": 1}, "widen": [{"after_s": 0}, {"after_s": 1}]}
    config = parse({"queues": {"q": table}, "callback": {"attempts": 1, "gap_s": 0}})
    queue = config.queues["q"]
    assert {key: getattr(queue, key) for key in ones} == ones
    assert (queue.target, [s.after_s for s in queue.widen]) == (Target(1, 1), [0, 1])
    assert (config.callback_attempts, config.callback_gap_s) == (1, 0)


def test_an_urgent_queue_may_widen_in_its_own_way():
    steps = [{"after_s": 5, "duty": True}]
    queue = parse({"queues": {"emergency": {"boost_s": 86400, "widen": steps}}}).queues["emergency"]
    assert queue.widen == (Widening(5, duty=True),)


@pytest.mark.parametrize(
    ("told", "span"),
    [
        ("08:30-12:45", Span(510, 765)),
        ("00:00-24:00", Span(0, 1440)),
        ("23:59-00:01", Span(1439, 1441)),
        ("08:00-08:00", Span(480, 1920)),
    ],
)
def test_a_span_runs_to_its_end_on_this_day_or_the_next(told: str, span: Span):
    hours = parse({"queues": {"q": {"hours": {"mon": [told]}}}}).queues["q"].hours
    assert hours is not None
    assert hours.week[0] == (span,)


def test_a_queue_of_which_nothing_is_said():
    queue = parse({"queues": {"q": {}}}).queues["q"]
    assert (queue.target.percent, queue.target.within_s) == (80, 20)
    assert (queue.ring_at_once, queue.capacity, queue.wrap_up_s, queue.misses_until_break) == (5, 1, 60, 1)
    assert (queue.offer_timeout_s, queue.cooldown_s) == (20, 30)


def test_ten_million_is_the_most():
    assert parse({"queues": {"q": {"boost_s": 10_000_000}}}).queues["q"].boost_s == 10_000_000
    with pytest.raises(ConfigError, match="from 0 to 10000000"):
        parse({"queues": {"q": {"boost_s": 10_000_001}}})
