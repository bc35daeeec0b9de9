"""Server processes on one core: started, watched through /proc, ended by their own id."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

TICKS = os.sysconf("SC_CLK_TCK")
UP_S = 40.0


class Server:
    """One server; `words` follow `python`. Its children count as its own."""

    def __init__(self, name: str, words: Sequence[str], environ: Mapping[str, str], url: str, core: int | None) -> None:
        self.name = name
        self.url = url
        self._words = [sys.executable, *words]
        self._environ = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
        self._environ |= environ
        self._core = core
        self._running: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None
        self._path = Path(os.devnull)

    def start(self, log: Path) -> float:
        """Start it and wait until `/readyz` answers 200; seconds until then."""
        began = time.monotonic()
        self._path = log
        self._log = log.open("ab")
        pin = None if self._core is None else {self._core}
        self._running = subprocess.Popen(
            self._words,
            env=self._environ,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            preexec_fn=(lambda: os.sched_setaffinity(0, pin)) if pin else None,
        )
        while not self._ready():
            if self._running.poll() is not None or time.monotonic() - began > UP_S:
                self.stop()
                raise RuntimeError(f"{self.name} is not up:\n{self.tail()}")
            time.sleep(0.01)
        return time.monotonic() - began

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.url.rpartition(":")[2])

    @property
    def pid(self) -> int:
        """Of the first process."""
        assert self._running is not None
        return self._running.pid

    @property
    def cpu_s(self) -> float:
        """Processor time so far, with its children's."""
        return sum(_ticks(pid) for pid in _family(self.pid)) / TICKS

    def memory_kib(self, field: str = "VmRSS") -> int:
        """A line of /proc/PID/status."""
        text = Path(f"/proc/{self.pid}/status").read_text()
        return int(text.split(f"{field}:")[1].split()[0])

    def tail(self) -> str:
        """The end of its log."""
        return self._path.read_text("utf-8", "replace")[-3000:]

    def rest(self, *, limit_s: float = 30.0) -> None:
        """Until it has nothing more to do: below five per cent of the core over 0.4 s."""
        give_up = time.monotonic() + limit_s
        while time.monotonic() < give_up:
            before = self.cpu_s
            time.sleep(0.4)
            if self.cpu_s - before < 0.03:
                return

    def stop(self) -> None:
        """Ask it to end and wait until it has."""
        if self._running is not None and self._running.poll() is None:
            self._running.terminate()
            try:
                self._running.wait(15)
            except subprocess.TimeoutExpired:
                self._running.kill()
                self._running.wait(5)
        if self._log is not None:
            self._log.close()


def _family(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that ended meanwhile
            found += [child for word in (task / "children").read_text().split() for child in _family(int(word))]
    return found


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
