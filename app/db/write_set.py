"""What a use case wants written: plain data that the committer carries out, whole or not at all.

A use case reads, waits for look-ups and computes first; then it hands over one `WriteSet`. Every fact that the
decision rested on and that others may change is named by a version (`Change`) or by the claim.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import Table
from sqlmodel import SQLModel

Row: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Insert:
    """A new row; a duplicate key raises `Conflict`, or with `once` is nothing at all."""

    table: type[SQLModel]
    values: Row
    once: bool = False


@dataclass(frozen=True, slots=True)
class Put:
    """Insert, or replace the given columns of the row with the same primary key."""

    table: type[SQLModel]
    values: Row


@dataclass(frozen=True, slots=True)
class Change:
    """Change columns of one row that was read at `version`; another version there raises `Conflict`.

    The row's version becomes `version + 1`. With `version=None` the row's version is neither asked nor moved;
    that is for rows with a single writer, who changes each column of a row once in a unit: the order is not kept.
    """

    table: type[SQLModel]
    key: Row
    values: Row
    version: int | None


@dataclass(frozen=True, slots=True)
class Remove:
    """Delete the row with this key, if it is there."""

    table: type[SQLModel]
    key: Row


Op: TypeAlias = Insert | Put | Change | Remove


@dataclass(frozen=True, slots=True)
class Reply:
    """What the outside is answered, stored with the claim and repeated byte for byte."""

    body: str
    status: int = 200
    media_type: str = "text/xml"


@dataclass(frozen=True, slots=True)
class Fence:
    """A leader's proof: the lease row must still carry this owner and epoch when the unit commits."""

    lease: str
    owner: str
    epoch: int


@dataclass(slots=True)
class WriteSet:
    """One unit: claimed, guarded and written together. `rings` names what changed, for those who wait for it."""

    claim: str | None = None
    reply: Reply | None = None
    fence: Fence | None = None
    ops: list[Op] = field(default_factory=list)
    rings: list[str] = field(default_factory=list)

    def insert(self, table: type[SQLModel], **values: Any) -> None:
        """Add an `Insert`."""
        self.ops.append(Insert(table, values))

    def insert_once(self, table: type[SQLModel], **values: Any) -> None:
        """Add an `Insert` that does nothing where a unique key is taken."""
        self.ops.append(Insert(table, values, once=True))

    def put(self, table: type[SQLModel], **values: Any) -> None:
        """Add a `Put`."""
        self.ops.append(Put(table, values))

    def change(self, table: type[SQLModel], key: Row, version: int | None, **values: Any) -> None:
        """Add a `Change`."""
        self.ops.append(Change(table, key, values, version))

    def remove(self, table: type[SQLModel], **key: Any) -> None:
        """Add a `Remove`."""
        self.ops.append(Remove(table, key))

    def extend(self, other: WriteSet) -> None:
        """Take over the operations and rings of a part that another noun contributed."""
        self.ops.extend(other.ops)
        self.rings.extend(other.rings)


@dataclass(frozen=True, slots=True)
class Committed:
    """The unit is durable. `reply` is the one to send: this unit's own, or the first one's if the claim was lost."""

    won: bool
    reply: Reply | None


class WriteError(Exception):
    """Base of what the committer raises; nothing of the unit was written."""


class Conflict(WriteError):
    """A row was changed by somebody else since it was read: read again and recompute."""


class Fenced(WriteError):
    """The lease has gone to another leader: stop leading."""


class OutcomeUnknown(WriteError):
    """The database was lost during COMMIT and the unit had no claim to look it up by."""


class Unavailable(WriteError):
    """The database cannot be written now (full, locked or gone)."""


def table_of(model: type[SQLModel]) -> Table:
    """The Core table of a model."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table
