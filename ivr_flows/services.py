"""What trees may ask of the service and what it answers: names, arguments, outcomes, variables.

The checker holds every flow against this; the shell implements exactly this. `error` and `timeout` may come
from every service and carry no values. An answer that lacks one of its outcome's variables is taken as
`error`. Variables live in one namespace for the whole conversation; a later answer replaces an earlier one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ivr_flows.variables import FACTS, RESULTS, Var

__all__ = ["FACTS", "RESULTS", "SERVICES", "Arg", "Service", "Var"]


@dataclass(frozen=True, slots=True)
class Arg:
    """One argument. Optional ones are left out of the call when the variable is unset or empty."""

    type: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class Service:
    """One question (`writes` False: a `lookup`) or command (`writes` True: an `act`).

    `outcomes` maps each outcome to the variables that come with it.
    """

    name: str
    writes: bool
    args: Mapping[str, Arg]
    outcomes: Mapping[str, tuple[str, ...]]
    promise: str


ACCOUNT = ("account_no", "account_tail4")
OUTAGE = (
    "outage_no",
    "outage_kind",
    "outage_area",
    "outage_cause",
    "outage_start_at",
    "outage_time",
)
ARREARS = ("arrears_count", "arrears_fen", "arrears_fee_fen", "arrears_asof_at", "reconnect_hours")
ORDER = ("order_no", "order_type", "order_state", "order_accepted_at", "order_time")

_TEXT, _DIGITS, _PHONE, _REF = Arg("text"), Arg("digits"), Arg("phone"), Arg("ref")
_TEXT_, _DIGITS_, _PHONE_, _REF_ = (Arg(t, required=False) for t in ("text", "digits", "phone", "ref"))
_CONTENT = {"recording": _REF_, "text": _TEXT_}
_PLACE = {"place_recording": _REF_, "place_text": _TEXT_}
_FEEDBACK = {**_CONTENT, "account_no": _DIGITS_, "contact_phone": _PHONE_, "anonymous": Arg("bool", False)}


def _lookup(name: str, args: Mapping[str, Arg], outcomes: Mapping[str, tuple[str, ...]], promise: str) -> Service:
    return Service(name, False, args, outcomes, promise)


def _act(name: str, args: Mapping[str, Arg], outcomes: Mapping[str, tuple[str, ...]], promise: str) -> Service:
    return Service(name, True, args, outcomes, promise)


_LOOKUPS = (
    _lookup(
        "account.by_number",
        {"number": _DIGITS, "phone": _PHONE_},
        {"own": ACCOUNT, "found": ACCOUNT, "no_phone": ACCOUNT, "unknown": ()},
        "`own`: the caller's `phone` is one of the account's. `found`: it is not, last four needed. "
        "`no_phone`: the account has none, so nobody can be verified. Closed accounts are `unknown`.",
    ),
    _lookup(
        "bill.latest",
        {"account_no": _DIGITS},
        {
            "found": ("bill_month", "bill_kwh", "bill_fen", "bill_state", "bill_unpaid_fen", "bill_asof_at"),
            "none": (),
        },
        "The newest issued bill of an identified account.",
    ),
    _lookup(
        "bill.history",
        {"account_no": _DIGITS},
        {"found": ("bill_months",), "none": ()},
        "Up to three issued bills, newest first.",
    ),
    _lookup(
        "bill.arrears",
        {"account_no": _DIGITS},
        {"owing": ARREARS, "none": ("arrears_asof_at",)},
        "All unpaid past their due date, with late fees, as of `arrears_asof_at`.",
    ),
    _lookup(
        "outage.for_account",
        {"account_no": _DIGITS},
        {"ongoing": OUTAGE, "planned": OUTAGE, "none": ()},
        "The published outage that covers the account's area; none once it is 30 minutes past its estimate. "
        "With `outage_time` expected also `outage_eta_at`.",
    ),
    _lookup(
        "fault.diagnose",
        {"account_no": _DIGITS_, "phone": _PHONE_, "scope": _TEXT},
        {"outage": OUTAGE, "arrears": ARREARS, "in_flight": ORDER, "clear": ()},
        "Outages, arrears (status suspended_arrears, or relay open with debt) and open fault orders of "
        "the account, "
        "without an account of the phone. Answers from whatever arrived in time. An outage wins over "
        "arrears, "
        "an open order of one's own over both.",
    ),
    _lookup(
        "orders.status",
        {"order_no": _DIGITS},
        {"found": ORDER, "closed": ("order_no", "order_type", "order_closed_at"), "unknown": ()},
        "State by number; a tip-off is `unknown` to everyone but its reporter's phone.",
    ),
    _lookup(
        "orders.latest",
        {"phone": _PHONE_, "account_no": _DIGITS_},
        {"found": ORDER, "none": ()},
        "The newest open order of the phone or the identified account.",
    ),
    _lookup(
        "knowledge.article",
        {"code": _TEXT},
        {"found": ("article_text",), "none": ()},
        "A published article's short spoken form in both languages; codes: tariff, new_connection, rename, payment.",
    ),
    _lookup(
        "callback.check",
        {"number": _DIGITS},
        {"allowed": ("callback_phone",), "refused": ()},
        "Domestic, not premium, not blocked; `callback_phone` is the normalised number.",
    ),
)

_ORDER_ARGS = {**_PLACE, "account_no": _DIGITS_, "contact_phone": _PHONE_}
_ACTS = (
    _act(
        "account.confirm",
        {"account_no": _DIGITS},
        {"confirmed": ACCOUNT},
        "The caller confirmed the account that the caller id hinted at; the contact's identity is then verified.",
    ),
    _act(
        "account.verify",
        {"account_no": _DIGITS, "last4": _DIGITS},
        {"verified": ACCOUNT, "wrong": (), "locked": ()},
        "The last four digits of any phone of the account. The second wrong try of a contact is `locked`,"
        " and "
        "every later one.",
    ),
    _act(
        "order.open_fault",
        {**_ORDER_ARGS, "scope": _TEXT, "after_outage": Arg("bool", False)},
        {"opened": ("order_no", "arrive_min"), "already": ("order_no",)},
        "`arrive_min` is what may be promised aloud. A recorded place opens a listening task. `already`: "
        "one fault of "
        "this account or phone is open.",
    ),
    _act(
        "outage.attach",
        {"outage_no": _DIGITS, "account_no": _DIGITS_, "contact_phone": _PHONE_},
        {"attached": ("order_no",), "already": ("order_no",), "ended": ()},
        "A sub order of the outage's master. `ended`: the outage was restored or absorbs no reports any more.",
    ),
    _act(
        "order.open_emergency",
        {"contact_phone": _PHONE_, "text": _TEXT_},
        {"opened": ("emergency_no",), "known": ("emergency_no",)},
        "Urgent, place unknown, never refused; `text` is what a message said. `known`: an urgent order of this phone, "
        "opened in the last hours, is still to be done; what is said is added to it. If the caller is gone before an "
        "agent answers, a call-back task stands at the head of `emergency`.",
    ),
    _act(
        "order.add_place",
        {"order_no": _DIGITS, **_PLACE},
        {"added": ()},
        "Adds what the caller said of the place; a recording opens a listening task.",
    ),
    _act(
        "order.reconnect",
        {"account_no": _DIGITS, "contact_phone": _PHONE_},
        {"opened": ("order_no", "reconnect_hours"), "already": ("order_no",), "not_cut": ()},
        "The caller says that the debt is paid: service request `reconnection` with its clock.",
    ),
    _act(
        "order.open_complaint",
        {**_FEEDBACK, "subtype": _TEXT},
        {"opened": ("order_no", "contact_hours", "reply_workdays")},
        "Subtypes service, business, outage, quality, grid, unsorted.",
    ),
    _act(
        "order.open_tipoff",
        {**_FEEDBACK, "subtype": _TEXT},
        {"opened": ("order_no", "reply_workdays")},
        "Subtypes theft, damage, conduct. Confidential everywhere; anonymous: the phone is stored encrypted only.",
    ),
    _act("order.open_suggestion", _FEEDBACK, {"opened": ("order_no", "reply_workdays")}, "A suggestion (建议)."),
    _act("order.open_opinion", _FEEDBACK, {"opened": ("order_no", "reply_workdays")}, "An opinion (意见)."),
    _act("order.open_praise", _FEEDBACK, {"opened": ("order_no",)}, "Praise; forwarded, no reply due."),
    _act(
        "order.urge",
        {"order_no": _DIGITS},
        {"urged": (), "limit": (), "early": (), "closed": (), "unknown": ()},
        "`limit`: urged twice already, supervised. `early`: the present step is still within its own limit.",
    ),
    _act(
        "callback.book",
        {"phone": _PHONE, "queue": _TEXT, "reason": _TEXT},
        {"booked": (), "refused": ()},
        "A successor task with the place kept, or a new one when the caller was in no line. One for each number.",
    ),
    _act(
        "callback.reclaim",
        {"phone": _PHONE},
        {"reclaimed": (), "none": ()},
        "The caller is back while a callback is open: the next Enqueue takes its task over (one task, key kept).",
    ),
    _act(
        "survey.record",
        {"score": Arg("int", False), "solved": Arg("bool", False)},
        {"recorded": ()},
        "5 best … 1; each answer is kept by itself.",
    ),
    _act(
        "sms.send_bill",
        {"account_no": _DIGITS, "phone": _PHONE},
        {"sent": ()},
        "The bill as text with a payment link.",
    ),
    _act("sms.subscribe", {"phone": _PHONE, "on": Arg("bool")}, {"done": ()}, "Notices by text on or off."),
)

SERVICES: Mapping[str, Service] = {service.name: service for service in (*_LOOKUPS, *_ACTS)}
