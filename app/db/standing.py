"""How a database stands to this code, told without loading the migrations' machinery."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text

VERSIONS = Path(__file__).parent / "migrations" / "versions"
REVISION = re.compile(r'^(revision|down_revision)\b[^=]*= *(?:"([^"]+)"|\'([^\']+)\'|None)', re.MULTILINE)


class Standing(StrEnum):
    """Empty, behind, at head, or ahead of this code (a rolling upgrade)."""

    EMPTY = "empty"
    BEHIND = "behind"
    HEAD = "head"
    AHEAD = "ahead"


def standing(connection: Connection) -> Standing:
    """The standing of the database behind `connection`."""
    if not inspect(connection).has_table("alembic_version"):
        return Standing.EMPTY
    current = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if current is None:
        return Standing.EMPTY
    known, head = _revisions()
    if current == head:
        return Standing.HEAD
    return Standing.BEHIND if current in known else Standing.AHEAD


@cache
def _revisions() -> tuple[frozenset[str], str]:
    """All revisions of this code, and the one that no other follows."""
    revisions: set[str] = set()
    followed: set[str] = set()
    for file in VERSIONS.glob("*.py"):
        for name, double, single in REVISION.findall(file.read_text(encoding="utf-8")):
            (revisions if name == "revision" else followed).add(double or single)
    (head,) = revisions - followed
    return frozenset(revisions), head
