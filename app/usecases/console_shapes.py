"""Rows as the objects of the console socket. Personal values are masked until the caller is verified (rule 25)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from app.domain.customers.rules import masked_phone
from app.domain.operations.sections import WarningKind
from app.domain.orders.kinds import Urgency
from app.usecases.shapes.base import iso, iso_or_none, open_or_masked
from app.usecases.shapes.oversight import readable_about
from ivr_flows import hazards

Row = Mapping[str, Any]
ORDER_PREFIX = "order:"

LONG_NUMBER = re.compile(r"\+?\d{7,15}")
CHANNELS = {"phone": "voice", "web": "chat", "sms": "sms"}
"""The channel over which an order of this source came."""
PROMISES = (WarningKind.CLOCK_NEAR_DUE, WarningKind.CLOCK_BREACH)
LOADS = {"phone": "phone_load", "web": "web_load", "field": "field_load"}
WAITS = ("waiting", "offered")
IN_HAND = {"connecting": "connecting", "talking": "talking", "wrapping": "wrapping"}


def verified(contact: Row) -> bool:
    """Whether address, amounts and phones of this contact may be shown."""
    return str(contact["identity"]) == "verified"


def agent(row: Row) -> dict[str, Any]:
    """The contract's `agent`; who never was at work is offline."""
    core = row["body"] or {}
    return {
        **{name: row[name] for name in ("agent_no", "name", "role", "modes", "skills", "team")},
        "state": row["state"] or "offline",
        "reason": row["reason"] or None,
        "since": iso_or_none(row["since"]),
        "leg": row["leg"] or "browser",
        "availability": core.get("availability") or "offline",
        "connected": core.get("presence") == "online",
        "load": {mode: core.get(name, 0) for mode, name in LOADS.items()},
    }


def caller(contact: Row) -> dict[str, Any]:
    """Who is on the other side, as far as this may be said."""
    number = contact["from_number"] if contact["direction"] == "inbound" else contact["to_number"]
    return {
        **open_or_masked("from", number, verified(contact), masked_phone),
        "name": contact["customer_name"],
        "customer_no": contact["customer_no"],
        "account_no": contact["account_no"],
        "lang": contact["lang"],
    }


def offer(row: Row, task: Row, contact: Row | None, order: Row | None, giver: Row | None) -> dict[str, Any]:
    """A pending offer. Work on an order (a crew's job, a recording to hear) has `order:NUMBER` as its contact.

    `waiting_since`: when the wait in a queue began; a colleague who is asked in makes nobody wait.
    """
    kind = task["body"].get("kind", "contact")
    return {
        "offer_id": row["offer_id"],
        "contact_id": contact["contact_id"] if contact else ORDER_PREFIX + str(task["order_no"]),
        "task_id": row["task_id"],
        "order_no": task["order_no"],
        "queue": row["queue"],
        "mode": row["mode"],
        "kind": kind,
        "expires_at": iso_or_none(row["deadline_at"]),
        "reason": _why_a_person(task, contact, order),
        "danger": danger(contact) if contact else danger_of(order),
        "learned": learned(contact) if contact else {},
        "waiting_since": None if kind in BESIDE else iso(task["waiting_at"]),
        "caller": caller(contact) if contact else None,
        "asked_by": giver,
    }


BESIDE = ("consult", "conference")
BESIDE_THE_TREE = ("transfer", *BESIDE)


def given_by(task: Row, giver: Row | None) -> dict[str, Any]:
    """The colleague who asked this agent in (`asked_by`), or who handed the contact over to them (`passed_by`)."""
    beside = task["body"].get("kind", "contact") in BESIDE
    return {"asked_by": giver if beside else None, "passed_by": None if beside else giver}


def giver_no(task: Row, contact: Row | None, work: Iterable[Row] = ()) -> str | None:
    """The number of the colleague who has the contact and asks, or who has handed it over; `work` is all that was done
    on the contact, from which a consult that became a handing over is known."""
    kind = task["body"].get("kind", "contact")
    if contact is None or kind not in BESIDE_THE_TREE:
        return None
    before = next((each["agent_no"] for each in work if each["body"].get("successor_id") == task["task_id"]), None)
    return task["body"].get("return_agent") or before or contact["agent_no"] or None


