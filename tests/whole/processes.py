"""Processes of the system under test: started with their own environment, killed by their own id."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

UP_S = 150.0
FORKING = Path(__file__).with_name("forking.py")


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Running(Protocol):
    """A life of a program."""

    def poll(self) -> int | None:
        """None while it runs."""
        ...

    def wait(self, timeout: float) -> int:
        """Until it has ended, else `subprocess.TimeoutExpired`."""
        ...

    def send_signal(self, sig: int) -> None:
        """Nothing happens when it has ended."""
        ...


class Forked:
    """A process that another process began. How it ended is not known: 0 for ended."""

    def __init__(self, process_id: int) -> None:
        self._handle = os.pidfd_open(process_id)

    def close(self) -> None:
        """It is not asked for any more."""
        os.close(self._handle)

    def poll(self) -> int | None:
        """None while it runs."""
        return 0 if select.select([self._handle], [], [], 0)[0] else None

    def wait(self, timeout: float) -> int:
        """Until it has ended."""
        if not select.select([self._handle], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired(str(self._handle), timeout)
        return 0

    def send_signal(self, sig: int) -> None:
        """To this process and no other, whoever may have its id by now."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._handle, sig)


class Process:
    """One program of ours with a log file; `url` is asked at `ready` until it answers."""

    def __init__(self, words: Sequence[str], environ: Mapping[str, str], log: Path, url: str, ready: str) -> None:
        self._words = [sys.executable, *words]
        self._environ = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
        self._environ |= environ
        self.log = log
        self.url = url
        self._ready = ready
        self._running: Running | None = None
        self._loaded: subprocess.Popen[bytes] | None = None

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._running is not None and self._running.poll() is None

    def start(self, **environ: str) -> None:
        """Start it, with these variables besides its own."""
        self._running = self._spawn(self._words, environ)

    def load(self) -> None:
        """Have the program loaded by a process from which further lives are forked."""
        words = [sys.executable, str(FORKING), *self._words[3:]]
        # Which point does not matter: each life is told its own.
        self._loaded = self._spawn(words, {"HOTLINE_FAILPOINT": "none"}, piped=True)
        assert self._loaded.stdout is not None
        assert self._loaded.stdout.readline() == b"loaded\n", self.tail()

    def fork(self, **environ: str) -> None:
        """Start it from what `load` has loaded: as a restart, without the time for loading the program."""
        assert self._loaded is not None
        assert self._loaded.stdin is not None
        assert self._loaded.stdout is not None
        self._loaded.stdin.write(json.dumps(environ).encode() + b"\n")
        self._loaded.stdin.flush()
        if isinstance(self._running, Forked):
            self._running.close()
        self._running = Forked(int(self._loaded.stdout.readline()))

    def arm(self) -> None:
        """From now on the life that `fork` began counts how often it reaches the point named by FAILPOINT_LATER."""
        assert self._running is not None
        self._running.send_signal(signal.SIGUSR1)

    def _spawn(
        self, words: Sequence[str], environ: Mapping[str, str], *, piped: bool = False
    ) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                words,
                env={**self._environ, **environ},
                stdin=subprocess.PIPE if piped else subprocess.DEVNULL,
                stdout=subprocess.PIPE if piped else log,
                stderr=log,
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
        self.end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        self.end(signal.SIGTERM)
        if self._loaded is not None:
            self._loaded.communicate(timeout=20)
            self._loaded = None
        if isinstance(self._running, Forked):
            self._running.close()
            self._running = None

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

    def end(self, how: signal.Signals) -> None:
        """Send it this signal, and wait until it is gone."""
        if self._running is None:
            return
        self._running.send_signal(how)
        try:
            self._running.wait(20)
        except subprocess.TimeoutExpired:
            self._running.send_signal(signal.SIGKILL)
            self._running.wait(20)
