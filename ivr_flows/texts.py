"""Prompt texts, compiled to segments: constants are joined once, variables are rendered when spoken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ivr_flows.formats import FORMATS, Format, Voice, term

_HOLE = re.compile(r"\{([a-z0-9_]+):([a-z0-9]+)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """A text with holes `{variable:format}`. `holes` names them in order of appearance."""

    constant: str | None
    parts: tuple[str | tuple[str, Format], ...]
    holes: tuple[tuple[str, str], ...]

    def render(self, values: Mapping[str, Any], voice: Voice) -> str:
        return "".join(part if isinstance(part, str) else part[1](values[part[0]], voice) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt in one language: as spoken, and as written in SMS and chat."""

    say: Template
    write: Template


@dataclass(frozen=True, slots=True)
class Label:
    """A choice's button text and the words by which it is recognised when spoken or typed."""

    text: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Texts:
    """All texts of one language."""

    prompts: Mapping[str, Prompt]
    labels: Mapping[str, Label]
    terms: Mapping[str, Mapping[str, str]]


class PromptError(ValueError):
    """A prompt file that cannot be used; says which key and why."""


def template(text: str, key: str) -> Template:
    """Compile one text. Raises PromptError for an unknown format or a stray brace."""
    parts: list[str | tuple[str, Format]] = []
    holes: list[tuple[str, str]] = []
    end = 0
    for hole in _HOLE.finditer(text):
        variable, name = hole.groups()
        if name != "term" and name not in FORMATS:
            raise PromptError(f"{key}: no format {name!r}; there are term, {', '.join(FORMATS)}")
        spoken = term(variable) if name == "term" else FORMATS[name][0]
        parts += [text[end : hole.start()], (variable, spoken)]
        holes.append((variable, name))
        end = hole.end()
    parts.append(text[end:])
    if any("{" in part or "}" in part for part in parts if isinstance(part, str)):
        raise PromptError(f"{key}: a brace outside {{variable:format}}")
    return Template(None if holes else text, tuple(p for p in parts if p), tuple(holes))


def compile_texts(raw: Mapping[str, Any]) -> Texts:
    """Texts of one language from the parsed prompt file."""
    prompts: dict[str, Prompt] = {}
    for group, entries in raw.items():
        if group not in ("labels", "terms"):
            for name, entry in entries.items():
                prompts[f"{group}.{name}"] = _prompt(f"{group}.{name}", entry)
    labels = {}
    for name, entry in raw.get("labels", {}).items():
        words = [word.strip() for word in entry.split("|")]
        labels[name] = Label(words[0], tuple(word.casefold() for word in words))
    return Texts(prompts, labels, raw.get("terms", {}))


def _prompt(key: str, entry: Any) -> Prompt:
    if isinstance(entry, str):
        both = template(entry, key)
        return Prompt(both, both)
    if not isinstance(entry, dict) or set(entry) != {"say", "write"}:
        raise PromptError(f"{key}: a text, or a table of `say` and `write`")
    return Prompt(template(entry["say"], key), template(entry["write"], key))
