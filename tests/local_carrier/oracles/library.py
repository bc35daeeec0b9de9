"""The grammar of TwiML as the carrier's own library has it, by asking each of its classes what it can write."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

from twilio.twiml import TwiML
from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import VoiceResponse

PLAIN = frozenset(name for name, _ in inspect.getmembers(TwiML, inspect.isfunction))


@dataclass
class Grammar:
    """Attributes by element, children by element; the root is Response."""

    attributes: dict[str, set[str]] = field(default_factory=dict)
    children: dict[str, set[str]] = field(default_factory=dict)


def grammar() -> Grammar:
    """Of voice and messaging documents together."""
    found = Grammar()
    for root in (VoiceResponse(), MessagingResponse()):
        _walk(root, found)
    return found


def _walk(element: TwiML, found: Grammar) -> None:
    tag = _root(element).tag
    first = tag not in found.attributes
    found.attributes.setdefault(tag, set())
    children = found.children.setdefault(tag, set())
    for child in _children(element):
        node = _root(child)
        seen = node.tag in found.attributes
        found.attributes.setdefault(node.tag, set()).update(node.attrib)
        children.add(node.tag)
        if not seen or (first and tag == "Response"):
            _walk(child, found)


def _children(element: TwiML) -> Iterator[TwiML]:
    """What the methods of an element make, every argument given."""
    for name, method in inspect.getmembers(element, inspect.ismethod):
        if name.startswith("_") or name in PLAIN:
            continue
        made: Any = method(
            **{p.name: "x" for p in inspect.signature(method).parameters.values() if p.kind is not p.VAR_KEYWORD}
        )
        if isinstance(made, TwiML) and made is not element:
            yield made


def _root(element: TwiML) -> ElementTree.Element:
    return ElementTree.fromstring(str(element))
