"""All tables; importing this package fills the metadata."""

from app.db.tables.announcements import Announcement, AnnouncementRead
from app.db.tables.claims import Claim
from app.db.tables.contacts import Contact, FlowSession, Message, Recording
from app.db.tables.journal import JournalPrivate, JournalRow
from app.db.tables.orders import NumberBlock, OrderClock, OutageNotice, WorkOrder
from app.db.tables.releases import ConfigRelease, FlowRelease
from app.db.tables.routing import AgentRow, InboxRow, Job, Lease, OfferRow, OutboxRow, TaskRow
from app.db.tables.summaries import DailySummary, OpenItem
from app.db.tables.surveys import Survey
from app.db.tables.warnings import WarningRow

__all__ = [
    "AgentRow",
    "Announcement",
    "AnnouncementRead",
    "Claim",
    "ConfigRelease",
    "Contact",
    "DailySummary",
    "FlowRelease",
    "FlowSession",
    "InboxRow",
    "Job",
    "JournalPrivate",
    "JournalRow",
    "Lease",
    "Message",
    "NumberBlock",
    "OfferRow",
    "OpenItem",
    "OrderClock",
    "OutageNotice",
    "OutboxRow",
    "Recording",
    "Survey",
    "TaskRow",
    "WarningRow",
    "WorkOrder",
]
