"""`hotline demo`, whose service is killed while somebody calls."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.whole.people import Phones
from tests.whole.processes import UP_S, Process, free_port


class Demo:
    """The demo on ports of its own."""

    def __init__(self, folder: Path) -> None:
        self.url, self.carrier_url = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
        environ = {
            "HOTLINE_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/demo.db",
            "HOTLINE_PUBLIC_BASE_URL": self.url,
            "HOTLINE_CARRIER_API_URL": self.carrier_url,
        }
        self._words, self._environ = ("-m", "app.cli", "demo"), environ
        self.process = Process(self._words, environ, folder / "demo.out", self.url, "/readyz")

    def await_up(self) -> None:
        """Until it says where to click; from then on it starts again what is killed."""
        self.process.await_ready()
        give_up = time.monotonic() + UP_S
        while "stop 停止" not in self.process.tail():
            assert time.monotonic() < give_up, self.process.tail()
            time.sleep(0.05)

    def again(self) -> subprocess.CompletedProcess[str]:
        """A second one beside it."""
        environ = {**os.environ, **self._environ}
        return subprocess.run([sys.executable, *self._words], env=environ, capture_output=True, text=True, check=False)

    def kill_service(self) -> None:
        """kill -9 of the service alone."""
        for process in Path("/proc").glob("[0-9]*"):
            words = told(process, "cmdline")
            if b"--fd" in words and self.url.encode() in told(process, "environ"):
                os.kill(int(process.name), signal.SIGKILL)
                return
        raise AssertionError(f"no service:\n{self.process.tail()}")


def told(process: Path, what: str) -> bytes:
    """What the kernel tells of a process of ours; nothing of any other."""
    try:
        return (process / what).read_bytes()
    except OSError:
        return b""


def listens(url: str) -> bool:
    """Whether anybody takes connections there."""
    try:
        socket.create_connection(("127.0.0.1", urlsplit(url).port or 0), timeout=2).close()
    except OSError:
        return False
    return True


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    found = Demo(tmp_path)
    found.process.start()
    try:
        found.await_up()
        yield found
    finally:
        found.process.stop()


@pytest.mark.parametrize("ending", [signal.SIGHUP, signal.SIGKILL], ids=["terminal closed", "killed"])
def test_service_and_carrier_end_with_the_demo_however_it_ends(demo: Demo, ending: signal.Signals) -> None:
    second = demo.again()
    assert second.returncode == 1
    assert "an earlier ./run of this folder, process" in second.stderr
    demo.process.end(ending)
    give_up = time.monotonic() + UP_S
    while listens(demo.url) or listens(demo.carrier_url):
        assert time.monotonic() < give_up, demo.process.tail()
        time.sleep(0.05)


async def test_who_calls_or_presses_a_key_while_the_service_is_killed_waits_and_is_served(demo: Demo) -> None:
    async with Phones(demo.carrier_url) as phones:
        call = await phones.call("+8613800000001")
        await call.press("2")
        demo.kill_service()
        await call.press("1")
        other = await phones.call("+8613800000009")
        assert await call.hears(r"元")
        assert await other.hears("hotline")
        for each in (call, other):
            await each.hang_up()
