"""One deliberately broken release for each issue code, made from the shipped one by a single change."""

from __future__ import annotations

import copy
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from ivr_flows import shipped
from ivr_flows.check import check
from ivr_flows.compile import ReleaseError, build, load
from ivr_flows.issues import CODES

FLOWS, PROMPTS = shipped.read(files("ivr_flows"))
QUEUES = ("phone", "emergency", "web", "field")
Raw = dict[str, Any]
Change = Callable[[Raw, Raw], object]


def node(flows: Raw, flow: str, name: str) -> Raw:
    found: Raw = flows[flow]["nodes"][name]
    return found


def ring_of_says(flows: Raw, _prompts: Raw) -> None:
    flows["urge"]["nodes"]["urged"]["next"] = "limit"
    flows["urge"]["nodes"]["limit"]["next"] = "urged"


def deep(flows: Raw, _prompts: Raw) -> None:
    for number in range(6):
        header = {"id": f"deep{number}", "spec": 1, "start": "go"}
        to = {"kind": "call", "flow": f"deep{number + 1}", "next": "@return"}
        end = {"kind": "say", "prompt": "urge.done", "next": "@return"}
        flows[f"deep{number}"] = {"flow": header, "nodes": {"go": to if number < 5 else end}}
    flows["main"]["nodes"]["consult"]["flow"] = "deep0"


def lonely(flows: Raw, _prompts: Raw) -> None:
    flows["urge"]["nodes"]["lonely"] = {"kind": "say", "prompt": "urge.done", "next": "@return"}


def nine_choices(flows: Raw, _prompts: Raw) -> None:
    choices = node(flows, "consult", "menu")["choices"]
    for key, label in zip("5679", ("back", "hear", "yes", "no"), strict=True):
        choices[key] = {"to": "missing", "label": label}
    choices["star"] = {"to": "missing", "label": "join"}


def no_way_to_a_human(flows: Raw, _prompts: Raw) -> None:
    for name, known in flows["human"]["nodes"].items():
        if known["kind"] == "enqueue":
            flows["human"]["nodes"][name] = {"kind": "hangup"}


def question_before_the_order(flows: Raw, _prompts: Raw) -> None:
    flows["emergency"]["nodes"]["ask"] = {
        "kind": "record",
        "prompt": "emergency.place",
        "store": "place",
        "purpose": "place",
        "next": "open",
        "on_empty": "open",
    }
    node(flows, "emergency", "known")["otherwise"] = "ask"


def unknown_goal(flows: Raw, _prompts: Raw) -> None:
    node(flows, "sms", "thanks")["goal"] = {"name": "never", "keys": 1, "seconds": 1}


def put(flow: str, name: str, /, **fields: Any) -> Change:
    return lambda flows, _prompts: node(flows, flow, name).update(fields)


def text(group: str, name: str, value: Any, lang: str = "en") -> Change:
    return lambda _flows, prompts: prompts[lang][group].update({name: value})


def drop(group: str, name: str) -> Change:
    return lambda _flows, prompts: prompts["en"][group].pop(name)


def without_argument(flows: Raw, _prompts: Raw) -> None:
    node(flows, "bill", "latest")["args"] = {}


def extra_outcome(flows: Raw, _prompts: Raw) -> None:
    node(flows, "bill", "latest")["on"]["many"] = "no_bill"


def missing_outcome(flows: Raw, _prompts: Raw) -> None:
    node(flows, "urge", "urge")["on"].pop("limit")


BROKEN: dict[str, tuple[Change, str]] = {
    "dangling_target": (put("bill", "paid", otherwise="nowhere"), "bill.paid"),
    "unreachable_node": (lonely, "urge.lonely"),
    "dead_end": (ring_of_says, "urge.urged"),
    "loop_without_wait": (ring_of_says, "urge.limit"),
    "unknown_flow": (put("main", "bill", flow="nothing"), "main.bill"),
    "recursion": (put("bill", "who", flow="bill"), "bill.who"),
    "too_deep": (deep, "deep0.go"),
    "reserved_key": (nine_choices, "consult.menu"),
    "too_many_choices": (nine_choices, "consult.menu"),
    "same_word": (text("labels", "bill", "Power failure"), "main.menu"),
    "swallowed_key": (put("track", "ask", min=1), "track.ask"),
    "no_human": (no_way_to_a_human, "human."),
    "emergency_asks_first": (question_before_the_order, "emergency.ask"),
    "emergency_distracts": (put("emergency", "line", survey="survey"), "emergency.line"),
    "safety_line": (text("main", "safety", "Danger! " + "Keep away from it. " * 8), "main.greet"),
    "prompt_missing": (put("urge", "urged", prompt="urge.nothing"), "urge.urged"),
    "prompt_unused": (text("urge", "spare", "Spare."), "prompts.urge.spare"),
    "prompt_holes_differ": (text("order", "due", "Soon."), "prompts.order.due"),
    "prompt_too_long": (text("urge", "done", "Very many words indeed. " * 20), "prompts.urge.done"),
    "label_missing": (drop("labels", "tariff"), "consult.menu"),
    "term_missing": (
        lambda _flows, prompts: prompts["en"]["terms"]["order_state"].pop("arrived"),
        "order_state",
    ),
    "wrong_format": (
        text("fault", "done", "Order {order_no:digits}, {arrive_min:yuan}."),
        "fault.opened_tell",
    ),
    "unknown_variable": (put("reconnect", "opened", to="whoever"), "reconnect.opened"),
    "unset_variable": (text("urge", "done", "By {bill_fen:yuan}."), "urge.urged"),
    "unset_need": (put("bill", "arrears", flow="order"), "bill.arrears"),
    "unset_gift": (put("contact", "ask", on_star="@return"), "contact.ask"),
    "unknown_service": (put("urge", "urge", service="order.hurry"), "urge.urge"),
    "wrong_verb": (put("urge", "urge", kind="lookup"), "urge.urge"),
    "unknown_argument": (put("urge", "urge", args={"order_no": "$order_no", "loud": True}), "urge.urge"),
    "missing_argument": (without_argument, "bill.latest"),
    "unknown_outcome": (extra_outcome, "bill.latest"),
    "unhandled_outcome": (missing_outcome, "urge.urge"),
    "unknown_queue": (put("human", "web", queue="letters"), "human.web"),
    "over_budget": (
        put("bill", "tell_open", goal={"name": "bill", "keys": 1, "seconds": 9}),
        "bill.tell_open",
    ),
    "goal_unreachable": (unknown_goal, "sms.thanks"),
}


