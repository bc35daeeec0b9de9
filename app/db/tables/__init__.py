"""All tables; importing this package fills the metadata."""

from app.db.tables.claims import Claim
from app.db.tables.contacts import Contact, FlowSession, Message, Recording
from app.db.tables.journal import JournalPrivate, JournalRow
from app.db.tables.releases import ConfigRelease, FlowRelease
from app.db.tables.routing import AgentRow, InboxRow, Job, Lease, OfferRow, OutboxRow, TaskRow

__all__ = [
    "AgentRow",
    "Claim",
    "ConfigRelease",
    "Contact",
    "FlowRelease",
    "FlowSession",
    "InboxRow",
    "Job",
    "JournalPrivate",
    "JournalRow",
    "Lease",
    "Message",
    "OfferRow",
    "OutboxRow",
    "Recording",
    "TaskRow",
]
