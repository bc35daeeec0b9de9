"""A caller and a service that do not exist, to walk through trees without either."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ivr_flows.services import SERVICES
from ivr_flows.variables import FACTS, RESULTS

HOUR_MS = 3_600_000


def facts(at_ms: int, channel: str = "voice", lang: str = "zh-CN", **changes: Any) -> dict[str, Any]:
    """A known caller with one account and nothing open; `changes` replace facts and bring what they imply."""
    known: dict[str, Any] = {
        "caller": "+8613800000001",
        "caller_known": True,
        "channel": channel,
        "lang": lang,
        "tz_offset_s": 28_800,
        "said_text": "",
        "manner": "normal",
        "match": "one",
        "matter": "none",
        "open_question": "none",
        **changes,
    }
    return {**_implied(known, at_ms), **known}


def answers(at_ms: int, **changes: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """What each service says: its first outcome, or the one named in `changes`
    (`fault__diagnose="outage"`).
    """
    out = {}
    for name, service in SERVICES.items():
        outcome = changes.get(name.replace(".", "__"), _USUAL.get(name, next(iter(service.outcomes))))
        values = {variable: _value(variable, at_ms) for variable in service.outcomes.get(outcome, ())}
        out[name] = (outcome, {**_implied(values, at_ms), **values})
    return out


_USUAL = {"fault.diagnose": "clear", "account.by_number": "found", "orders.latest": "none"}


def _implied(values: Mapping[str, Any], at_ms: int) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, value in values.items():
        known = FACTS.get(name) or RESULTS.get(name)
        for implied in known.implies.get(str(value), ()) if known else ():
            out[implied] = _value(implied, at_ms)
            out.update(_implied({implied: out[implied]}, at_ms))
    return out


def _value(name: str, at_ms: int) -> Any:
    known = RESULTS.get(name) or FACTS[name]
    if name in _NAMED:
        return _NAMED[name]
    if known.type == "instant":
        return at_ms + (HOUR_MS if name.endswith(("eta_at", "due_at")) else -HOUR_MS)
    if known.type == "list":
        return [{field: _field(field, row) for field in known.fields} for row in (1, 2)]
    return known.values[0] if known.values else _TYPED[known.type]


def _field(name: str, row: int) -> Any:
    figures = {
        "account_no": f"330100000{row}",
        "account_tail4": f"000{row}",
        "month": f"2026-0{row + 6}",
        "kwh": 16_050,
        "fen": 8_650,
    }
    return figures[name]


_NAMED: Mapping[str, Any] = {
    "account_no": "3301000001",
    "account_tail4": "0001",
    "arrive_min": 45,
    "bill_state": "open",
    "outage_kind": "fault",
    "order_state": "en_route",
}
_TYPED: Mapping[str, Any] = {
    "text": {"zh-CN": "示例", "en": "example"},
    "digits": "202600000017",
    "phone": "+8613900000002",
    "fen": 8_650,
    "kwh": 16_050,
    "month": "2026-08",
    "int": 5,
    "bool": False,
    "ref": "RE",
}
