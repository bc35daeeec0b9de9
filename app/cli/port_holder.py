"""Who listens at a port of this machine, as far as the kernel tells it (Linux, programs of the same user)."""

from __future__ import annotations

import os
from pathlib import Path

PROC = Path("/proc")
LISTENS = "0A"


def told(port: int) -> str:
    """The program at the port in words, and how to end it; without a name where none can be found out."""
    pid = _pid_at(port)
    if pid is None:
        return "another program; end it"
    words = _words(pid)
    if _is_of_this_folder(pid, words):
        return f"an earlier ./run of this folder, process {pid}; end it with kill {pid}"
    return f"process {pid} ({' '.join(words)[:60]}); end it"


def _pid_at(port: int) -> int | None:
    sockets = {f"socket:[{inode}]" for inode in _listening(port)}
    pids = sorted(int(each.name) for each in PROC.glob("[0-9]*")) if sockets else []
    return next((pid for pid in pids if _holds(pid, sockets)), None)


def _listening(port: int) -> list[str]:
    found = []
    for table in ("tcp", "tcp6"):
        try:
            lines = (PROC / "net" / table).read_text().splitlines()[1:]
        except OSError:
            continue
        rows = [line.split() for line in lines]
        found += [row[9] for row in rows if row[3] == LISTENS and row[1].endswith(f":{port:04X}")]
    return found


def _holds(pid: int, sockets: set[str]) -> bool:
    try:
        return any(os.path.realpath(each).rpartition("/")[2] in sockets for each in (PROC / str(pid) / "fd").iterdir())
    except OSError:  # another user's, or gone meanwhile
        return False


def _words(pid: int) -> list[str]:
    try:
        line = (PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return []
    return [os.fsdecode(word) for word in line.split(b"\0") if word]


def _is_of_this_folder(pid: int, words: list[str]) -> bool:
    ours = {"demo", "app.cli", "app.cli.tethered", "local_carrier"}
    try:
        return bool(ours.intersection(words)) and (PROC / str(pid) / "cwd").resolve(strict=True) == Path.cwd()
    except OSError:
        return False
