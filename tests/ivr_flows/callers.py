"""Callers, accounts and answers for the tests. Nobody here exists."""

from __future__ import annotations

from typing import Any

from ivr_flows import shipped
from ivr_flows.effects import Act, Effect, Enqueue, Say
from ivr_flows.inputs import Input
from ivr_flows.walk import Walk

PHONE = "+8613800000001"
NOON_MS = 1_790_049_600_000  # 2026-09-22 12:00 in Shanghai
MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
ACCOUNT = {"account_no": "3301000001", "account_tail4": "0001"}
OTHER = {"account_no": "3301000002", "account_tail4": "0002"}
OUTAGE = {
    "outage_no": "20260001",
    "outage_kind": "fault",
    "outage_area": {"zh-CN": "东湖片区", "en": "East Lake"},
    "outage_cause": {"zh-CN": "线路故障", "en": "a line fault"},
    "outage_start_at": NOON_MS - HOUR_MS,
    "outage_time": "expected",
    "outage_eta_at": NOON_MS + 3 * HOUR_MS,
}
ORDER = {
    "order_no": "202600000017",
    "order_type": "fault",
    "order_state": "en_route",
    "order_accepted_at": NOON_MS - 2 * HOUR_MS,
    "order_time": "due",
    "order_due_at": NOON_MS + HOUR_MS // 2,
}
BILL = {
    "bill_month": "2026-08",
    "bill_kwh": 16050,
    "bill_fen": 8650,
    "bill_state": "overdue",
    "bill_unpaid_fen": 8650,
    "bill_asof_at": NOON_MS - 12 * HOUR_MS,
}
ARREARS = {
    "arrears_count": 2,
    "arrears_fen": 17303,
    "arrears_fee_fen": 3,
    "arrears_asof_at": NOON_MS - 12 * HOUR_MS,
    "reconnect_hours": 24,
}
ANSWERS: dict[str, Any] = {
    "account.by_number": ("found", ACCOUNT),
    "account.confirm": ("confirmed", ACCOUNT),
    "account.verify": ("verified", ACCOUNT),
    "bill.latest": ("found", BILL),
    "bill.history": ("found", {"bill_months": [{"month": "2026-08", "kwh": 16050, "fen": 8650}]}),
    "bill.arrears": ("owing", ARREARS),
    "outage.for_account": ("ongoing", OUTAGE),
    "outage.attach": ("attached", {"order_no": "202600000025"}),
    "fault.diagnose": ("clear", {}),
    "orders.status": ("found", ORDER),
    "orders.latest": ("none", {}),
    "knowledge.article": (
        "found",
        {"article_text": {"zh-CN": "阶梯电价分三档。", "en": "There are three tiers."}},
    ),
    "callback.check": ("allowed", {"callback_phone": "+8613900000002"}),
    "callback.book": ("booked", {}),
    "callback.reclaim": ("reclaimed", {}),
    "order.open_fault": ("opened", {"order_no": "202600000033", "arrive_min": 45}),
    "order.open_emergency": ("opened", {"emergency_no": "202600000041"}),
    "order.add_place": ("added", {}),
    "order.reconnect": ("opened", {"order_no": "202600000058", "reconnect_hours": 24}),
    "order.open_complaint": (
        "opened",
        {"order_no": "202600000066", "contact_hours": 24, "reply_workdays": 5},
    ),
    "order.open_tipoff": ("opened", {"order_no": "202600000074", "reply_workdays": 10}),
    "order.open_suggestion": ("opened", {"order_no": "202600000082", "reply_workdays": 10}),
    "order.open_opinion": ("opened", {"order_no": "202600000090", "reply_workdays": 10}),
    "order.open_praise": ("opened", {"order_no": "202600000108"}),
    "order.urge": ("urged", {}),
    "survey.record": ("recorded", {}),
    "sms.send_bill": ("sent", {}),
    "sms.subscribe": ("done", {}),
}


def facts(**changes: Any) -> dict[str, Any]:
    """A known caller with one account and nothing open."""
    return {
        "caller": PHONE,
        "caller_known": True,
        "channel": "voice",
        "lang": "zh-CN",
        "tz_offset_s": 28_800,
        "said_text": "",
        "manner": "normal",
        "match": "one",
        **ACCOUNT,
        "matter": "none",
        "open_question": "none",
        **changes,
    }


def unknown(**changes: Any) -> dict[str, Any]:
    """A caller whom nothing is known of but the number."""
    plain = facts(**{"match": "none", **changes})
    return {name: value for name, value in plain.items() if name not in ACCOUNT or name in changes}


def ring(known: dict[str, Any] | None = None, flow: str = "main", **answers: Any) -> Walk:
    """A conversation at its first wait."""
    named = {name.replace("__", "."): answer for name, answer in answers.items()}
    return Walk(shipped.release(), flow, known or facts(), {**ANSWERS, **named}, NOON_MS)


def said(effects: list[Effect]) -> str:
    return " ".join(effect.text for effect in effects if isinstance(effect, Say))


def prompts(effects: list[Effect]) -> list[str]:
    return [effect.prompt for effect in effects if isinstance(effect, Say)]


def pressed(walk: Walk, *inputs: Input) -> Walk:
    for given in inputs:
        walk.send(given)
    return walk


def acts(walk: Walk) -> list[str]:
    """Services that the last input made the tree write to."""
    return [effect.service for effect in walk.effects if isinstance(effect, Act)]


def lines(walk: Walk) -> list[Enqueue]:
    return [effect for effect in walk.effects if isinstance(effect, Enqueue)]
