"""All tables; importing this package fills the metadata."""

from app.db.tables.announcements import Announcement, AnnouncementRead
from app.db.tables.areas import Area
from app.db.tables.billing import Bill, ImportMark
from app.db.tables.calendar import CalendarDay
from app.db.tables.callbacks import Callback, TextStop
from app.db.tables.claims import Claim
from app.db.tables.contacts import Contact, FlowSession, Leg, Message, Recording
from app.db.tables.customers import Account, AccountPhone, Customer, NumberLookup, WrongTry
from app.db.tables.journal import JournalPrivate, JournalRow
from app.db.tables.knowledge import Article
from app.db.tables.orders import NumberBlock, OrderClock, OutageNotice, WorkOrder
from app.db.tables.outages import Outage, OutageArea
from app.db.tables.photos import Photo
from app.db.tables.releases import ConfigRelease, FlowRelease
from app.db.tables.routing import (
    AgentRow,
    CoreRow,
    InboxRow,
    Job,
    Lease,
    LineRow,
    OfferRow,
    OutboxRow,
    SocketRow,
    TaskRow,
)
from app.db.tables.staff import Staff, StaffSession
from app.db.tables.summaries import DailySummary, OpenItem
from app.db.tables.surveys import Survey
from app.db.tables.warnings import WarningRow

__all__ = [
    "Account",
    "AccountPhone",
    "AgentRow",
    "Announcement",
    "AnnouncementRead",
    "Area",
    "Article",
    "Bill",
    "CalendarDay",
    "Callback",
    "Claim",
    "ConfigRelease",
    "Contact",
    "CoreRow",
    "Customer",
    "DailySummary",
    "FlowRelease",
    "FlowSession",
    "ImportMark",
    "InboxRow",
    "Job",
    "JournalPrivate",
    "JournalRow",
    "Lease",
    "Leg",
    "LineRow",
    "Message",
    "NumberBlock",
    "NumberLookup",
    "OfferRow",
    "OpenItem",
    "OrderClock",
    "Outage",
    "OutageArea",
    "OutageNotice",
    "OutboxRow",
    "Photo",
    "Recording",
    "SocketRow",
    "Staff",
    "StaffSession",
    "Survey",
    "TaskRow",
    "TextStop",
    "WarningRow",
    "WorkOrder",
    "WrongTry",
]
