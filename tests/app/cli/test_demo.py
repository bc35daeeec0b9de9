"""The demo as a newcomer meets it when something is in the way."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from app.cli.console import Failure
from app.cli.demo import _together


def test_a_part_that_ends_leaves_its_last_words_on_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = [sys.executable, "-c", "import sys; sys.exit('the disk is full')"]
    with pytest.raises(Failure, match=r"not up|ended by itself"):
        _together([broken], tmp_path / "demo.log")
    assert "the disk is full" in capsys.readouterr().err