def test_every_code_has_its_broken_release() -> None:
    assert sorted(BROKEN) == sorted(CODES)


@pytest.mark.parametrize("code", BROKEN)
def test_a_broken_release_is_found_out(code: str) -> None:
    change, where = BROKEN[code]
    flows, prompts = copy.deepcopy(FLOWS), copy.deepcopy(PROMPTS)
    change(flows, prompts)
    found = [issue for issue in check(build(flows, prompts), QUEUES) if issue.code == code]
    assert [issue for issue in found if f"{issue.flow}.{issue.node}".endswith(where)], found
    assert CODES[code] in str(found[0])


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (put("bill", "paid", kind="magic"), "bill: nodes.paid"),
        (put("bill", "paid", colour="red"), "bill: nodes.paid"),
        (lambda flows, _: node(flows, "bill", "menu")["choices"].update({"#": {}}), "bill: nodes.menu"),
        (lambda flows, _: flows["bill"]["flow"].update(id="bills"), r"bill: flow\.id"),
        (lambda flows, _: flows["bill"]["flow"].update(spec=2), r"bill: flow\.spec"),
        (put("bill", "paid", cases=[{"var": "bill_state", "to": "tell_paid"}]), "exactly one of"),
        (text("urge", "done", "{broken"), r"urge\.done"),
        (lambda _, prompts: prompts.pop("en"), "zh-CN, en"),
    ],
)
def test_a_malformed_file_is_refused_with_its_place(change: Change, named: str) -> None:
    flows, prompts = copy.deepcopy(FLOWS), copy.deepcopy(PROMPTS)
    change(flows, prompts)
    with pytest.raises(ReleaseError, match=named):
        build(flows, prompts)


def test_a_release_of_a_newer_language_is_refused() -> None:
    with pytest.raises(ReleaseError, match="spec 2"):
        load('{"spec":2,"defaults":{},"flows":{},"prompts":{}}')


def test_the_hash_is_of_the_meaning_not_of_the_order() -> None:
    turned = {name: dict(reversed(flow.items())) for name, flow in reversed(FLOWS.items())}
    assert build(turned, PROMPTS).hash == shipped.release().hash
    flows = copy.deepcopy(FLOWS)
    node(flows, "bill", "menu")["timeout_s"] = 7
    assert build(flows, PROMPTS).hash != shipped.release().hash


@pytest.mark.parametrize(
    ("change", "code", "where"),
    [
        (lambda flows, _: flows["bill"]["flow"].update(start="nowhere"), "dangling_target", "bill.nowhere"),
        (lambda flows, _: flows.pop("emergency"), "unknown_flow", "emergency."),
        (lambda flows, _: flows.pop("main"), "safety_line", "main."),
        (lambda flows, _: flows.pop("human"), "no_human", "human."),
        (lambda flows, _: node(flows, "main", "greet").update(next="who"), "safety_line", "main.greet"),
    ],
)
def test_a_release_without_its_pillars_is_found_out(change: Change, code: str, where: str) -> None:
    flows, prompts = copy.deepcopy(FLOWS), copy.deepcopy(PROMPTS)
    change(flows, prompts)
    found = [f"{issue.flow}.{issue.node}" for issue in check(build(flows, prompts)) if issue.code == code]
    assert where in found


def test_a_rule_s_prompt_may_only_say_what_the_rule_knows() -> None:
    flows, prompts = copy.deepcopy(FLOWS), copy.deepcopy(PROMPTS)
    prompts["en"]["queue"]["next"] = "You are next, {bill_fen:yuan}."
    assert ("rules", "queue.next") in [(issue.flow, issue.node) for issue in check(build(flows, prompts))]


def test_files_that_are_no_toml_are_named(tmp_path: Path) -> None:
    for folder, text in (("flows", "[flow"), ("prompts", "")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "broken.toml").write_text(text)
    with pytest.raises(ReleaseError, match=r"broken\.toml"):
        shipped.read(tmp_path)
