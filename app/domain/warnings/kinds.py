"""Kinds of warnings, and how serious each one is unless the operations file says otherwise.

Blue is worth knowing, yellow should be watched, orange needs somebody, red needs somebody now.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.operations.sections import Level, WarningKind, WarningRule

SHIPPED: Mapping[str, Level] = {
    WarningKind.QUEUE_LONG: Level.YELLOW,
    WarningKind.QUEUE_UNMANNED: Level.RED,
    WarningKind.AREA_SURGE: Level.ORANGE,
    WarningKind.REPEAT_CALLER: Level.YELLOW,
    WarningKind.LOW_SCORE_RUN: Level.YELLOW,
    WarningKind.NUMBER_GUESSING: Level.RED,
    WarningKind.CLOCK_NEAR_DUE: Level.YELLOW,
    WarningKind.CLOCK_BREACH: Level.ORANGE,
    WarningKind.LOW_SCORE: Level.YELLOW,
    WarningKind.NOT_SOLVED: Level.YELLOW,
    WarningKind.REOPENED: Level.YELLOW,
    WarningKind.URGED: Level.YELLOW,
    WarningKind.ESTIMATE_NEAR: Level.YELLOW,
    WarningKind.EMERGENCY_UNANSWERED: Level.RED,
    WarningKind.HAZARD: Level.RED,
    WarningKind.CHAT_UNANSWERED: Level.ORANGE,
    WarningKind.DANGER_CHAT_UNANSWERED: Level.RED,
    WarningKind.DANGER_NO_CREW: Level.RED,
    WarningKind.ITEM_NOT_ACCEPTED: Level.RED,
}


def level_of(kind: str, rules: Mapping[str, WarningRule]) -> Level:
    """The level of a kind; `rules` are the operations file's `[warnings.KIND]`."""
    rule = rules.get(kind)
    return rule.level if rule is not None else SHIPPED[kind]