def handed_note(task: Row, contact: Row | None, work: Iterable[Row] = ()) -> str | None:
    """Why a colleague hands it over, or asks; it goes on with what overflowed into another queue. Numbers in it are
    masked until the caller is verified."""
    before = (each for each in work if each["body"].get("successor_id") == task["task_id"])
    note = task["note"] or next((each["note"] for each in before if each["state"] == "overflowed"), None)
    if note is None or contact is None or verified(contact):
        return note
    return LONG_NUMBER.sub(lambda found: masked_phone(found[0]), note)


def _why_a_person(task: Row, contact: Row | None, order: Row | None) -> str | None:
    """Why somebody is needed: a colleague asks, a recording is to be heard, an emergency broke off, else the tree's."""
    kind = task["body"].get("kind", "contact")
    learned = (contact["learned"] or {}) if contact else {}
    if kind in BESIDE_THE_TREE:
        return str(kind)
    if contact is None:
        return "listen" if order is not None and order["to_listen"] and task["mode"] == "web" else None
    if kind == "callback" and task["queue"] == "emergency":
        return "caller_gone" if contact["channel"] == "voice" else "danger_written"
    if kind == "callback":
        return "callback"
    reason = learned.get("reason")
    return None if reason is None else str(reason)


def danger(contact: Row) -> dict[str, Any] | None:
    """The emergency that this contact told of: its order and the words, None where it was key 8."""
    told = contact["learned"] or {}
    order_no = told.get("emergency_no")
    return None if order_no is None else {"order_no": order_no, "words": told.get("danger_text") or None}


def danger_of(order: Row | None) -> dict[str, Any] | None:
    """The same of work on an order without its contact."""
    if order is None or order["urgency"] != Urgency.URGENT:
        return None
    return {"order_no": order["order_no"], "words": order["description"] or None}


def matter(task: Row, order: Row | None = None) -> dict[str, Any]:
    """Work on an order that is not a crew's: a recording to hear, somebody to call back."""
    nothing = dict.fromkeys(("caller", "customer_no", "account_no", "disposition", "channel", "lang"))
    return {
        "contact_id": ORDER_PREFIX + task["order_no"],
        **nothing,
        "identity": "none",
        "learned": {},
        "danger": danger_of(order),
        **_work(task),
    }


def _work(task: Row) -> dict[str, Any]:
    """`lost`: the browser's leg went with its page; the caller is on hold until an `accept` brings another."""
    core = task["body"]
    state = IN_HAND[task["state"]]
    lost_at = core.get("lost_at")
    held_at = core.get("held_at") or lost_at
    held = state == "talking" and held_at is not None
    return {
        "task_id": task["task_id"],
        "offer_id": f"{task['task_id']}.{core.get('attempt', 0)}",
        "order_no": task["order_no"],
        "kind": core.get("kind", "contact"),
        "state": "held" if held else state,
        "lost": state == "talking" and lost_at is not None,
        "queue": task["queue"],
        "mode": task["mode"],
        "since": iso_or_none(held_at if held else core.get("since")),
        "until": iso_or_none(task["deadline_at"]),
    }


def leg(person: Row, task: Row) -> str | None:
    """With what this agent chose to speak in a call, `browser` or `phone`; None where they write."""
    return str(person["leg"] or "browser") if task["mode"] == "phone" else None


def asked_help(row: Row | None) -> dict[str, Any] | None:
    """That help was asked for; once a supervisor has heard it, who, and what they say."""
    if row is None:
        return None
    by = row["acknowledged_by"]
    return {
        "at": iso(row["opened_at"]),
        "heard_at": iso_or_none(row["acknowledged_at"]),
        "heard_by": {"agent_no": by, "name": row["heard_by_name"]} if by else None,
        "note": row["note"] or None,
    }


