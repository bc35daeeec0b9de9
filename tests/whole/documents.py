"""Every document that the carrier was given, judged by the grammar of its own library and by the time it took."""

from __future__ import annotations

from functools import cache
from typing import Any
from xml.etree import ElementTree

from tests.local_carrier.oracles.library import Grammar, grammar
from tests.whole.people import Phones

DEADLINE_MS = 15_000
MOST_BYTES = 64 * 1024
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@cache
def library() -> Grammar:
    """Asked once."""
    return grammar()


async def wrong_documents(phones: Phones) -> list[str]:
    """Answers that are late or no TwiML, and whatever the carrier has complained of itself."""
    found = []
    for line in await phones.ledger(kind="webhook"):
        about = f"{line['url']} to {line['party']}"
        if line.get("status") == 200:
            found += [f"{about} took {line['took_ms']} ms"] if line["took_ms"] > DEADLINE_MS else []
            found += [f"{about}: {wrong}: {line['body']}" for wrong in wrong_with(line)]
    for kind in ("error", "warning"):
        found += [f"{kind}: {line}" for line in await phones.ledger(kind=kind)]
    return found


def wrong_with(line: dict[str, Any]) -> list[str]:
    """What is wrong with one answer."""
    body = str(line["body"])
    if not body:
        return [] if "json" in line["content_type"] else ["it is empty"]
    if "xml" not in line["content_type"]:
        return [f"its type is {line['content_type']}"]
    if len(body.encode()) > MOST_BYTES:
        return ["it is too long"]
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        return [str(error)]
    return wrong_in(root) if root.tag == "Response" else [f"its root is {root.tag}"]


def wrong_in(element: ElementTree.Element) -> list[str]:
    """Attributes and children that the library cannot write."""
    known = library().attributes.get(element.tag, set()) | {LANG}
    found = [f"{element.tag} has no {name}" for name in element.attrib if name not in known]
    for child in element:
        if child.tag not in library().children.get(element.tag, set()):
            found.append(f"{child.tag} in {element.tag}")
        found += wrong_in(child)
    return found
