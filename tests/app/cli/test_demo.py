"""The demo as a newcomer meets it when something is in the way."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from app.cli.console import Failure
from app.cli.demo import Addresses, Part, _here, _together


def test_a_part_that_ends_leaves_its_last_words_on_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = Part("the service", [sys.executable, "-c", "import sys; sys.exit('the disk is full')"])
    with pytest.raises(Failure, match=r"not up|ended by itself"):
        _together([broken], Addresses("http://127.0.0.1:1", "http://127.0.0.1:1"), tmp_path / "demo.log")
    assert "the disk is full" in capsys.readouterr().err


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
