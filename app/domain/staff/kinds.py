"""Enumerations of staff."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody may do; which permissions that means is data of the edge."""

    AGENT = "agent"
    FIELD = "field"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    AUDITOR = "auditor"
    ADMIN = "admin"


class StaffMode(StrEnum):
    """Ways in which somebody serves."""

    PHONE = "phone"
    WEB = "web"
    FIELD = "field"
