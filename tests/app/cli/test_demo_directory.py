"""The demo's directory for the phone page."""

from __future__ import annotations

import json
from pathlib import Path

from app.cli.demo_directory import write
from app.domain.seed.stories import STORIES
from local_carrier.parties.directory import Directory


def test_every_caller_of_the_stories_and_every_colleague_has_a_phone_a_person_answers(tmp_path: Path) -> None:
    path = write(tmp_path / "var" / "directory.json")
    directory = Directory()
    directory.load(str(path))
    assert {story.caller for story in STORIES if story.caller} <= directory.entries.keys()
    caller, colleague = directory.of("+8613800000001"), directory.of("+8613800009001")
    assert (caller.name, caller.name_en, caller.role) == ("本月电费待缴", "a bill to pay", "")
    assert (colleague.name, colleague.role) == ("1001 陈安", "agent")
    assert all(entry.manual and entry.name for entry in directory.entries.values())
    assert len(json.loads(path.read_text(encoding="utf-8"))) == len(directory.entries)
