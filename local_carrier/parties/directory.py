"""Who can be called, and what happens when somebody does."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from local_carrier.parties.script import Script

ANSWERED_BY = ("human", "machine_start", "machine_end_beep", "fax", "unknown")
REFUSALS = ("", "busy", "failed", "rejected")


@dataclass(frozen=True, slots=True)
class Entry:
    """One address: a number, `client:NAME` or `sip:…`.

    `answer_after_s` None rings until the caller gives up; `manual` rings until a person answers over the
    control
    API; `refuse` turns the call down at once. `name_en` is what the phone page shows in English; `role` says that this
    is a phone of the hotline's own people, and whose.
    """

    address: str
    name: str = ""
    language: str = ""
    note: str = ""
    name_en: str = ""
    role: str = ""
    answer_after_s: float | None = 1.0
    manual: bool = False
    refuse: str = ""
    answered_by: str = "human"
    script: Script = field(default_factory=Script)

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "script": self.script.to_json()}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Entry:
        """Raises ValueError that says what is wrong."""
        known = {f.name for f in fields(cls)}
        if unknown := sorted(set(data) - known):
            raise ValueError(f"unknown field: {', '.join(unknown)}; known: {', '.join(sorted(known))}")
        if not isinstance(data.get("address"), str) or not data["address"]:
            raise ValueError("address must be a number, client:NAME or sip:…")
        if data.get("refuse", "") not in REFUSALS:
            raise ValueError(f"refuse must be one of {', '.join(REFUSALS[1:])}")
        after_s = data.get("answer_after_s", 1.0)
        if after_s is not None and (not isinstance(after_s, int | float) or not 0 <= after_s <= 600):
            raise ValueError("answer_after_s must be a number of seconds from 0 to 600, or null")
        return cls(**{**data, "script": Script.from_json(data.get("script"))})


class Directory:
    """Addresses in it answer after a second unless they say otherwise; any other number rings out."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}

    def load(self, path: str) -> None:
        """Reads a JSON list of entries; raises ValueError naming the entry that is wrong."""
        listed = json.loads(Path(path).read_text(encoding="utf-8"))
        for index, item in enumerate(listed):
            try:
                self.put(Entry.from_json(item))
            except ValueError as problem:
                raise ValueError(f"{path}: entry {index}: {problem}") from problem

    def put(self, entry: Entry) -> None:
        self.entries[entry.address] = entry

    def remove(self, address: str) -> bool:
        return self.entries.pop(address, None) is not None

    def of(self, address: str) -> Entry:
        """How that address behaves: a client that never registered is not there, a number just rings."""
        found = self.entries.get(address.partition("?")[0])
        if found is not None:
            return found
        absent = not address.startswith("+") and not address[:1].isdigit()
        return Entry(address, answer_after_s=None, refuse="failed" if absent else "")
