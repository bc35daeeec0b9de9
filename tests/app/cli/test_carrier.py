"""`hotline carrier`: the local carrier alone, its own options included."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from app.cli.local_carrier import carrier_here, running_at


def test_options_of_the_carrier_are_handed_on(tmp_path: Path) -> None:
    directory = tmp_path / "directory.json"
    directory.write_text('[{"address": "+15550100001", "name": "Wang"}]', encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["-m", "app.cli", "carrier", "--port", str(port), "--app-url", "http://127.0.0.1:9"]
    running = subprocess.Popen(
        [sys.executable, *words, "--directory", str(directory)], stdout=subprocess.PIPE, text=True, cwd=tmp_path
    )
    try:
        assert running.stdout is not None
        assert running.stdout.readline() == f"phone: http://127.0.0.1:{port}/   application: http://127.0.0.1:9\n"
        while running.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/control/directory") as answer:
                    assert json.load(answer)["items"][0]["name"] == "Wang"
                break
            except OSError:
                time.sleep(0.05)
        assert running.poll() is None
    finally:
        running.terminate()
        running.communicate(timeout=30)


@pytest.mark.parametrize(
    ("setting", "rung"),
    [("http://127.0.0.1:8011", "http://127.0.0.1:8011"), ("https://api.example.org", "http://127.0.0.1:8001")],
)
def test_the_phone_in_the_terminal_rings_at_the_carrier_of_the_settings_on_this_machine_only(
    setting: str, rung: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_CARRIER_API_URL", setting)
    assert carrier_here() == rung


def test_the_phone_in_the_terminal_finds_the_running_demo_of_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/hotline.db")
    for env in ("demo", "production"):
        monkeypatch.setenv("HOTLINE_ENV", env)
        with running_at(tmp_path, "http://127.0.0.1:8121"):
            assert carrier_here() == "http://127.0.0.1:8121"
        assert carrier_here() == "http://127.0.0.1:8001"
