"""Opening orders: each function returns what is to be written, and what the caller is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.db.tables import OrderClock, WorkOrder
from app.domain.operations.sections import WarningKind
from app.domain.orders import clocks, texts
from app.domain.orders.kinds import AFTER_OUTAGE, RECONNECTION, Complaint, Level, OrderType, State, Urgency
from app.domain.orders.named_place import PLACE_CHARS, names_place, with_place
from app.domain.orders.promises import rule_of, spoken_minutes
from app.domain.orders.written import Alarm, Place, Reporter, Rules, Said, TaskAsk, Written


def open_fault(
    order_no: str,
    reporter: Reporter,
    place: Place,
    said: Said,
    rules: Rules,
    at: int,
    *,
    likely_min: int = 0,
    scope: str | None = None,
    after_outage: bool = False,
    diagnosis: Mapping[str, Any] | None = None,
    check: bool = False,
) -> Written:
    """A fault of a place; tells `arrive_min`, the larger of the public limit and what is likely now.

    A crew is asked for at once when the place is known; a place that exists as a recording is listened to first, and
    one with `check` is looked into by the desk (its power may be cut for arrears, which the caller must not learn).
    """
    row = order_row(OrderType.FAULT, order_no, reporter, place, said, at)
    row["subtype"] = AFTER_OUTAGE if after_outage else scope
    row["to_listen"] = row["to_listen"] or check
    row["diagnosis"] = dict(diagnosis) if diagnosis else None
    public = _amount(rules, row, "arrive")
    minutes = spoken_minutes(public, likely_min)
    row["said_minutes"] = minutes
    written = _opened(row, rules, at, {"arrive_min": minutes})
    written.body |= {"scope": scope, "public_minutes": public, "likely_minutes": likely_min}
    if not row["to_listen"]:
        written.asks.append(TaskAsk("dispatch", "field", "field", order_no, area=place.area_code or ""))
    _confirm(written, row, "fault", minutes=minutes)
    return written


def told_arrival(rules: Rules, area_type: str | None, likely_min: int) -> int:
    """Minutes until a crew comes, as they may be said aloud."""
    return spoken_minutes(_amount(rules, {"type": OrderType.FAULT, "area_type": area_type}, "arrive"), likely_min)


def open_emergency(order_no: str, reporter: Reporter, place: Place, said: Said, rules: Rules, at: int) -> Written:
    """Danger: an urgent fault for everyone, at once, place unknown if need be, and red on the board. Words that name
    a place are the place until somebody knows better, and go before one that is only supposed.

    Tells `emergency_no`.
    """
    row = order_row(OrderType.FAULT, order_no, reporter, place, said, at)
    row |= {"urgency": Urgency.URGENT, "subtype": "danger", "said_minutes": _amount(rules, row, "arrive")}
    if place.hint:
        row["place"] = {"hint": "caller_id"}
    if names_place(said.text) and (place.hint or not place.address):
        row["address"] = with_place(place.address, said.text[:PLACE_CHARS], hinted=place.hint)
    written = _opened(row, rules, at, {"emergency_no": order_no})
    if place.known or row["address"]:
        written.asks.append(TaskAsk("dispatch", "field", "field", order_no, urgent=True, area=place.area_code or ""))
    if reporter.contact_id and reporter.phone:
        ask = TaskAsk("call_back_if_gone", "emergency", "phone", order_no, reporter.contact_id, urgent=True)
        written.asks.append(ask)
    written.warnings.append(danger_alarm(order_no, reporter.contact_id))
    _confirm(written, row, "emergency")
    return written


def danger_alarm(order_no: str, contact_id: str | None) -> Alarm:
    """Danger is for everybody who leads: it belongs to no unit."""
    return Alarm(WarningKind.HAZARD, f"order:{order_no}", order_no=order_no, contact_id=contact_id)


def open_reconnection(order_no: str, reporter: Reporter, place: Place, rules: Rules, at: int) -> Written:
    """The caller says that the debt is paid. Tells `reconnect_hours`."""
    row = order_row(OrderType.SERVICE_REQUEST, order_no, reporter, place, Said(), at) | {"subtype": RECONNECTION}
    hours = -(-_amount(rules, row, "restore") // 60)
    written = _opened(row, rules, at, {"reconnect_hours": hours})
    _confirm(written, row, "reconnection", hours=hours)
    return written


def open_complaint(
    order_no: str,
    reporter: Reporter,
    place: Place,
    said: Said,
    rules: Rules,
    at: int,
    *,
    subtype: str = Complaint.UNSORTED,
    level: str | None = None,
    anonymous: str | None = None,
    about: tuple[str | None, str | None] = (None, None),
) -> Written:
    """A complaint. `anonymous` is the caller's number, sealed; the number itself is then kept nowhere.

    `about` is (agent, unit) whom it names. Tells `contact_hours` and `reply_workdays`.
    """
    row = order_row(OrderType.COMPLAINT, order_no, reporter, place, said, at)
    row |= {"subtype": subtype, "level": level or level_of(place.sensitive)}
    row |= {"about_agent_no": about[0], "about_unit": about[1]}
    _hide_reporter(row, anonymous)
    told = {"contact_hours": -(-_amount(rules, row, "contact") // 60), "reply_workdays": _amount(rules, row, "reply")}
    written = _opened(row, rules, at, told)
    _confirm(written, row, "complaint", hours=told["contact_hours"], workdays=told["reply_workdays"])
    return written


def open_tipoff(
    order_no: str,
    reporter: Reporter,
    place: Place,
    said: Said,
    rules: Rules,
    at: int,
    *,
    subtype: str,
    anonymous: str | None = None,
) -> Written:
    """A tip-off: confidential, its text neutral; the journal names neither its type nor what it is about."""
    row = order_row(OrderType.TIPOFF, order_no, reporter, place, said, at) | {"subtype": subtype, "confidential": True}
    _hide_reporter(row, anonymous)
    written = _opened(row, rules, at, {"reply_workdays": _amount(rules, row, "reply")})
    written.private = {"type": OrderType.TIPOFF, "subtype": subtype} | written.private
    written.body = {"state": State.ACCEPTED, "restricted": True}
    _confirm(written, row, "neutral")
    return written


def open_simple(
    order_type: OrderType,
    order_no: str,
    reporter: Reporter,
    place: Place,
    said: Said,
    rules: Rules,
    at: int,
    *,
    subtype: str | None = None,
    anonymous: str | None = None,
) -> Written:
    """A suggestion, opinion, praise, enquiry or service request. Tells `reply_workdays` where an answer is due."""
    row = order_row(order_type, order_no, reporter, place, said, at) | {"subtype": subtype}
    _hide_reporter(row, anonymous)
    workdays = _amount(rules, row, "reply")
    written = _opened(row, rules, at, {"reply_workdays": workdays} if workdays else {})
    _confirm(written, row, texts.confirmation(order_type, subtype), workdays=workdays)
    return written


def level_of(sensitive: tuple[str, ...]) -> Level:
    """A complaint's level by whom it comes from."""
    if {"media", "lawsuit"} & {*sensitive}:
        return Level.MAJOR
    return Level.IMPORTANT if {"important", "medical"} & {*sensitive} else Level.GENERAL


