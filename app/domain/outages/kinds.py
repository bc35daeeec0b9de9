"""Enumerations of outages."""

from enum import StrEnum


class OutageKind(StrEnum):
    """Why supply is off."""

    PLANNED = "planned"
    TEMPORARY = "temporary"
    FAULT = "fault"
    CAPACITY = "capacity"
    THEFT = "theft"
    BREACH = "breach"
    ARREARS = "arrears"
    ORDERLY_USE = "orderly_use"


class OutageState(StrEnum):
    """Where it stands; `restored` and `cancelled` are ends."""

    DRAFT = "draft"
    PUBLISHED = "published"
    IN_PROGRESS = "in_progress"
    RESTORED = "restored"
    CANCELLED = "cancelled"


PUBLIC = (OutageState.PUBLISHED, OutageState.IN_PROGRESS)
