"""Write the first migration anew from the tables: `python -m app.db.migrations.regenerate`.

Only while nothing is released; from then on each change is a version of its own (`alembic.command.revision`).
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from sqlalchemy import create_engine

from app.db.schema import VERSIONS, configuration

PARTITIONS = "    partitions.add_months(op.get_bind(), months=18)\n"


def regenerate() -> Path:
    """Replace all versions by one that makes every table; returns its file."""
    for old in VERSIONS.glob("*.py"):
        old.unlink()
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        command.revision(configuration(connection), message="First schema", autogenerate=True, rev_id="0001")
    engine.dispose()
    (path,) = VERSIONS.glob("*.py")
    text = path.read_text(encoding="utf-8")
    head, marker, rest = text.partition("    # ### end Alembic commands ###\n")
    path.write_text(head + PARTITIONS + marker + rest, encoding="utf-8")
    return path


if __name__ == "__main__":
    regenerate()
