"""Every variable that facts and services may set: its type, and what else is set when it has a certain value.

Types: `text` (a string spoken as it is, or `{"zh-CN": …, "en": …}`),
`digits` (a string spoken digit by digit), `phone` (E.164, empty = unknown), `fen` (integer), `kwh` (integer
hundredths), `instant` (integer milliseconds since the epoch), `month` (`YYYY-MM`), `int`, `bool`, `ref` (a
carrier's or own id), `enum` (one of `values`; spoken through the prompt files' table `terms.<variable>`),
`list` (of objects with `fields`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Var:
    type: str
    meaning: str
    values: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    implies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


FACTS: Mapping[str, Var] = {
    "caller": Var("phone", "The other side's number, empty when withheld or on the web."),
    "caller_known": Var("bool", "The number is there and may be called back."),
    "channel": Var("enum", "Set by the machine.", values=("voice", "sms", "chat")),
    "tz_offset_s": Var("int", "Offset of the utility's time from UTC now; for spoken times."),
    "said_text": Var("text", "SMS: the message that began this. Else empty."),
    "manner": Var(
        "enum",
        "normal; slow = elderly, or was silent before: straight to a human, longer timeouts; medical = "
        "life support; "
        "repeat = calls again after a broken promise or failed call.",
        values=("normal", "slow", "medical", "repeat"),
    ),
    "match": Var(
        "enum",
        "Accounts found for the number. A hint, not an identity.",
        values=("none", "one", "many"),
        implies={"one": ("account_no", "account_tail4"), "many": ("accounts",)},
    ),
    "matter": Var(
        "enum",
        "What decides the first sentence. In this order: danger (a call-back is owed), callback, outage, order, "
        "arrears; dialled = one of our people calls.",
        values=("none", "outage", "order", "arrears", "callback", "danger", "dialled"),
        implies={
            "outage": (
                "outage_no",
                "outage_kind",
                "outage_area",
                "outage_cause",
                "outage_start_at",
                "outage_time",
                "outage_reported",
            ),
            "order": ("order_no", "order_type", "order_state", "order_accepted_at", "order_time"),
            "arrears": ("arrears_asof_at",),
        },
    ),
    "open_question": Var(
        "enum", "SMS: the newest question still open to this number.", values=("none", "score", "solved")
    ),
}

RESULTS: Mapping[str, Var] = {
    "account_no": Var("digits", "The account spoken of."),
    "account_tail4": Var("digits", "Its last four digits; all that is read aloud of a hint."),
    "accounts": Var("list", "At most four.", fields=("account_no", "account_tail4")),
    "outage_no": Var("digits", "Number of the outage."),
    "outage_kind": Var(
        "enum",
        "As in the outage record.",
        values=("planned", "temporary", "fault", "capacity", "theft", "breach", "arrears", "orderly_use"),
    ),
    "outage_area": Var("text", "Name of the area."),
    "outage_cause": Var("text", "Cause, ready to be spoken."),
    "outage_start_at": Var("instant", "Begin, possibly ahead of now."),
    "outage_time": Var(
        "enum",
        "Is there an estimate?",
        values=("expected", "unknown"),
        implies={"expected": ("outage_eta_at",)},
    ),
    "outage_eta_at": Var("instant", "Estimate or planned end; may be past."),
    "outage_reported": Var("bool", "This number has reported it already."),
    "order_no": Var("digits", "Number of the order spoken of."),
    "order_type": Var(
        "enum",
        "Type; `order` is said where the type must not be.",
        values=(
            "fault",
            "complaint",
            "suggestion",
            "opinion",
            "praise",
            "consult",
            "service_request",
            "order",
        ),
    ),
    "order_state": Var(
        "enum",
        "The real state, for a sub order that of its crew.",
        values=(
            "accepted",
            "dispatched",
            "crew_assigned",
            "en_route",
            "arrived",
            "diagnosing",
            "processing",
            "restored",
            "replied",
            "suspended",
        ),
    ),
    "order_accepted_at": Var("instant", "When it was accepted."),
    "order_closed_at": Var("instant", "When it was closed."),
    "order_time": Var(
        "enum", "Is a time due for the next step?", values=("due", "none"), implies={"due": ("order_due_at",)}
    ),
    "order_due_at": Var("instant", "When the next step is due; may be past."),
    "emergency_no": Var("digits", "Number of the urgent order."),
    "arrive_min": Var("int", "Minutes that may be promised for arrival."),
    "contact_hours": Var("int", "Hours until first contact."),
    "reply_workdays": Var("int", "Working days until the answer."),
    "reconnect_hours": Var("int", "Hours from payment to power."),
    "bill_month": Var("month", "Month of the bill."),
    "bill_kwh": Var("kwh", "Energy billed."),
    "bill_fen": Var("fen", "Amount."),
    "bill_state": Var("enum", "Payment.", values=("open", "partial", "paid", "overdue")),
    "bill_unpaid_fen": Var("fen", "Still to pay of this bill."),
    "bill_asof_at": Var("instant", "As of."),
    "bill_months": Var("list", "At most three.", fields=("month", "kwh", "fen")),
    "arrears_count": Var("int", "Unpaid bills."),
    "arrears_fen": Var("fen", "Owed in all, late fees included."),
    "arrears_fee_fen": Var("fen", "Late fees in it."),
    "arrears_asof_at": Var("instant", "As of."),
    "danger_text": Var("text", "Set by the machine: the message with a hazard word."),
    "promised": Var(
        "bool", "Set by the machine: the line let the caller go, and they are called back at their number."
    ),
    "why": Var(
        "enum",
        "Why a person is needed, where nobody asked for one; empty again once in line. Set by trees, and by the "
        "machine on the way to a human: exhausted, silence, service_failed, limit.",
        values=("slow", "exhausted", "silence", "no_match", "no_order", "service_failed", "limit"),
    ),
    "article_text": Var("text", "The article's spoken form."),
    "callback_phone": Var("phone", "The number that will be called."),
}
