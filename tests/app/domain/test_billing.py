"""Late fees, figures, arrears."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.db.tables import Bill
from app.domain.billing.rules import BillStatus, arrears, figures, late_fee_fen

DUE = date(2026, 6, 20)


def bill(amount_fen: int = 8_650, paid_fen: int = 0, month: str = "2026-05", due_on: date = DUE) -> Bill:
    return Bill(
        account_no="1000000001",
        month=month,
        kwh_hundredths=16_000,
        amount_fen=amount_fen,
        paid_fen=paid_fen,
        issued_on="2026-06-01",
        due_on=due_on.isoformat(),
    )


@pytest.mark.parametrize(
    ("outstanding", "user_class", "due", "days", "fee"),
    [
        (8_650, "residential", DUE, 20, 173),
        (3_000, "residential", DUE, 5, 100),  # 0.15 yuan, but never less than 1 yuan
        (8_650, "residential", DUE, 0, 0),
        (0, "residential", DUE, 400, 0),
        (100_000, "commercial", DUE, 10, 2_000),
        (100_000, "industrial", date(2025, 12, 30), 3, 800),  # one day of the old year, two of the new
        (100_050, "residential", DUE, 1, 100),  # 100.05 fen
        (150_500, "residential", DUE, 1, 151),  # 150.5 fen is rounded up
    ],
)
def test_late_fee(outstanding: int, user_class: str, due: date, days: int, fee: int) -> None:
    assert late_fee_fen(outstanding, user_class, due, due + timedelta(days=days)) == fee


@pytest.mark.parametrize(
    ("paid", "today", "status", "outstanding"),
    [
        (0, DUE, BillStatus.OPEN, 8_650),
        (650, DUE, BillStatus.PARTIAL, 8_000),
        (8_650, DUE + timedelta(days=9), BillStatus.PAID, 0),
        (9_000, DUE + timedelta(days=9), BillStatus.PAID, 0),
        (650, DUE + timedelta(days=1), BillStatus.OVERDUE, 8_000),
    ],
)
def test_status_and_outstanding(paid: int, today: date, status: BillStatus, outstanding: int) -> None:
    found = figures(bill(paid_fen=paid), "residential", today)
    assert (found.status, found.outstanding_fen) == (status, outstanding)
    assert found.total_fen == outstanding + found.late_fee_fen


def test_arrears_sum_what_is_overdue_and_nothing_else() -> None:
    bills = [
        bill(3_000, due_on=DUE - timedelta(days=31), month="2026-04"),
        bill(8_650),
        bill(5_000, due_on=DUE + timedelta(days=60), month="2026-06"),
        bill(4_000, paid_fen=4_000, due_on=DUE - timedelta(days=90), month="2026-02"),
    ]
    found = arrears(bills, "residential", DUE + timedelta(days=20))
    assert found.count == 2
    assert found.outstanding_fen == 11_650
    assert found.late_fee_fen == 153 + 173
    assert found.since == "2026-05-20"


def test_nothing_overdue() -> None:
    found = arrears([bill()], "residential", DUE)
    assert (found.count, found.total_fen, found.since) == (0, 0, None)
