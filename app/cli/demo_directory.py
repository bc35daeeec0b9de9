"""The local carrier's directory for the demo: who there is to call as, and whose phones ring."""

from __future__ import annotations

import json
from pathlib import Path

from app.domain.seed.people import PEOPLE
from app.domain.seed.stories import STORIES, mobile


def entries() -> list[dict[str, object]]:
    """One entry a number, customers first; a person answers each of them on the phone page."""
    found: dict[str, dict[str, object]] = {}
    for story in STORIES:
        if story.caller is not None and story.caller not in found:
            found[story.caller] = {"name": story.title_zh, "name_en": story.title_en, "language": story.lang}
    for position, (agent_no, name, role, *_) in enumerate(PEOPLE):
        found[mobile(9_001 + position)] = {"name": f"{agent_no} {name}", "role": role, "language": "zh-CN"}
    return [{"address": address, "manual": True, **entry} for address, entry in found.items()]


def write(path: Path) -> Path:
    """Writes the directory anew; the demo's people and stories are those of this version."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(entries(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path
