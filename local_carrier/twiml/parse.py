"""From bytes to a tree, or the carrier's error code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

MAX_DEPTH = 32


@dataclass(slots=True)
class Element:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The character data of this element alone, trimmed."""
        return "".join(self.pieces).strip()

    def all_text(self) -> str:
        """The character data of the whole subtree in document order, spaces collapsed (speech marks are
        dropped)."""
        return " ".join(" ".join(self._walk()).split())

    def _walk(self) -> Iterator[str]:
        own = iter(self.pieces)
        for child in self.children:
            yield next(own, "")
            yield from child._walk()
        yield from own


class TwimlError(Exception):
    """The document cannot be executed; `code` is the carrier's error number."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class _Builder:
    """Collects elements as the reader meets them."""

    def __init__(self) -> None:
        self.roots: list[Element] = []
        self._stack: list[Element] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._stack) >= MAX_DEPTH:
            raise TwimlError(12100, "nested too deeply")
        element = Element(tag, attributes)
        if self._stack:
            above = self._stack[-1]
            above.children.append(element)
            # One piece of text belongs before each child, so that the order of the subtree can be rebuilt.
            above.pieces.extend([""] * (len(above.children) - len(above.pieces)))
        else:
            self.roots.append(element)
        self._stack.append(element)

    def end(self, _: str) -> None:
        self._stack.pop()

    def text(self, data: str) -> None:
        top = self._stack[-1]
        if len(top.pieces) == len(top.children) + 1:
            top.pieces[-1] += data
        else:
            top.pieces.append(data)


def _refuse(*_: object) -> None:
    raise TwimlError(12100, "entity declarations are not accepted")


def parse(body: bytes | str) -> Element:
    """The root of a document; 12100 when it is no XML, 12102 when the root is not Response."""
    data = (body.encode() if isinstance(body, str) else body).strip()
    if not data:
        raise TwimlError(12100, "the document is empty")
    builder = _Builder()
    parser = expat.ParserCreate()
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as problem:
        raise TwimlError(12100, str(problem)) from problem
    except (LookupError, ValueError) as problem:
        raise TwimlError(12100, f"unreadable encoding: {problem}") from problem
    root = builder.roots[0]
    if root.tag != "Response":
        raise TwimlError(12102, f"the root element is {root.tag}, not Response")
    return root