def order_row(
    order_type: OrderType, order_no: str, reporter: Reporter, place: Place, said: Said, at: int
) -> dict[str, Any]:
    """The columns of an order that has just been accepted."""
    return {
        "order_no": order_no,
        "type": order_type,
        "state": State.ACCEPTED,
        "urgency": Urgency.NORMAL,
        "source": reporter.source,
        "lang": reporter.lang,
        "contact_id": reporter.contact_id,
        "contact_name": reporter.name,
        "contact_phone": reporter.phone or None,
        "account_no": place.account_no,
        "customer_no": place.customer_no,
        "address": place.address,
        "area_code": place.area_code,
        "area_type": place.area_type,
        "unit": place.unit,
        "sensitive": list(place.sensitive),
        "description": said.text,
        "recording_id": said.recording_id,
        "to_listen": said.recording_id is not None,
        "created_at": at,
        "changed_at": at,
    }


def _hide_reporter(row: dict[str, Any], sealed: str | None) -> None:
    if sealed is not None:
        row |= {"anonymous": True, "phone_sealed": sealed, "contact_phone": None, "contact_name": None}
        row |= {"account_no": None, "customer_no": None, "address": None, "sensitive": []}


def _opened(row: dict[str, Any], rules: Rules, at: int, told: Mapping[str, Any]) -> Written:
    no = row["order_no"]
    written = Written(no, "order_opened", values={"order_no": no, **told})
    written.write.insert(WorkOrder, **row)
    for clock in clocks.starting(rules.promises, row, None, at, rules.calendar, rules.warn_percent):
        written.write.insert(OrderClock, **clock)
    written.write.rings.append(f"order:{no}")
    ids = ("type", "subtype", "state", "urgency", "level", "area_code", "area_type", "account_no", "to_listen")
    written.body = {key: row[key] for key in ids if row.get(key) not in (None, False)}
    personal = ("contact_phone", "contact_name", "address", "description")
    written.private = {key: row[key] for key in personal if row.get(key)}
    if row["to_listen"]:
        written.asks.append(TaskAsk("listen", "web", "web", no, row["contact_id"], row["urgency"] == Urgency.URGENT))
    return written


def _confirm(written: Written, row: Mapping[str, Any], key: str, **values: object) -> None:
    if row["contact_phone"]:
        message = texts.text(key, row["contact_phone"], row["lang"], "confirmation", row["order_no"], **values)
        written.texts.append(message)


def _amount(rules: Rules, row: Mapping[str, Any], name: str) -> int:
    rule = rule_of(rules.promises, row["type"], name)
    return rule.amount(row.get("area_type")) if rule else 0