def consulted(task: Row) -> dict[str, Any] | None:
    """The colleague or queue that is being asked: `talking` once somebody has answered, `calling` until then."""
    if task["state"] not in (*WAITS, *IN_HAND):
        return None
    agent_no = task["agent_no"] or task["body"].get("target_agent") or None
    return {
        "agent_no": agent_no,
        "queue": task["queue"],
        "state": "talking" if task["state"] == "talking" else "calling",
    }


def contact(row: Row, task: Row) -> dict[str, Any]:
    """A contact in this agent's hands. `disposition`: the one that they gave already while they still talk.
    `left_at`: since when a customer of the web has no window open."""
    return {
        "contact_id": row["contact_id"],
        "channel": row["channel"],
        **_work(task),
        "identity": row["identity"],
        "caller": caller(row),
        "customer_no": row["customer_no"],
        "account_no": row["account_no"],
        "lang": row["lang"],
        "learned": learned(row),
        "danger": danger(row),
        "disposition": row["disposition"] if task["body"].get("wrapped_early") else None,
        "started_at": iso(row["started_at"]),
        "left_at": iso_or_none(row["left_at"]),
    }


def learned(row: Row) -> dict[str, Any]:
    """What the tree found out. Names that begin with `_` are the services' own."""
    values = {name: value for name, value in (row["learned"] or {}).items() if not name.startswith("_")}
    if verified(row):
        return values
    return dict(_unverified(name, value) for name, value in values.items())


def _unverified(name: str, value: Any) -> tuple[str, Any]:
    if name.endswith("_fen"):
        return f"{name}_masked", "***"
    if name.endswith("_phone"):
        return f"{name}_masked", masked_phone(str(value))
    return name, value


def message(row: Row) -> dict[str, Any]:
    """One line of a written conversation; `choices` are the labels of the buttons that stood under it, `hazard` the
    word of danger in what the customer wrote, `by` the agent who wrote it."""
    writer = {"agent_no": row["agent_no"], "name": row["agent_name"]} if row["agent_no"] else None
    hazard = _hazard(row["text"]) if row["from_kind"] == "customer" else None
    return {
        "contact_id": row["contact_id"],
        "message_id": row["message_id"],
        "from": row["from_kind"],
        "text": row["text"],
        "choices": [each["label"] for each in row["choices"] or ()],
        "at": iso(row["at"]),
        **({"hazard": hazard} if hazard else {}),
        **({"by": writer} if writer else {}),
    }


@lru_cache(maxsize=4_096)
def _hazard(words: str) -> str | None:
    """A screen looks at the same lines again with each change."""
    return hazards.find(words)


def is_secret(row: Row) -> bool:
    """Whether a warning is about a tip-off or what led to one (rule 26)."""
    return bool(row["order_confidential"] or row["order_type"] == "tipoff" or row["restricted"])


def accused(row: Row) -> tuple[str | None, str | None] | None:
    """The person and the unit or team that a complaint behind a warning names, until it is released (rule 27)."""
    if row["order_type"] != "complaint" or row["order_released_at"] is not None:
        return None
    named = (row["order_about_agent_no"], row["order_about_unit"])
    return named if any(named) else None


def warning(row: Row) -> dict[str, Any]:
    """One open warning: what it is about, and over which channel it came. A promise is that of whoever has the order
    now: the crew, else its owner."""
    names = ("warning_id", "kind", "level", "about", "queue", "order_no", "contact_id", "agent_no", "facts", "times")
    shown = {name: row[name] for name in names}
    channel = row["channel"] or CHANNELS.get(row["order_source"])
    if row["kind"] in PROMISES:
        shown["agent_no"] = row["order_crew_no"] or row["order_owner"] or row["agent_no"]
    return {**shown, "channel": channel, "about": readable_about(row, row), "at": iso(row["opened_at"])}


def announcement(row: Row) -> dict[str, Any]:
    """One notice."""
    return {
        **{name: row[name] for name in ("announcement_id", "text", "level", "author")},
        "at": iso(row["at"]),
        "until": iso_or_none(row["until"]),
    }
