"""The fields of a form post, quicker than the standard library and with the same result."""

from __future__ import annotations

from urllib.parse import unquote_plus


def pairs_of(text: str, most: int) -> list[tuple[str, str]]:
    """Names and values of an `application/x-www-form-urlencoded` text, blank ones kept.

    The same as `parse_qsl(text, keep_blank_values=True, max_num_fields=most)`: ValueError when there are more fields.
    """
    fields = text.split("&")
    if len(fields) > most:
        raise ValueError("too many fields")
    found = []
    for field in fields:
        if field:
            name, _, value = field.partition("=")
            found.append((_plain(name), _plain(value)))
    return found


def _plain(text: str) -> str:
    return unquote_plus(text) if "%" in text or "+" in text else text
