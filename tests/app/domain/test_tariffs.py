"""Tariffs: tiers, seasons, costs."""

from __future__ import annotations

import pytest

from app.domain.billing.tariffs import energy_cost_fen, standing
from app.domain.operations.load import load

TARIFFS = load().tariffs


@pytest.mark.parametrize(
    ("code", "month", "kwh", "used", "fen"),
    [
        ("residential", 5, 100, 0, 5_380),
        ("residential", 5, 2_760, 0, 148_488),
        ("residential", 5, 100, 2_710, 50 * 53.8 + 50 * 58.8),
        ("residential", 5, 100, 9_000, 8_380),
        ("residential_seasonal", 4, 400, 0, 200 * 58.8 + 150 * 63.8 + 50 * 88.8),
        ("residential_seasonal", 7, 400, 0, 200 * 58.8 + 200 * 63.8),
        ("shared", 1, 0, 0, 0),
    ],
)
def test_costs(code: str, month: int, kwh: int, used: int, fen: float) -> None:
    assert energy_cost_fen(TARIFFS[code], month, kwh * 100, used * 100) == round(fen)


def test_costs_are_rounded_half_up() -> None:
    assert energy_cost_fen(TARIFFS["shared"], 1, 100) == 56
    assert energy_cost_fen(TARIFFS["residential"], 1, 1) == 1


def test_time_of_use() -> None:
    assert energy_cost_fen(TARIFFS["residential_tou"], 1, 10_000, time_of_use="valley") == 2_880


def test_parts_cost_what_the_whole_costs() -> None:
    tariff = TARIFFS["residential"]
    parts = [energy_cost_fen(tariff, 1, 100_000, used) for used in range(0, 600_000, 100_000)]
    assert sum(parts) == energy_cost_fen(tariff, 1, 600_000)


def test_standing_in_the_tiers() -> None:
    tariff = TARIFFS["residential"]
    assert (standing(tariff, 1, 0).tier, standing(tariff, 1, 0).left_hundredths) == (1, 276_000)
    assert (standing(tariff, 1, 276_000).tier, standing(tariff, 1, 276_000).left_hundredths) == (2, 204_000)
    assert (standing(tariff, 1, 990_000).tier, standing(tariff, 1, 990_000).left_hundredths) == (3, None)
