"""The demo as a newcomer meets it when something is in the way."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from app.cli.console import Failure
from app.cli.demo import Addresses, Part, _here, _require_free, _together


def test_a_part_that_ends_leaves_its_last_words_on_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = Part("the carrier", ["local_carrier", "serve", "--faults", "none of them"])
    with pytest.raises(Failure, match=r"not up|ended by itself"):
        _together([broken], Addresses("http://127.0.0.1:1", "http://127.0.0.1:1"), tmp_path / "demo.log")
    assert "--faults: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("setting", "listens"),
    [
        ("http://127.0.0.1:8100", "http://127.0.0.1:8100"),
        ("https://hotline.example.org", "http://127.0.0.1:8000"),
        ("http://127.0.0.1", "http://127.0.0.1:8000"),
    ],
)
def test_the_parts_listen_where_the_settings_say_on_this_machine(setting: str, listens: str) -> None:
    assert _here(setting, "http://127.0.0.1:8000") == listens


def test_who_holds_the_port_is_named_where_the_system_tells_it() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Failure, match=rf"port {port} is taken by .*process {os.getpid()}.*SETTING=http"):
            _require_free(f"http://127.0.0.1:{port}", "SETTING")
