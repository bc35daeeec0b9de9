"""Figures of bills: what is owed, since when, with which late fee. Money is in fen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.db.tables import Bill
from app.domain.customers.kinds import UserClass

MINIMUM_FEE_FEN = 100
PER_MILLE = 1000
RESIDENTIAL_RATE = 1
SAME_YEAR_RATE = 2
LATER_YEARS_RATE = 3


class BillStatus(StrEnum):
    """How a bill stands today."""

    OPEN = "open"
    PARTIAL = "partial"
    PAID = "paid"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class BillFigures:
    """One bill on one day. `total_fen` = what is outstanding and its late fee."""

    month: str
    kwh_hundredths: int
    amount_fen: int
    status: BillStatus
    outstanding_fen: int
    days_late: int
    late_fee_fen: int
    total_fen: int
    due_on: str


@dataclass(frozen=True, slots=True)
class Arrears:
    """What is overdue on an account, late fees included; `since` is the oldest due date, None = nothing is."""

    count: int
    outstanding_fen: int
    late_fee_fen: int
    total_fen: int
    since: str | None


def late_fee_fen(outstanding_fen: int, user_class: str, due_on: date, today: date) -> int:
    """Late fee from the day after `due_on` up to `today`, rounded half up, at least 1 yuan once it is due.

    Residential 0.1 % a day; others 0.2 % for days in the year of the due date and 0.3 % for those in later years.
    """
    days = (today - due_on).days
    if outstanding_fen <= 0 or days <= 0:
        return 0
    if user_class == UserClass.RESIDENTIAL:
        weighted = days * RESIDENTIAL_RATE
    else:
        in_year = min(days, (date(due_on.year, 12, 31) - due_on).days)
        weighted = in_year * SAME_YEAR_RATE + (days - in_year) * LATER_YEARS_RATE
    fee = (outstanding_fen * weighted * 2 + PER_MILLE) // (2 * PER_MILLE)
    return max(fee, MINIMUM_FEE_FEN)


def figures(bill: Bill, user_class: str, today: date) -> BillFigures:
    """The figures of one bill on this day. Overpaid counts as paid."""
    outstanding = max(bill.amount_fen - bill.paid_fen, 0)
    due_on = date.fromisoformat(bill.due_on)
    fee = late_fee_fen(outstanding, user_class, due_on, today)
    return BillFigures(
        month=bill.month,
        kwh_hundredths=bill.kwh_hundredths,
        amount_fen=bill.amount_fen,
        status=_status(bill, outstanding, due_on, today),
        outstanding_fen=outstanding,
        days_late=max((today - due_on).days, 0) if outstanding else 0,
        late_fee_fen=fee,
        total_fen=outstanding + fee,
        due_on=bill.due_on,
    )


def _status(bill: Bill, outstanding: int, due_on: date, today: date) -> BillStatus:
    if not outstanding:
        return BillStatus.PAID
    if today > due_on:
        return BillStatus.OVERDUE
    return BillStatus.PARTIAL if bill.paid_fen else BillStatus.OPEN


def arrears(bills: Sequence[Bill], user_class: str, today: date) -> Arrears:
    """All that is overdue among these bills of one account."""
    late = [one for one in (figures(bill, user_class, today) for bill in bills) if one.status is BillStatus.OVERDUE]
    return Arrears(
        count=len(late),
        outstanding_fen=sum(one.outstanding_fen for one in late),
        late_fee_fen=sum(one.late_fee_fen for one in late),
        total_fen=sum(one.total_fen for one in late),
        since=min((one.due_on for one in late), default=None),
    )
