"""Everything that was asked and done, append-only, in memory and as a JSON-lines file that survives
restarts."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from local_carrier.clock import Clock, DrivenClock

IN_MEMORY = 20_000


class Entry:
    """One line to be: numbered for its party when the thing began, written when its outcome is known."""

    __slots__ = ("at", "data", "kind", "number", "party")

    def __init__(self, at: int, party: str, number: int, kind: str, data: dict[str, Any]) -> None:
        self.at, self.party, self.number, self.kind, self.data = at, party, number, kind, data


class Ledger:
    """Lines are `{seq, at, party, number, kind, …}`: `at` epoch ms, `number` counts within the party.

    Under a driven clock the lines of one instant are written in the order party, number when time moves on,
    so
    the order in which sockets happened to answer does not show.
    """

    def __init__(self, clock: Clock, path: str = "") -> None:
        self._clock = clock
        self._numbers: defaultdict[str, int] = defaultdict(int)
        self._instant: list[Entry] = []
        self._lines: deque[tuple[int, dict[str, Any]]] = deque(maxlen=IN_MEMORY)
        self._path = Path(path) if path else None
        self._file: TextIO | None = None
        self._waiters: list[asyncio.Future[None]] = []
        self.seq = 0
        self.run = 0
        if self._path is not None:
            self._open(self._path)
        if isinstance(clock, DrivenClock):
            clock.on_advance.append(self.flush)

    def _open(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            torn = not path.read_bytes().endswith(b"\n") and path.stat().st_size > 0
            for line in _lines_of(path):
                self.seq = max(self.seq, line["seq"])
                self.run += line["kind"] == "carrier_started"
                self._numbers[line["party"]] = max(self._numbers[line["party"]], line["number"])
                self._lines.append((line["seq"], line))
            if torn:
                # A kill in the middle of a write leaves half a line; it is closed off, not repaired.
                with path.open("a", encoding="utf-8") as file:
                    file.write("\n")
        self._file = path.open("a", encoding="utf-8")

    def begin(self, party: str, kind: str, **data: Any) -> Entry:
        """Reserves the place of something whose outcome comes later; hand it to `finish`."""
        self._numbers[party] += 1
        return Entry(self._clock.now_ms(), party, self._numbers[party], kind, data)

    def finish(self, entry: Entry, **outcome: Any) -> None:
        entry.data.update(outcome)
        if self._clock.driven:
            self._instant.append(entry)
        else:
            self._write(entry)
            if self._file is not None:
                self._file.flush()

    def record(self, party: str, kind: str, **data: Any) -> None:
        """Writes down something that is complete as it happens."""
        self.finish(self.begin(party, kind, **data))

    def flush(self) -> None:
        if self._instant:
            batch, self._instant = self._instant, []
            batch.sort(key=lambda e: (e.at, e.party, e.number))
            for entry in batch:
                self._write(entry)
        if self._file is not None:
            self._file.flush()

    def close(self) -> None:
        self.flush()
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write(self, entry: Entry) -> None:
        self.seq += 1
        line = {
            "seq": self.seq,
            "at": entry.at,
            "party": entry.party,
            "number": entry.number,
            "kind": entry.kind,
            **entry.data,
        }
        self._lines.append((self.seq, line))
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)
        if self._file is not None:
            self._file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")

    def read(self, after: int = 0, limit: int = 1000, **match: str) -> list[dict[str, Any]]:
        """Up to `limit` lines with seq above `after` whose fields equal those given, oldest first."""
        found: list[dict[str, Any]] = []
        for line in self._since(after):
            if all(str(line.get(key)) == value for key, value in match.items()):
                found.append(line)
                if len(found) == limit:
                    break
        return found

    @property
    def waiting(self) -> int:
        """How many wait for the next line."""
        return len(self._waiters)

    def of_call(self, call_sid: str, after: int = 0) -> list[dict[str, Any]]:
        """The lines in memory that speak of a call: its own, and what was asked about it and by whom."""
        return [line for _, line in self._lines if line["seq"] > after and _speaks_of(line, call_sid)]

    def of_texts(self, number: str, after: int = 0) -> list[dict[str, Any]]:
        """The lines in memory that speak of the texts of a number."""
        return [line for _, line in self._lines if line["seq"] > after and _speaks_of_texts(line, number)]

    async def grown(self, after: int, wait_s: float) -> None:
        """Returns when there is a line after `after`, at the latest when `wait_s` of real time have passed."""
        if self.seq > after or wait_s <= 0:
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            await asyncio.wait([waiter], timeout=wait_s)
        finally:
            if waiter in self._waiters:
                self._waiters.remove(waiter)

    def _since(self, after: int) -> Iterator[dict[str, Any]]:
        held_from = self._lines[0][0] if self._lines else self.seq + 1
        if self._path is not None and after + 1 < held_from:
            if self._file is not None:
                self._file.flush()
            yield from (line for line in _lines_of(self._path) if line["seq"] > after)
            return
        first = max(0, after + 1 - held_from)
        for index in range(first, len(self._lines)):
            if self._lines[index][0] > after:
                yield self._lines[index][1]


def _speaks_of(line: dict[str, Any], call_sid: str) -> bool:
    if line.get("call_sid") == call_sid or ["CallSid", call_sid] in map(list, line.get("params", ())):
        return True
    if line["kind"] != "rest":
        return False
    reply = line.get("reply")
    made = isinstance(reply, dict) and call_sid in (reply.get("sid"), reply.get("call_sid"))
    return made or call_sid in line["path"]


def _speaks_of_texts(line: dict[str, Any], number: str) -> bool:
    names = dict(line.get("params", ()))
    if line["kind"] == "rest":
        return "/Messages" in line["path"] and names.get("To") == number
    return line["party"] == number and ("message_sid" in line or "MessageSid" in names)


def _lines_of(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8", errors="replace") as file:
        for text in file:
            try:
                line = json.loads(text)
            except ValueError:
                continue
            if isinstance(line, dict) and {"seq", "kind", "party", "number"} <= line.keys():
                yield line
