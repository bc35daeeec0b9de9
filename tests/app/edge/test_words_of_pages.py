"""Every value that the service can send has a name in both languages of the pages: nobody reads an identifier."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from agents import words
from agents.summary import SUBJECTS
from app.domain.customers.kinds import AccountStatus, Lang, Prepay, Sensitivity, UserClass
from app.domain.operations.sections import Level as WarningLevel
from app.domain.orders.changing import AMENDABLE
from app.domain.orders.kinds import AreaType, Complaint, Level, OrderType, State, Tipoff, Urgency
from app.domain.staff.kinds import Role
from app.domain.warnings.kinds import WarningKind
from app.journal.timeline import KINDS as STORY
from app.usecases.actors import KINDS as PEOPLE
from app.usecases.turn_effects import NO_TOPICS
from ivr_flows.services import SERVICES
from ivr_flows.steps import ASKED
from ivr_flows.variables import RESULTS
from routing.types import AgentState, Kind, OfferState, Rule, Strategy, TransferMode, TransferOutcome

TOP = Path(__file__).parents[3]
SOURCES = [path for name in ("app", "agents", "ivr_flows", "routing") for path in sorted((TOP / name).rglob("*.py"))]


OF_PROGRAMS = {"csrf_missing", "idempotency_key_reused", "metrics_token_needed", "too_large", "unknown_command"}
OF_PROGRAMS |= {"id_reused", "invalid_cursor", "invalid_encoding", "invalid_json", "wrong_period"}
"""Refusals that only a faulty program earns; people read the general sentence."""


@cache
def _keys(lang: str) -> frozenset[str]:
    """Keys `list.value` of the tables of texts in one language."""
    tables = sorted((TOP / "web/src/i18n").glob(f"*.{lang}.ts"))
    assert len(tables) >= 3
    return frozenset(key for path in tables for key in re.findall(r"'([a-z_]+\.[\w.-]+)':", path.read_text("utf-8")))


@cache
def _trees() -> tuple[ast.AST, ...]:
    return tuple(node for path in SOURCES for node in ast.walk(ast.parse(path.read_text("utf-8"))))


def _calls(*names: str) -> Iterator[ast.Call]:
    for node in _trees():
        called = getattr(node, "func", None)
        if isinstance(node, ast.Call) and (getattr(called, "id", None) or getattr(called, "attr", None)) in names:
            yield node


def _literals(place: int, *names: str) -> set[str]:
    """Literal words that calls of these names have as their argument at this place."""
    found = {ast.literal_eval(call.args[place]) for call in _calls(*names) if _is_word(call, place)}
    assert found, names
    return found


def _is_word(call: ast.Call, place: int) -> bool:
    given = call.args[place] if len(call.args) > place else None
    return isinstance(given, ast.Constant) and isinstance(given.value, str) and given.value.isidentifier()


def _texts() -> set[str]:
    """Fixed words under `text` in rows of the journal."""
    found = set()
    for node in _trees():
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "text" and isinstance(value, ast.Constant):
                    found |= {value.value.replace(" ", "_")} if isinstance(value.value, str) else set()
    return found - {""}


def _flow_values(name: str) -> set[str]:
    """Values that the shipped trees set under this name, whatever the depth."""

    def within(value: object) -> Iterator[str]:
        if isinstance(value, dict):
            for key, inner in value.items():
                if key == name and isinstance(inner, str) and not inner.startswith("$"):
                    yield inner
                elif key == name and isinstance(inner, list):
                    yield from inner
                yield from within(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from within(inner)

    paths = sorted((TOP / "ivr_flows/flows").glob("*.toml"))
    return {found for path in paths for found in within(tomllib.loads(path.read_text("utf-8")))}


LISTS: dict[str, Iterable[str]] = {
    "disposition": words.DISPOSITIONS,
    "decline": words.DECLINE_REASONS,
    "break": {*words.BREAK_REASONS, *_literals(2, "pause"), "connection_lost", "shift_ended"},
    "verify": words.VERIFY_ITEMS,
    "subject": SUBJECTS,
    "type": OrderType,
    "order": State,
    "urgency": Urgency,
    "level": {*Level, *WarningLevel},
    "subtype": {*_flow_values("scope"), *Complaint, *Tipoff, "reconnection", "after_outage", "danger"},
    "area": AreaType,
    "role": Role,
    "sensitive": Sensitivity,
    "status": AccountStatus,
    "class": UserClass,
    "prepay": Prepay,
    "lang": Lang,
    "bill": RESULTS["bill_state"].values,
    "warning": {*WarningKind, "help", *_literals(0, "warn")},
    "state": {*AgentState, "held", "waiting", "self_service", "ended"},
    "outcome": ["self_service", "answered", "abandoned", "callback_booked", "overflowed", "voicemail", "failed"],
    "identity": ["none", "hint", "verified"],
    "queue": ["phone", "emergency", "web", "field"],
    "channel": ["voice", "chat", "sms"],
    "direction": ["inbound", "outbound"],
    "kind": Kind,
    "reason": {
        *_flow_values("reason"),
        *RESULTS["why"].values,
        ASKED,
        "caller_gone",
        "danger_written",
        "callback",
        "transfer",
        "consult",
        "listen",
    },
    "learned": {*_flow_values("learned"), "callback_phone", "emergency_no", "reason", "been", "wrong_tries"},
    "topic": {path.stem for path in (TOP / "ivr_flows/flows").glob("*.toml")} - NO_TOPICS,
    "scope": _flow_values("scope"),
    "story": {*STORY},
    "from": {*PEOPLE.values(), "supervisor", "system", "caller", "customer", "agent", "hotline"},
    "service": SERVICES,
    "result": {outcome for each in SERVICES.values() for outcome in (*each.outcomes, "error", "timeout")},
    "did": _literals(1, "Written") | {f"order_{event}" for event in ("contacted", "called_back", "estimated")},
    "amended": AMENDABLE,
    "noted": _literals(0, "note"),
    "input": _literals(0, "Given"),
    "gone": {
        *_literals(3, "end"),
        *_literals(1, "withdraw_offers"),
        *_literals(3, "overflow", "divert"),
        *_literals(2, "wait_again"),
        *("closed", "nobody", "full", "timeout", "unmanned", "emergency", "callback", "expired", "leg_lost"),
        *("caller_gone", "answered_elsewhere", "agent_gone", *TransferOutcome),
        *(state for state in OfferState if state in ("failed", "expired")),
    },
    "divert": Rule,
    "rule": {*Strategy, "preferred", "longest_wait", "named_agent", "last_agent"},
    "transfer": TransferMode,
    "purpose": ("talk", "caller"),
    "clock_event": ("near_due", "breach"),
    "summary": ("draft", "submitted", "acknowledged"),
}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", LISTS)
def test_every_value_has_a_name(name: str, lang: str) -> None:
    wanted = {f"{name}.{value}" for value in LISTS[name]}
    assert wanted
    assert wanted - _keys(lang) == set()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_fixed_step_of_a_story_has_a_sentence(lang: str) -> None:
    told = {"identity_verified", "on_hold", "off_hold"}
    known = {key.partition(".")[2] for key in _keys(lang) if key.startswith(("note.", "did."))}
    assert _texts() - known - told == set()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_refusal_has_a_sentence(lang: str) -> None:
    codes = (
        _literals(1, "Refused") | _literals(1, "Problem") | _literals(2, "_told") | _literals(0, "refusal", "Refused")
    )
    known = {key.partition(".")[2] for key in _keys(lang) if key.startswith("error.")}
    assert codes - OF_PROGRAMS - known == set()
