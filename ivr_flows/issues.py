"""What a check can find, each with a code and a sentence of what to do."""

from __future__ import annotations

from dataclasses import dataclass

CODES = {
    "dangling_target": "leads to a node that is not there",
    "unreachable_node": "is reached from nowhere",
    "dead_end": "can reach neither an end nor a return",
    "loop_without_wait": "stands in a circle that never waits for anybody",
    "unknown_flow": "names a flow that is not there",
    "recursion": "calls a flow that calls it again",
    "too_deep": "calls deeper than a conversation may be nested",
    "reserved_key": "uses a key that means the same everywhere",
    "too_many_choices": "offers more choices than one can remember",
    "same_word": "has two choices known by the same word",
    "swallowed_key": "takes a single digit, so that 0 and 8 alone lose their meaning",
    "no_human": "offers no way to a person",
    "emergency_asks_first": "asks something before the urgent order is made",
    "emergency_distracts": "offers a callback or survey in an emergency",
    "safety_line": "main does not say the safety line first and within its seconds",
    "prompt_missing": "names a prompt that a language lacks",
    "prompt_unused": "is said by no node",
    "prompt_holes_differ": "has other variables in one language than in the other",
    "prompt_too_long": "takes longer to hear than one breath",
    "label_missing": "names a label that a language lacks",
    "term_missing": "has no word for a value of an enumeration",
    "wrong_format": "renders a variable in a format of another type",
    "unknown_variable": "names a variable that nothing sets",
    "unset_variable": "uses a variable that may be unset on some way",
    "unset_need": "calls a flow before setting what it needs",
    "unset_gift": "returns without having set what the flow promises",
    "unknown_service": "asks a service that is not in the catalogue",
    "wrong_verb": "looks up what writes, or acts what reads",
    "unknown_argument": "passes an argument that the service does not take",
    "missing_argument": "leaves out an argument that the service needs",
    "unknown_outcome": "expects an outcome that the service never has",
    "unhandled_outcome": "has no way on for an outcome",
    "unknown_queue": "names a queue that is not configured",
    "over_budget": "takes more keys or seconds to a goal than allowed",
    "goal_unreachable": "names a goal that no way from main reaches",
}


@dataclass(frozen=True, slots=True, order=True)
class Issue:
    flow: str
    node: str
    code: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.flow}.{self.node}: {self.code}: {CODES[self.code]}" + (self.detail and f" ({self.detail})")
