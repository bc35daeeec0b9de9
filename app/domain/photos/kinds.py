"""What counts as a photo: told by its first bytes, never by what the sender calls it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

MAX_BYTES = 750_000
"""A body of the interface holds at most 1 MB, and a photo travels as base64 in it."""
MAX_FOR_ORDER = 20

_SIGNS: Mapping[str, Callable[[bytes], bool]] = {
    "image/jpeg": lambda head: head.startswith(b"\xff\xd8\xff"),
    "image/png": lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"),
    "image/webp": lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP",
}
MEDIA_TYPES = tuple(_SIGNS)


def media_type_of(content: bytes) -> str | None:
    """The type that the bytes themselves show; None = no photo that browsers draw without running anything."""
    return next((name for name, fits in _SIGNS.items() if fits(content[:16])), None)
