"""Pure rules of orders: numbers, transitions, limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.orders.kinds import ENDED, OrderType, State
from app.domain.orders.numbers import check_digit, is_order_no, order_no
from app.domain.orders.promises import SHIPPED, BadClocks, likely_minutes, spoken_minutes, with_changes
from app.domain.orders.sealing import Seal
from app.domain.orders.transitions import NEEDS_REASON, TABLES, refusal

numbers = st.integers(0, 800_000_000).map(order_no)


@given(numbers, st.data())
def test_a_wrong_digit_in_an_order_number_is_noticed(number: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(number) - 1))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != number[at]]))
    assert is_order_no(number)
    assert not is_order_no(number[:at] + digit + number[at + 1 :])


@pytest.mark.parametrize("text", ["", "123", "10000000130", "１００００００００５", "1000000013x", "-100000005"])
def test_what_is_no_order_number(text: str) -> None:
    assert not is_order_no(text)


def test_the_check_digit_is_that_of_the_standard() -> None:
    assert check_digit("0794") == "5"  # the standard's own example
    assert check_digit("100000001") == "3"


def test_every_type_has_a_table_whose_states_can_be_left_or_are_ends() -> None:
    for order_type in OrderType:
        table = TABLES[order_type]
        assert all(targets <= set(table) for targets in table.values()), order_type
        assert {state for state, targets in table.items() if not targets} <= ENDED
        reached, frontier = set(), [State.ACCEPTED]
        while frontier:
            state = frontier.pop()
            if state not in reached:
                reached.add(state)
                frontier += table[state]
        assert reached == set(table), "no state stands there that nothing leads to"


def test_an_ended_order_is_left_by_reopening_only() -> None:
    for table in TABLES.values():
        assert table[State.ARCHIVED] <= {State.REOPENED}
        assert not table[State.CANCELLED] | table[State.DUPLICATE]


@pytest.mark.parametrize(
    ("order_type", "state", "to", "note", "code"),
    [
        ("fault", "accepted", "arrived", "", "not_allowed"),
        ("fault", "accepted", "dispatched", "", None),
        ("fault", "crew_assigned", "returned", "", "reason_missing"),
        ("fault", "crew_assigned", "returned", "wrong area", None),
        ("fault", "merged", "en_route", "", "merged"),
        ("fault", "archived", "dispatched", "", "ended"),
        ("fault", "archived", "reopened", "still dark", None),
        ("fault", "accepted", "flying", "", "unknown_state"),
        ("complaint", "processing", "replied", "", None),
        ("complaint", "accepted", "arrived", "", "not_allowed"),
        ("praise", "accepted", "replied", "", "not_allowed"),
    ],
)
def test_transitions_are_refused_with_a_code(order_type: str, state: str, to: str, note: str, code: str | None) -> None:
    refused = refusal(order_type, state, to, note)
    assert (refused.code if refused else None) == code


def test_cancelling_and_returning_need_a_reason() -> None:
    assert {State.CANCELLED, State.DUPLICATE, State.RETURNED, State.SUSPENDED} <= NEEDS_REASON


def test_the_operations_file_changes_amounts_and_nothing_else() -> None:
    changed = with_changes({"fault": {"arrive": {"minutes": {"city": 30, "rural": 60, "remote": 90}}}})
    rules = {rule.name: rule for rule in changed["fault"]}
    assert [rules["arrive"].amount(kind) for kind in ("city", "rural", "remote", None)] == [30, 60, 90, 30]
    assert rules["dispatch"] == {rule.name: rule for rule in SHIPPED["fault"]}["dispatch"]
    assert with_changes({}) == SHIPPED


@pytest.mark.parametrize(
    "clocks",
    [
        {"fault": {"nap": {"minutes": 3}}},
        {"party": {"reply": {"minutes": 3}}},
        {"fault": {"arrive": {"minutes": 0}}},
        {"fault": {"arrive": {"minutes": {"city": 3}}}},
        {"fault": {"arrive": {"minutes": 3, "workdays": 1}}},
        {"complaint": {"reply": {"workdays": True}}},
    ],
)
def test_clocks_that_make_no_sense_are_named(clocks: dict[str, dict[str, dict[str, object]]]) -> None:
    with pytest.raises(BadClocks, match=r"clocks\."):
        with_changes(clocks)


def test_10_the_spoken_limit_is_the_larger_one() -> None:
    assert [spoken_minutes(45, likely) for likely in (0, 45, 46, 61)] == [45, 45, 60, 75]
    assert likely_minutes([], 0) == 0
    assert likely_minutes([10 * 60_000] * 8 + [90 * 60_000] * 2, 0) == 90
    assert likely_minutes([10 * 60_000], 75 * 60_000) == 75


def test_26_a_sealed_number_opens_with_its_secret_only() -> None:
    sealed = Seal("a" * 32).close("+8613800000001")
    assert "138" not in sealed
    assert Seal("a" * 32).open(sealed) == "+8613800000001"
    assert Seal("b" * 32).close("+8613800000001") != sealed
