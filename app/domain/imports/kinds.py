"""The kinds of files: their columns, keys, and what a row must not contradict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import SQLModel

from app.db.tables import (
    Account,
    AccountPhone,
    Area,
    Article,
    Bill,
    CalendarDay,
    Customer,
    Outage,
    OutageArea,
    Staff,
)
from app.domain.areas.kinds import AreaKind, AreaType
from app.domain.customers import kinds as customers
from app.domain.imports import cells
from app.domain.imports.cells import Reader
from app.domain.outages.kinds import OutageKind, OutageState
from app.domain.staff.kinds import Role, StaffMode

NAMES = ("areas", "customers", "accounts", "bills", "outages", "agents", "calendar", "knowledge")
REQUIRED: Any = object()


@dataclass(frozen=True, slots=True)
class Column:
    """One column. An empty cell means `default`, if there is one; `stored_as` is the column of the table."""

    name: str
    read: Reader
    default: Any = REQUIRED
    stored_as: str = ""
    refers_to: type[SQLModel] | None = None

    @property
    def target(self) -> str:
        """The table's name for it."""
        return self.stored_as or self.name


@dataclass(frozen=True, slots=True)
class Children:
    """A list of a row that is kept as rows of another table: `item` holds one value, `position` its place."""

    target: str
    table: type[SQLModel]
    item: str
    position: str | None = None


def _nothing(_row: Mapping[str, Any]) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file.

    `new` are values that only a new row gets; `contradicts` names (column, reason) of a row that is wrong in itself;
    `tree` are the columns of code and parent, where a parent may stand in the same file and must not lie in a loop.
    """

    name: str
    table: type[SQLModel]
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    children: Children | None = None
    new: Mapping[str, Any] = field(default_factory=dict)
    contradicts: Callable[[Mapping[str, Any]], tuple[str, str] | None] = _nothing
    tree: tuple[str, str] | None = None


def kind_of(name: str, *, zone: ZoneInfo, tariffs: frozenset[str], now_ms: int) -> Kind:
    """The kind of this name; `KeyError` if there is none. `zone` reads instants without an offset."""
    makers: dict[str, Callable[[], Kind]] = {
        "areas": _areas,
        "customers": _customers,
        "accounts": lambda: _accounts(tariffs),
        "bills": _bills,
        "outages": lambda: _outages(zone, now_ms),
        "agents": _agents,
        "calendar": _calendar,
        "knowledge": _knowledge,
    }
    return makers[name]()


def _areas() -> Kind:
    return Kind(
        "areas",
        Area,
        ("code",),
        (
            Column("code", cells.key),
            Column("name", cells.text),
            Column("parent_code", cells.key, None),
            Column("kind", cells.one_of(AreaKind)),
            Column("area_type", cells.one_of(AreaType), None),
        ),
        tree=("code", "parent_code"),
    )


def _customers() -> Kind:
    return Kind(
        "customers",
        Customer,
        ("customer_no",),
        (
            Column("customer_no", cells.key),
            Column("name", cells.text),
            Column("kind", cells.one_of(customers.CustomerKind)),
            Column("trade_mode", cells.one_of(customers.TradeMode)),
            Column("relation", cells.one_of(customers.Relation)),
            Column("address", cells.text, ""),
            Column("email", cells.email, None),
            Column("lang", cells.one_of(customers.Lang), customers.Lang.ZH_CN.value),
            Column("sensitive", cells.several(cells.one_of(customers.Sensitivity)), []),
        ),
    )


def _accounts(tariffs: frozenset[str]) -> Kind:
    return Kind(
        "accounts",
        Account,
        ("account_no",),
        (
            Column("account_no", cells.account_no),
            Column("customer_no", cells.key, refers_to=Customer),
            Column("address", cells.text),
            Column("area_code", cells.key, refers_to=Area),
            Column("user_class", cells.one_of(customers.UserClass)),
            Column("tariff", cells.member_of(tariffs, "tariff"), None),
            Column("prepay", cells.one_of(customers.Prepay)),
            Column("status", cells.one_of(customers.AccountStatus)),
            Column("relay", cells.one_of(customers.Relay), customers.Relay.UNKNOWN.value),
            Column("phones", cells.several(cells.phone), []),
        ),
        children=Children("phones", AccountPhone, "phone", "position"),
    )


def _bills() -> Kind:
    def contradicts(row: Mapping[str, Any]) -> tuple[str, str] | None:
        return ("due_on", "lies before issued_on") if row["due_on"] < row["issued_on"] else None

    return Kind(
        "bills",
        Bill,
        ("account_no", "month"),
        (
            Column("account_no", cells.account_no, refers_to=Account),
            Column("month", cells.month),
            Column("kwh", cells.hundredths, stored_as="kwh_hundredths"),
            Column("amount_yuan", cells.hundredths, stored_as="amount_fen"),
            Column("paid_yuan", cells.hundredths, 0, stored_as="paid_fen"),
            Column("issued_on", cells.day),
            Column("due_on", cells.day),
        ),
        contradicts=contradicts,
    )


def _outages(zone: ZoneInfo, now_ms: int) -> Kind:
    def contradicts(row: Mapping[str, Any]) -> tuple[str, str] | None:
        eta_at = row.get("eta_at")
        return ("eta_at", "lies before start_at") if eta_at is not None and eta_at < row["start_at"] else None

    return Kind(
        "outages",
        Outage,
        ("outage_no",),
        (
            Column("outage_no", cells.key),
            Column("kind", cells.one_of(OutageKind)),
            Column("area_codes", cells.several(cells.key), refers_to=Area),
            Column("cause", cells.text, ""),
            Column("start_at", cells.instant(zone)),
            Column("eta_at", cells.instant(zone), None),
        ),
        children=Children("area_codes", OutageArea, "area_code"),
        new={"state": OutageState.PUBLISHED.value, "published_at": now_ms, "published_by": "import"},
        contradicts=contradicts,
    )


def _agents() -> Kind:
    return Kind(
        "agents",
        Staff,
        ("agent_no",),
        (
            Column("agent_no", cells.agent_no),
            Column("name", cells.text),
            Column("role", cells.one_of(Role)),
            Column("modes", cells.several(cells.one_of(StaffMode)), []),
            Column("skills", cells.skills, {}),
            Column("team", cells.text, None),
            Column("phone", cells.phone, None),
        ),
    )


def _calendar() -> Kind:
    return Kind(
        "calendar",
        CalendarDay,
        ("date",),
        (Column("date", cells.day), Column("is_workday", cells.flag), Column("name", cells.text, "")),
    )


def _knowledge() -> Kind:
    return Kind(
        "knowledge",
        Article,
        ("code",),
        (
            Column("code", cells.key),
            Column("category", cells.text, ""),
            Column("title_zh", cells.text),
            Column("body_zh", cells.body),
            Column("title_en", cells.text, ""),
            Column("body_en", cells.body, ""),
        ),
    )
