"""The `hotline` command and how its failures end."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Sequence

import typer
from sqlalchemy.exc import SQLAlchemyError

from app.cli import db, demo, doctor, imports, journal, local_carrier, seeding, serving, trees, users
from app.cli.console import NOT_SO, complain
from app.db.access import NotAtHead
from app.db.committer_sqlite import InUse
from app.db.postgres_errors import postgres_errors
from app.db.write_set import WriteError

app = typer.Typer(
    name="hotline", help="The hotline of an electricity utility.", add_completion=False, rich_markup_mode=None
)
app.add_typer(db.app, name="db")
app.add_typer(trees.app, name="flows")
app.add_typer(journal.app, name="journal")
app.add_typer(users.app, name="user")
app.command()(serving.serve)
app.command()(demo.demo)
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(local_carrier.carrier)
app.command()(local_carrier.dial)
app.command()(local_carrier.sms)
app.command("import")(imports.import_file)
app.command()(seeding.seed)
app.command()(doctor.doctor)


def main(args: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code: 0 done, 1 what was asked is not so, 2 wrong use."""
    try:
        code = app(args=list(sys.argv[1:] if args is None else args), prog_name="hotline", standalone_mode=False)
    except typer.TyperException as error:
        return _failed(error.format_message(), error.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        return _failed("stopped", 130)
    except (NotAtHead, InUse, WriteError, SQLAlchemyError, sqlite3.Error, OSError) as error:
        return _failed(str(error), NOT_SO)
    except postgres_errors() as error:
        return _failed(str(error), NOT_SO)
    return code if isinstance(code, int) else 0


def _failed(message: str, exit_code: int) -> int:
    """One line, whatever the error had to say."""
    if message:
        lines = [line.strip() for line in message.splitlines() if line.strip()]
        complain(f"hotline: {lines[0] if lines else message}")
    return exit_code
