"""Checks of prompts, labels and terms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ivr_flows.compile import LANGUAGES
from ivr_flows.duration import seconds
from ivr_flows.edges import prompts
from ivr_flows.graph import Menu, Pick, Release
from ivr_flows.issues import Issue
from ivr_flows.texts import Template
from ivr_flows.variables import FACTS, RESULTS

BREATH_S = 20.0
RULE_PROMPTS: Mapping[str, tuple[str, ...]] = {
    "rule.invalid": (),
    "rule.silence": (),
    "rule.to_human": (),
    "rule.broken": (),
    "rule.language": (),
    "queue.place": ("ahead",),
    "queue.next": (),
    "queue.estimate": ("low", "high"),
    "queue.kept": (),
    "queue.nobody": (),
    "queue.calling": (),
    "queue.offer": (),
    "queue.unavailable": (),
    "queue.registered": ("emergency_no",),
    "queue.widened": (),
}
"""Prompts that the rules of the machine say, with the variables it gives them."""
RULE_LABELS = ("human", "repeat", "emergency", "unknown", "callback")


def text_issues(release: Release) -> Iterator[Issue]:
    yield from _prompts(release)
    yield from _labels(release)
    yield from _terms(release)


def _prompts(release: Release) -> Iterator[Issue]:
    said = {(key, ref) for ref, node in release.nodes.items() for key in prompts(node)}
    said |= {(key, ("rules", key.replace(".", "_"))) for key in RULE_PROMPTS}
    for key, ref in sorted(said):
        for lang in LANGUAGES:
            if key not in release.texts[lang].prompts:
                yield Issue(*ref, "prompt_missing", f"{key}, {lang}")
    keys = {key for key, _ in said}
    for lang in LANGUAGES:
        for key, prompt in release.texts[lang].prompts.items():
            if key not in keys:
                yield Issue("prompts", key, "prompt_unused", lang)
            if seconds(prompt.say) > BREATH_S:
                yield Issue("prompts", key, "prompt_too_long", f"{lang}: {seconds(prompt.say):.0f} s")
    yield from _rule_holes(release)
    yield from _same_holes(release)


def _rule_holes(release: Release) -> Iterator[Issue]:
    """What the rules say knows only the variables that the rules give it."""
    for key, given in RULE_PROMPTS.items():
        for lang in LANGUAGES:
            prompt = release.texts[lang].prompts.get(key)
            holes = {*prompt.say.holes, *prompt.write.holes} if prompt else set()
            for name in sorted({variable for variable, _ in holes} - {*given}):
                yield Issue("rules", key, "unset_variable", f"{name}, {lang}")


def _same_holes(release: Release) -> Iterator[Issue]:
    first, *others = (release.texts[lang].prompts for lang in LANGUAGES)
    for key, prompt in first.items():
        for other in others:
            if key in other and _holes(prompt.say) != _holes(other[key].say):
                yield Issue("prompts", key, "prompt_holes_differ")


def _holes(template: Template) -> list[tuple[str, str]]:
    return sorted(set(template.holes))


def _labels(release: Release) -> Iterator[Issue]:
    wanted = {(name, ("rules", name)) for name in RULE_LABELS}
    for ref, node in release.nodes.items():
        if isinstance(node, Menu):
            wanted |= {(option.label, ref) for option in node.options.values()}
    for name, ref in sorted(wanted):
        for lang in LANGUAGES:
            if name not in release.texts[lang].labels:
                yield Issue(*ref, "label_missing", f"{name}, {lang}")
    for ref, node in release.nodes.items():
        if isinstance(node, Menu):
            for lang in LANGUAGES:
                labels = release.texts[lang].labels
                words = [w for o in node.options.values() if o.label in labels for w in labels[o.label].words]
                for word in sorted({word for word in words if words.count(word) > 1}):
                    yield Issue(*ref, "same_word", f"{word}, {lang}")


def _terms(release: Release) -> Iterator[Issue]:
    """Every value of every enumeration that some prompt speaks has its word."""
    for lang in LANGUAGES:
        texts = release.texts[lang]
        spoken = {
            variable
            for prompt in texts.prompts.values()
            for template in (prompt.say, prompt.write)
            for variable, name in template.holes
            if name == "term"
        }
        for variable in sorted(spoken):
            known = FACTS.get(variable) or RESULTS.get(variable)
            for value in known.values if known else ():
                if value not in texts.terms.get(variable, {}):
                    yield Issue("prompts", variable, "term_missing", f"{value}, {lang}")


def extra_variables(node: object) -> tuple[str, ...]:
    """Variables that only this node's own prompts know: the fields of a listed item."""
    if isinstance(node, Pick):
        known = RESULTS.get(node.source)
        return ("index", *(known.fields if known else ()))
    return ()
