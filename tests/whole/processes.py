"""Processes of the system under test: started with their own environment, killed by their own id."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path

UP_S = 150.0


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """One program of ours with a log file; `url` is asked at `ready` until it answers."""

    def __init__(self, words: Sequence[str], environ: Mapping[str, str], log: Path, url: str, ready: str) -> None:
        self._words = [sys.executable, *words]
        self._environ = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
        self._environ |= environ
        self.log = log
        self.url = url
        self._ready = ready
        self._running: subprocess.Popen[bytes] | None = None
        self._standbys: deque[tuple[subprocess.Popen[bytes], Path]] = deque()
        self._made = 0

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._running is not None and self._running.poll() is None

    @property
    def exit_code(self) -> int | None:
        """How it ended; None while it runs."""
        return None if self._running is None else self._running.poll()

    def start(self, **environ: str) -> None:
        """Start it, with these variables besides its own; one that stands by takes over at once."""
        if not self._standbys:
            self._running = self._spawn(self._words, environ)
            return
        self._running, _ = self._standbys.popleft()
        assert self._running.stdin is not None
        self._running.stdin.close()

    def stand_by(self, module: str, **environ: str) -> None:
        """Have another life loaded, as far as importing `module`, waiting to be started."""
        self._made += 1
        loaded = self.log.with_suffix(f".loaded{self._made}")
        waiting = f"""import sys, {module}; open({str(loaded)!r}, "w").close(); sys.stdin.read()
from app.cli import main; sys.exit(main(sys.argv[1:]))"""
        made = self._spawn([sys.executable, "-c", waiting, *self._words[3:]], environ)
        self._standbys.append((made, loaded))

    @property
    def standing_by(self) -> int:
        """How many are loaded and wait."""
        return sum(loaded.exists() for _, loaded in self._standbys)

    def _spawn(self, words: Sequence[str], environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                words,
                env={**self._environ, **environ},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def await_ready(self) -> None:
        """Until it answers 200."""
        give_up = time.monotonic() + UP_S
        while not self.is_ready():
            if not self.alive or time.monotonic() > give_up:
                raise AssertionError(f"{self._words} is not up:\n{self.tail()}")
            time.sleep(0.02)

    def is_ready(self) -> bool:
        """Whether it answers 200 now."""
        try:
            with urllib.request.urlopen(self.url + self._ready, timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        while self._standbys:
            waiting, _ = self._standbys.popleft()
            waiting.kill()
            waiting.wait()
        self._end(signal.SIGTERM)

    def pause(self) -> None:
        """Freeze it."""
        assert self._running is not None
        self._running.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it run again."""
        assert self._running is not None
        self._running.send_signal(signal.SIGCONT)

    def tail(self, lines: int = 40) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-lines:])

    def _end(self, how: signal.Signals) -> None:
        if self._running is None:
            return
        if self._running.poll() is None:
            self._running.send_signal(how)
        try:
            self._running.wait(20)
        except subprocess.TimeoutExpired:
            self._running.kill()
            self._running.wait(20)
