"""Kinds of warnings, and how serious each one is unless the operations file says otherwise.

Blue is worth knowing, yellow should be watched, orange needs somebody, red needs somebody now.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from app.domain.operations.sections import Level, WarningRule


class WarningKind(StrEnum):
    """What a warning is about."""

    QUEUE_LONG = "queue_long"
    QUEUE_UNMANNED = "queue_unmanned"
    AREA_SURGE = "area_surge"
    REPEAT_CALLER = "repeat_caller"
    CLOCK_NEAR_DUE = "clock_near_due"
    CLOCK_BREACH = "clock_breach"
    LOW_SCORE = "low_score"
    NOT_SOLVED = "not_solved"
    REOPENED = "reopened"
    URGED = "urged"
    ESTIMATE_NEAR = "estimate_near"
    EMERGENCY_UNANSWERED = "emergency_unanswered"
    SUMMARY_MISSING = "summary_missing"
    ITEM_NOT_ACCEPTED = "item_not_accepted"
    SENSITIVE_CUSTOMER = "sensitive_customer"
    NOTICE_LATE = "notice_late"


SHIPPED: Mapping[str, Level] = {
    WarningKind.QUEUE_LONG: Level.ORANGE,
    WarningKind.QUEUE_UNMANNED: Level.RED,
    WarningKind.AREA_SURGE: Level.ORANGE,
    WarningKind.REPEAT_CALLER: Level.YELLOW,
    WarningKind.CLOCK_NEAR_DUE: Level.YELLOW,
    WarningKind.CLOCK_BREACH: Level.ORANGE,
    WarningKind.LOW_SCORE: Level.YELLOW,
    WarningKind.NOT_SOLVED: Level.YELLOW,
    WarningKind.REOPENED: Level.YELLOW,
    WarningKind.URGED: Level.YELLOW,
    WarningKind.ESTIMATE_NEAR: Level.YELLOW,
    WarningKind.EMERGENCY_UNANSWERED: Level.RED,
    WarningKind.SUMMARY_MISSING: Level.BLUE,
    WarningKind.ITEM_NOT_ACCEPTED: Level.RED,
    WarningKind.SENSITIVE_CUSTOMER: Level.ORANGE,
    WarningKind.NOTICE_LATE: Level.ORANGE,
}


def level_of(kind: str, rules: Mapping[str, WarningRule]) -> Level:
    """The level of a kind; `rules` are the operations file's `[warnings.KIND]`."""
    rule = rules.get(kind)
    return rule.level if rule is not None else SHIPPED[kind]
