"""Text and attributes that every XML parser accepts."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
QUOTED = {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


def clean(text: str) -> str:
    """Without what XML 1.0 has no way to carry: control characters, lone surrogates."""
    return text if text.isprintable() else NOT_XML.sub("", text)


def text_of(text: str) -> str:
    """For use between tags."""
    return escape(clean(text))


def attribute(text: str) -> str:
    """For use between double quotes."""
    return escape(clean(text), QUOTED)


def element(name: str, content: str = "", **attributes: str | int | bool | None) -> str:
    """One element; `content` is XML already. None leaves an attribute out; a trailing underscore is dropped."""
    head = name
    for key, value in attributes.items():
        if value is None:
            continue
        said = ("true" if value else "false") if isinstance(value, bool) else attribute(str(value))
        head += f' {key.rstrip("_")}="{said}"'
    return f"<{head}>{content}</{name}>" if content else f"<{head}/>"
