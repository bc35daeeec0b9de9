"""The enumerations of work orders, as they stand in the database and in the contract."""

from __future__ import annotations

from enum import StrEnum


class OrderType(StrEnum):
    """Business types; `consult` is an enquiry that could not be answered on the call."""

    FAULT = "fault"
    COMPLAINT = "complaint"
    TIPOFF = "tipoff"
    SUGGESTION = "suggestion"
    OPINION = "opinion"
    PRAISE = "praise"
    CONSULT = "consult"
    SERVICE_REQUEST = "service_request"


class State(StrEnum):
    """States of all types; which of them a type knows is said in `transitions`."""

    ACCEPTED = "accepted"
    DISPATCHED = "dispatched"
    CREW_ASSIGNED = "crew_assigned"
    EN_ROUTE = "en_route"
    ARRIVED = "arrived"
    DIAGNOSING = "diagnosing"
    RESTORED = "restored"
    NOT_OURS = "not_ours"
    RETURNED = "returned"
    PROCESSING = "processing"
    REPLIED = "replied"
    REVIEWED = "reviewed"
    REJECTED = "rejected"
    CALLBACK = "callback"
    SUSPENDED = "suspended"
    MERGED = "merged"
    REOPENED = "reopened"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"
    DUPLICATE = "duplicate"


ENDED = frozenset({State.ARCHIVED, State.CANCELLED, State.DUPLICATE})
"""States that are left only by reopening."""

ON_SITE = frozenset({State.CREW_ASSIGNED, State.EN_ROUTE, State.ARRIVED, State.DIAGNOSING})
"""States in which one crew holds the order."""


class Urgency(StrEnum):
    """`urgent` is danger to people or things."""

    URGENT = "urgent"
    NORMAL = "normal"


class Level(StrEnum):
    """Level of a complaint, by the customer's importance and the possible effect."""

    SPECIAL = "special"
    MAJOR = "major"
    IMPORTANT = "important"
    GENERAL = "general"


class Complaint(StrEnum):
    """Classes of complaints; `unsorted` waits for somebody to listen."""

    SERVICE = "service"
    BUSINESS = "business"
    OUTAGE = "outage"
    QUALITY = "quality"
    GRID = "grid"
    UNSORTED = "unsorted"


class Tipoff(StrEnum):
    """What a tip-off is about."""

    THEFT = "theft"
    DAMAGE = "damage"
    CONDUCT = "conduct"


class AreaType(StrEnum):
    """What the promise of arrival depends on."""

    CITY = "city"
    RURAL = "rural"
    REMOTE = "remote"


RECONNECTION = "reconnection"
"""Subtype of a service request: the debt is paid, the power must come back."""

AFTER_OUTAGE = "after_outage"
"""Subtype of a fault reported after the known outage's estimate had passed: perhaps not restored."""
