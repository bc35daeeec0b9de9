"""One import from beginning to end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.db.record import record
from app.db.tables import ImportMark
from app.db.write_set import WriteSet
from app.domain.imports.applying import Commit, Counts, apply
from app.domain.imports.checking import Sessions, check
from app.domain.imports.kinds import Kind
from app.domain.imports.reading import BadRow, check_encoding
from app.journal.entry import Entry

Progress = Callable[[int], None]


async def check_file(
    path: Path, kind: Kind, sessions: Sessions, refuse: Callable[[BadRow], None], progress: Progress
) -> bool:
    """Whether all rows may be applied; `refuse` hears of each that may not, `progress` of how many were checked.

    Raises `WrongFile` when the file as a whole cannot be taken.
    """
    check_encoding(path)
    bad = 0

    def count(row: BadRow) -> None:
        nonlocal bad
        bad += 1
        refuse(row)

    await check(path, kind, sessions, count, progress)
    return bad == 0


async def apply_file(
    path: Path, kind: Kind, sessions: Sessions, commit: Commit, now_ms: int, progress: Progress
) -> Counts:
    """Apply all rows of a checked file.

    A run that was broken off is completed by the next one; the last unit notes the time and journals the counts.
    """
    counts = await apply(path, kind, sessions, commit, progress)
    last = WriteSet(rings=[f"import:{kind.name}"])
    last.put(ImportMark, kind=kind.name, at=now_ms, rows=counts.rows)
    body = {"new": counts.new, "changed": counts.changed, "unchanged": counts.unchanged}
    record(last, Entry("note", "system", actor_id="import", body={"text": f"import {kind.name}", **body}), now_ms)
    await commit(last)
    return counts
