"""Reading attributes. What an attribute does not take has been taken out when the document was read."""

from __future__ import annotations

from local_carrier.leg import StatusCallback
from local_carrier.twiml.parse import Element


def number(element: Element, name: str, default: int, low: int = 0, high: int = 1_000_000_000) -> int:
    text = element.attributes.get(name, "").strip()
    if text.isascii() and text.isdigit():
        return max(low, min(high, int(text[:12])))
    return default


def flag(element: Element, name: str, default: bool = False) -> bool:
    text = element.attributes.get(name, "").strip().lower()
    return default if text not in ("true", "false") else text == "true"


def method(element: Element, name: str = "method", default: str = "POST") -> str:
    text = element.attributes.get(name, "").strip().upper()
    return text if text in ("GET", "POST") else default


def callback(element: Element, resolve: object, events: str = "completed") -> StatusCallback | None:
    """The statusCallback trio of an element; `resolve` makes its address absolute."""
    url = element.attributes.get("statusCallback", "").strip()
    if not url or not callable(resolve):
        return None
    wanted = frozenset(element.attributes.get("statusCallbackEvent", events).replace(",", " ").split())
    return StatusCallback(resolve(url).url, method(element, "statusCallbackMethod"), wanted)
