"""`hotline user`: people who may log in."""

from __future__ import annotations

import asyncio
import getpass
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from app.cli.console import NOT_SO, WRONG_USE, Failure, say, settings
from app.db.access import open_access
from app.domain.imports import cells
from app.domain.imports.cells import CellError
from app.domain.staff import passwords, reads, writes
from app.domain.staff.kinds import Role, StaffMode
from app.observe.clock import SystemClock
from app.settings import Settings

app = typer.Typer(help="People who may log in.", rich_markup_mode=None)
AgentNo = Annotated[str, typer.Argument(metavar="AGENT_NO")]
LINE_LIMIT = 8_192


@app.command()
def add(
    agent_no: AgentNo,
    name: Annotated[str, typer.Option(help="Name.")],
    role: Annotated[str, typer.Option(help=f"One of {', '.join(Role)}.")],
    modes: Annotated[str, typer.Option(help="phone;web;field")] = "",
    skills: Annotated[str, typer.Option(help="fault:3;en")] = "",
    team: Annotated[str, typer.Option()] = "",
    phone: Annotated[str, typer.Option(help="+86…")] = "",
) -> None:
    """Add somebody; the password, 12 characters or more, is one line on standard input."""
    values = {
        "agent_no": _read("AGENT_NO", cells.agent_no, agent_no),
        "name": _read("--name", cells.text, name.strip()),
        "role": _read("--role", cells.one_of(Role), role),
        "modes": _read("--modes", cells.several(cells.one_of(StaffMode)), modes),
        "skills": _read("--skills", cells.skills, skills),
        "team": _read("--team", cells.text, team) or None,
        "phone": _read("--phone", cells.phone, phone) if phone else None,
    }
    if not values["name"]:
        raise Failure("--name: is empty", WRONG_USE)
    asyncio.run(_add(settings(), values, _password()))
    say(f"{agent_no} can log in")


@app.command()
def passwd(agent_no: AgentNo) -> None:
    """Give somebody a new password, one line on standard input; their sessions end."""
    asyncio.run(_passwd(settings(), agent_no, _password()))
    say(f"{agent_no} has a new password")


async def _add(found: Settings, values: dict[str, Any], password: str) -> None:
    async with open_access(found) as access:
        async with access.sessions() as session:
            if await reads.member(session, values["agent_no"]) is not None:
                raise Failure(f"{values['agent_no']} is there already; hotline user passwd sets a password", NOT_SO)
        hashed = passwords.hash_password(password)
        await access.commit(writes.add_member(**values, password_hash=hashed, at_ms=SystemClock().now_ms()))


async def _passwd(found: Settings, agent_no: str, password: str) -> None:
    async with open_access(found) as access:
        async with access.sessions() as session:
            member = await reads.member(session, agent_no)
            if member is None:
                raise Failure(f"there is nobody with the number {agent_no}", NOT_SO)
            open_sessions = await reads.open_sessions(session, agent_no)
        hashed = passwords.hash_password(password)
        await access.commit(writes.set_password(member, hashed, open_sessions, SystemClock().now_ms()))


def _read(option: str, reader: Callable[[str], Any], value: str) -> Any:
    try:
        return reader(value)
    except CellError as error:
        raise Failure(f"{option}: {error}", WRONG_USE) from error


def _password() -> str:
    typed = sys.stdin.isatty()
    password = getpass.getpass("Password: ") if typed else sys.stdin.readline(LINE_LIMIT).rstrip("\r\n")
    refusal = passwords.refusal(password)
    if refusal is not None:
        raise Failure(refusal, WRONG_USE)
    return password
