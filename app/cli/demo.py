"""`hotline demo`: everything on this machine, ready to be called."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import func, select

from app.cli.console import Failure, complain, say, settings
from app.cli.db import upgrade_now
from app.cli.demo_directory import write
from app.cli.listening import bound
from app.cli.local_carrier import HERE, running_at
from app.cli.port_holder import told
from app.cli.seeding import write_seed
from app.db.access import open_sessions, standing
from app.db.standing import Standing
from app.db.tables import Staff
from app.db.write_set import table_of
from app.domain.seed.people import DEMO_PASSWORD, PEOPLE
from app.domain.seed.stories import STORIES
from app.settings import DEMO_CARRIER_URL, Settings

SERVICE = "http://127.0.0.1:8000"
READY_S = 30.0
SERVE = ("app.cli", "serve")
BACKLOG = 512
"""Connections that wait at the service's door, which stays open while the service is started again."""
LAST_LINES = 5


class Part(NamedTuple):
    """A program of the demo: a module with its arguments, and the file descriptors that it is given."""

    name: str
    words: Sequence[str]
    fds: tuple[int, ...] = ()


class Addresses(NamedTuple):
    """Where the two parts listen; they are those of the settings, so that `dial` and `sms` find them."""

    service: str
    carrier: str


def demo() -> None:
    """Make and fill a demo database if there is none, start the service and the local carrier, say where to click."""
    os.environ.setdefault("HOTLINE_ENV", "demo")
    os.environ.setdefault("HOTLINE_CARRIER_API_URL", DEMO_CARRIER_URL)
    found = settings()
    if not found.demo:
        raise Failure("HOTLINE_ENV is production: the demo runs only with HOTLINE_ENV=demo")
    at = Addresses(_here(found.base_url, SERVICE), _here(found.carrier_api_url, DEMO_CARRIER_URL))
    for address, setting in zip(at, ("HOTLINE_PUBLIC_BASE_URL", "HOTLINE_CARRIER_API_URL"), strict=True):
        _require_free(address, setting)
    asyncio.run(_prepare(found))
    var = found.sqlite_path.parent if found.sqlite_path else Path("var")
    files = ("--ledger", str(var / "carrier-ledger.jsonl"), "--directory", str(write(var / "carrier-directory.json")))
    door = bound("127.0.0.1", urlsplit(at.service).port or 0)[0]
    door.listen(BACKLOG)
    service = Part("the service", [*SERVE, "--fd", str(door.fileno())], (door.fileno(),))
    carrier = ("local_carrier", "serve", "--port", str(urlsplit(at.carrier).port), "--app-url", at.service, *files)
    with running_at(var, at.carrier):
        _together([service, Part("the local carrier", carrier)], at, var / "demo.log")


def _here(address: str, otherwise: str) -> str:
    """The address if it is a port of this machine; whatever is public leads to the usual one."""
    parts = urlsplit(address)
    return address if parts.scheme == "http" and parts.hostname in HERE and parts.port else otherwise


def _require_free(address: str, setting: str) -> None:
    port = urlsplit(address).port or 0
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            said = f"port {port} is taken by {told(port)}, or choose another port: {setting}=http://127.0.0.1:…"
            raise Failure(said) from error


async def _prepare(found: Settings) -> None:
    if await standing(found) in (Standing.EMPTY, Standing.BEHIND):
        await upgrade_now(found)
    async with open_sessions(found) as sessions, sessions() as session:
        people = (await session.execute(select(func.count()).select_from(table_of(Staff)))).scalar_one()
    if not people:
        await write_seed(found, 1)


def _together(parts: Sequence[Part], at: Addresses, log: Path) -> None:
    """Run all of them until one ends or somebody says stop; then end the others. What they log goes to `log`. They
    end as well when this process is killed: nobody would be left to start again what fails.
    """
    _end_by_signals()
    tether, held = os.pipe()
    try:
        with log.open("wb") as sink:
            running = [_start(part, sink, tether) for part in parts]
        _watch(running, parts, at, log, tether)
    except Failure:
        for line in log.read_text("utf-8", "replace").splitlines()[-LAST_LINES:]:
            complain(line)
        raise
    finally:
        os.close(tether)
        os.close(held)


def _end_by_signals() -> None:
    """A closed terminal ends all as Ctrl-C does, unless somebody wanted it to go on (nohup)."""
    ends = [signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        ends.append(signal.SIGHUP)
    for number in ends:
        signal.signal(number, lambda *_: _interrupt())


def _start(part: Part, sink: IO[bytes], tether: int) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "app.cli.tethered", str(tether), *part.words]
    return subprocess.Popen(words, stderr=sink, pass_fds=(tether, *part.fds))  # noqa: S603 (our own programs)


def _watch(
    running: list[subprocess.Popen[bytes]], parts: Sequence[Part], at: Addresses, log: Path, tether: int
) -> None:
    """Wait for the end. A part that somebody kills comes back: that no call is lost by it can be tried here."""
    try:
        _await_ready(running, at)
        _tell(at, log)
        while all(process.poll() in (None, -signal.SIGKILL) for process in running):
            for place, process in enumerate(running):
                if process.poll() == -signal.SIGKILL:
                    say(f"{parts[place].name} was killed; it is started again")
                    with log.open("ab") as sink:
                        running[place] = _start(parts[place], sink, tether)
            time.sleep(0.3)
    except KeyboardInterrupt:
        with suppress(OSError):  # the terminal may be gone
            say("")
    finally:
        for process in running:
            if process.poll() is None:
                process.terminate()
        for process in running:
            process.wait(15)
    for (name, *_), process in zip(parts, running, strict=True):
        if process.returncode not in (0, -signal.SIGTERM, -signal.SIGINT, -signal.SIGKILL):
            raise Failure(f"{name} ended by itself with code {process.returncode}; see {log}")


def _interrupt() -> None:
    raise KeyboardInterrupt


def _await_ready(running: Sequence[subprocess.Popen[bytes]], at: Addresses) -> None:
    give_up = time.monotonic() + READY_S
    waiting = [f"{at.service}/readyz", f"{at.carrier}/healthz"]
    while waiting:
        if any(process.poll() is not None for process in running) or time.monotonic() > give_up:
            raise Failure(f"not up: {waiting[0]}; is the port free?")
        try:
            urllib.request.urlopen(waiting[0], timeout=2).close()  # noqa: S310 (a fixed http address of this machine)
            waiting.pop(0)
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)


def _tell(at: Addresses, log: Path) -> None:
    say("The hotline is up. 热线已启动。")
    say(f"  phone 电话      {at.carrier}/   ← call from here 从这里拨打")
    say(f"  console 坐席    {at.service}/console")
    say(f"  on site 现场    {at.service}/field")
    say(f"  wallboard 大屏  {at.service}/wallboard")
    say(f"  web chat 网聊   {at.service}/chat")
    say(f"  password 密码   {DEMO_PASSWORD}")
    say("  log-ins 账号    " + ", ".join(f"{agent_no} {role}" for agent_no, _, role, *_ in PEOPLE))
    for story in STORIES:
        if story.caller:
            say(f"  call as {story.caller:<15} {story.title_zh} · {story.title_en}")
    say(f"  log 日志        {log}")
    say('  in a terminal 在终端: ./run dial --keys "2 1"    stop 停止: Ctrl-C')
