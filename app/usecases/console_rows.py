"""What a console's view is read from: rows by key, a few of them for each look."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select

from app.db.rows import RowQuery
from app.db.tables import (
    AgentRow,
    Announcement,
    Callback,
    Contact,
    Customer,
    Leg,
    Message,
    OfferRow,
    OrderClock,
    Staff,
    TaskRow,
    WarningRow,
    WorkOrder,
)
from app.db.write_set import table_of
from app.domain.orders.clocks import CONTACT as PROMISED_TALK
from app.domain.orders.kinds import Urgency

MESSAGES = 500
"""More than any conversation has; a bound for the memory of a screen."""
ORDERS = 50

_agents, _staff, _tasks, _offers = table_of(AgentRow), table_of(Staff), table_of(TaskRow), table_of(OfferRow)
_contacts, _customers, _messages = table_of(Contact), table_of(Customer), table_of(Message)
_orders, _clocks, _warnings = table_of(WorkOrder), table_of(OrderClock), table_of(WarningRow)
_notices, _callbacks, _legs = table_of(Announcement), table_of(Callback), table_of(Leg)

AGENT = RowQuery(
    select(
        *(_staff.c[name] for name in ("agent_no", "name", "role", "modes", "skills", "team", "unit", "phone")),
        *(_agents.c[name] for name in ("state", "reason", "since", "leg", "body")),
    )
    .select_from(_staff.outerjoin(_agents, _agents.c.agent_no == _staff.c.agent_no))
    .where(_staff.c.agent_no == bindparam("agent_no"))
)
COLLEAGUE = RowQuery(select(_staff.c.agent_no, _staff.c.name).where(_staff.c.agent_no == bindparam("agent_no")))
OFFER = RowQuery(select(*_offers.c).where(_offers.c.offer_id == bindparam("offer_id")))
TASK = RowQuery(select(*_tasks.c).where(_tasks.c.task_id == bindparam("task_id")))
WORK_ON = RowQuery(
    select(_tasks.c.agent_no, _tasks.c.state, _tasks.c.note, _tasks.c.body).where(
        _tasks.c.contact_id == bindparam("contact_id")
    )
)
CONTACT = RowQuery(
    select(*_contacts.c, _customers.c.name.label("customer_name"))
    .select_from(_contacts.outerjoin(_customers, _customers.c.customer_no == _contacts.c.customer_no))
    .where(_contacts.c.contact_id == bindparam("contact_id"))
)
DIALLED = RowQuery(
    select(_callbacks.c.state).where(
        _callbacks.c.contact_id == bindparam("contact_id"),
        _callbacks.c.reason == "dial",
        _callbacks.c.ended_at.is_not(None),
    )
)
"""How a call that an agent began went."""
MUTED = RowQuery(
    select(_legs.c.muted)
    .where(
        _legs.c.task_id == bindparam("task_id"),
        _legs.c.agent_no == bindparam("agent_no"),
        _legs.c.state != "left",
    )
    .order_by(_legs.c.at.desc())
    .limit(1)
)
"""Whether the agent's leg that stands is muted; a page that comes back to it goes on with that."""
HELP = RowQuery(
    select(
        *(_warnings.c[name] for name in ("opened_at", "acknowledged_at", "acknowledged_by", "note")),
        _staff.c.name.label("heard_by_name"),
    )
    .select_from(_warnings.outerjoin(_staff, _staff.c.agent_no == _warnings.c.acknowledged_by))
    .where(
        _warnings.c.kind == "help",
        _warnings.c.about == bindparam("about"),
        _warnings.c.agent_no == bindparam("agent_no"),
    )
    .order_by(_warnings.c.opened_at.desc())
    .limit(1)
)
"""The last time that somebody asked for help with this, and what was answered."""
MESSAGES_OF = RowQuery(
    select(
        *(_messages.c[name] for name in ("contact_id", "message_id", "from_kind", "agent_no", "text", "choices", "at")),
        _staff.c.name.label("agent_name"),
    )
    .select_from(_messages.outerjoin(_staff, _staff.c.agent_no == _messages.c.agent_no))
    .where(_messages.c.contact_id == bindparam("contact_id"))
    .order_by(_messages.c.at.desc(), _messages.c.message_id.desc())
    .limit(MESSAGES)
)
ORDER = RowQuery(select(*_orders.c).where(_orders.c.order_no == bindparam("order_no")))
ORDERS_OF_CREW = RowQuery(
    select(*_orders.c)
    .where(_orders.c.crew_no == bindparam("agent_no"), _orders.c.ended_at.is_(None))
    .order_by(_orders.c.order_no)
    .limit(ORDERS)
)
ORDERS_OF_CONTACT = RowQuery(select(*_orders.c).where(_orders.c.contact_id == bindparam("contact_id")).limit(ORDERS))
ORDERS_OF_ACCOUNT = RowQuery(
    select(*_orders.c)
    .where(_orders.c.account_no == bindparam("account_no"), _orders.c.ended_at.is_(None))
    .order_by(_orders.c.created_at.desc())
    .limit(ORDERS)
)
OPEN_CHAT = RowQuery(
    select(_contacts.c.contact_id).where(
        _contacts.c.contact_id == bindparam("contact_id"),
        _contacts.c.channel == "chat",
        _contacts.c.hung_up_at.is_(None),
        _contacts.c.state != "ended",
    )
)
TOLD_IN_CHAT = RowQuery(
    select(_messages.c.message_id).where(
        _messages.c.contact_id == bindparam("contact_id"),
        _messages.c.channel == "chat",
        _messages.c.from_kind == "hotline",
        _messages.c.text == bindparam("text"),
    )
)
CLOCKS_OF = RowQuery(
    select(*_clocks.c).where(_clocks.c.order_no == bindparam("order_no")).order_by(_clocks.c.due_at, _clocks.c.name)
)
_ABOUT = ("type", "confidential", "about_agent_no", "about_unit", "released_at", "source")
_CAME_OF_IT = ("state", "crew_no", "owner", "to_listen", "changed_at")
_spoken = (
    select(func.max(_clocks.c.met_at))
    .select_from(_clocks.join(_danger := _orders.alias(), _danger.c.order_no == _clocks.c.order_no))
    .where(_danger.c.contact_id == _warnings.c.contact_id, _danger.c.urgency == Urgency.URGENT)
    .where(_clocks.c.name == PROMISED_TALK)
    .correlate(_warnings)
)
_has_it = select(func.max(_danger.c.crew_no)).where(
    _danger.c.contact_id == _warnings.c.contact_id, _danger.c.urgency == Urgency.URGENT
)
"""When somebody spoke with the customer of a warning's contact of the danger there, and which crew has that."""
OPEN_WARNINGS = RowQuery(
    select(
        *_warnings.c,
        *(_orders.c[name].label(f"order_{name}") for name in (*_ABOUT, *_CAME_OF_IT)),
        _contacts.c.answered_at,
        _contacts.c.agent_no.label("answered_by"),
        _spoken.scalar_subquery().label("spoken_at"),
        _has_it.correlate(_warnings).scalar_subquery().label("spoken_by"),
        *(_contacts.c[name] for name in ("restricted", "channel", "direction", "from_number", "to_number", "learned")),
    )
    .select_from(
        _warnings.outerjoin(_orders, _orders.c.order_no == _warnings.c.order_no).outerjoin(
            _contacts, _contacts.c.contact_id == _warnings.c.contact_id
        )
    )
    .where(_warnings.c.closed_at.is_(None), _warnings.c.acknowledged_at.is_(None))
    .order_by(_warnings.c.warning_id)
)
ANNOUNCEMENTS = RowQuery(
    select(*_notices.c)
    .where((_notices.c.until.is_(None)) | (_notices.c.until > bindparam("now")))
    .order_by(_notices.c.announcement_id)
)
