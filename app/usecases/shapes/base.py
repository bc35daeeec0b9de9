"""What all shapes share: instants as text, masking, pages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

Item = TypeVar("Item", bound=BaseModel)


class Shape(BaseModel):
    """A reply. Only what is set is sent: the plain form of a masked field is absent, an empty field is null."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    def as_json(self) -> dict[str, Any]:
        """The shape as plain JSON values, names as in the contract."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


class Page(Shape, Generic[Item]):
    """One page of a list; `next_cursor` asks for the next one, null on the last."""

    items: list[Item]
    next_cursor: str | None


def iso(at_ms: int) -> str:
    """An instant as ISO 8601 in UTC, to the millisecond."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def iso_or_none(at_ms: int | None) -> str | None:
    """The same where there may be no instant."""
    return None if at_ms is None else iso(at_ms)


def seconds(length_ms: int) -> int:
    """Whole seconds of a length in milliseconds, rounded to the nearest."""
    return (length_ms + 500) // 1000


def masked_phone(number: str) -> str:
    """The last four digits, and the first five characters of a long number; short numbers show their last two."""
    if len(number) <= 4:
        return "****"
    return "****" + number[-2:] if len(number) < 10 else number[: len(number) - 8] + "****" + number[-4:]


def masked_text(text: str) -> str:
    """The first three characters and no length: enough to recognise an address, not to read it."""
    return text[:3] + "***" if len(text) > 6 else "***"


def masked_email(address: str) -> str:
    """The first character and the domain."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}***{at}{domain}"


def open_or_masked(name: str, value: str | None, shown: bool, mask: Any = masked_text) -> dict[str, str | None]:
    """`{name: value}`, or `{name_masked: …}` where the viewer may not see it."""
    if shown or value is None:
        return {name: value}
    return {f"{name}_masked": mask(value)}
