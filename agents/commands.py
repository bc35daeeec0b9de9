"""The shapes of console commands, and what is wrong with one that does not fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from agents import words

MAX_ID, MAX_TEXT, MAX_NOTE = 128, 4_000, 4_000
MAX_KEYS, MAX_WHY = 32, 200
MAX_BOOST_S = 86_399
"""A supervisor's boost stays below an emergency's."""

Check: TypeAlias = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Command:
    """A command whose fields have the right shape; nothing of permission was asked."""

    id: str
    name: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a frame is not a command. `id` is empty when the frame had none."""

    id: str
    code: str
    message: str


def _text(limit: int) -> Check:
    return lambda value: isinstance(value, str) and len(value.strip()) > 0 and len(value) <= limit


def _note(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= MAX_NOTE


def _why(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= MAX_WHY


def _among(choices: tuple[str, ...]) -> Check:
    return lambda value: isinstance(value, str) and value in choices


def _degrees(limit: int) -> Check:
    return lambda value: isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= limit


def _instant(value: Any) -> bool:
    """ISO 8601 with its offset, of this century."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) and len(value) <= 40 else None
    except ValueError:
        return False
    return at is not None and at.tzinfo is not None and 2000 < at.year < 2100


def _target(value: Any) -> bool:
    return isinstance(value, dict) and len(value) == 1 and all(k in _PARTIES and _ID(v) for k, v in value.items())


def _items(value: Any) -> bool:
    return isinstance(value, list) and 0 < len(value) <= 10 and all(item in words.VERIFY_ITEMS for item in value)


def _boost(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_BOOST_S


def _keys(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_KEYS and set(value) <= _KEYS


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _order(value: Any) -> bool:
    """A new order: `type` and `description`, and of the rest what is known."""
    if not isinstance(value, dict) or not {"type", "description"} <= value.keys() <= set(_ORDER_FIELDS):
        return False
    return all(_ORDER_FIELDS[name](given) for name, given in value.items())


_KEYS = frozenset("0123456789*#")
_PARTIES = ("agent_no", "queue")
_ID = _text(MAX_ID)
_ORDER_FIELDS: Mapping[str, Check] = {
    "type": _among(words.ORDER_TYPES),
    "description": _text(MAX_NOTE),
    "subtype": _ID,
    "account_no": _ID,
    "area_code": _ID,
    "address": _text(MAX_TEXT),
    "urgent": _flag,
}
_CONTACT: Mapping[str, Check] = {"contact_id": _ID}


@dataclass(frozen=True, slots=True)
class Shape:
    """Fields that must be there, fields that may be there, and whether exactly one of the optional ones must."""

    required: Mapping[str, Check]
    optional: Mapping[str, Check]
    exactly_one: bool = False


def _shape(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Shape:
    return Shape(required, optional or {})


COMMANDS: Mapping[str, Shape] = {
    "ping": _shape({}),
    "set_state": _shape({"state": _among(words.SETTABLE_STATES)}, {"reason": _text(MAX_ID), "leg": _among(words.LEGS)}),
    "accept": _shape({"offer_id": _ID}),
    "decline": _shape({"offer_id": _ID}, {"reason": _text(MAX_ID)}),
    "hold": _shape(_CONTACT),
    "unhold": _shape(_CONTACT),
    "transfer": _shape({**_CONTACT, "to": _target, "mode": _among(words.TRANSFER_MODES)}, {"note": _why}),
    "complete_transfer": _shape(_CONTACT),
    "cancel_transfer": _shape(_CONTACT),
    "hang_up": _shape(_CONTACT),
    "dial": Shape({}, {"order_no": _ID, "contact_id": _ID, "to": _text(32)}, exactly_one=True),
    "mute": _shape(_CONTACT, {"muted": _flag}),
    "keypad": _shape({**_CONTACT, "digits": _keys}),
    "verify": _shape({**_CONTACT, "items": _items}, {"account_no": _ID}),
    "help": _shape(_CONTACT, {"note": _note}),
    "wrap_up": _shape({**_CONTACT, "disposition": _among(words.DISPOSITIONS)}, {"note": _note, "order": _order}),
    "typing": _shape(_CONTACT),
    "chat": _shape({**_CONTACT, "text": _text(MAX_TEXT)}),
    "estimate": _shape({"order_no": _ID, "of": _among(words.ESTIMATES), "at": _instant}),
    "step": _shape(
        {"order_no": _ID, "to": _ID}, {"note": _note, "lat": _degrees(90), "lon": _degrees(180), "at": _instant}
    ),
    "move": _shape({"task_id": _ID, "queue": _ID}),
    "prioritise": _shape({"task_id": _ID, "boost_s": _boost}),
    "force_state": _shape({"agent_no": _ID, "state": _among(words.SETTABLE_STATES)}, {"reason": _text(MAX_ID)}),
}
SUPERVISORS = frozenset({"move", "prioritise", "force_state"})


def parse(frame: Any) -> Command | Problem:
    """The command in a frame `{type, id, …fields}`. Fields that the command does not know are refused."""
    if not isinstance(frame, dict):
        return Problem("", "invalid", "a frame is a JSON object")
    command_id, name = frame.get("id"), frame.get("type")
    if not isinstance(command_id, str) or not _ID(command_id):
        return Problem("", "invalid", f"id: a text of 1 to {MAX_ID} characters is needed")
    shape = COMMANDS.get(name) if isinstance(name, str) else None
    if shape is None:
        return Problem(command_id, "unknown_command", f"there is no command {str(name)[:40]!r}")
    fields = {key: value for key, value in frame.items() if key not in ("id", "type") and value is not None}
    wrong = _wrong(shape, fields)
    return Problem(command_id, "invalid", wrong) if wrong else Command(command_id, str(name), fields)


def _wrong(shape: Shape, fields: Mapping[str, Any]) -> str:
    for name in shape.required:
        if name not in fields:
            return f"{name}: is missing"
    for name, value in fields.items():
        check = shape.required.get(name) or shape.optional.get(name)
        if check is None:
            return f"{name[:40]}: is not a field of this command"
        if not check(value):
            return f"{name}: has the wrong shape"
    if shape.exactly_one and len(fields) != 1:
        return f"exactly one of {', '.join(shape.optional)} is needed"
    return ""
