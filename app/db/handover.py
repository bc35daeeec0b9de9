"""Write-sets from a command to the service that holds the SQLite file, over a socket beside that file.

Whoever may open the socket (mode 0600) may write; that is the same user who may open the file. A line of JSON for each
unit, a line of JSON for each answer, in order.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlmodel import SQLModel

from app.db import tables
from app.db import write_set as writing
from app.db.tables.base import encode_json
from app.db.write_set import Change, Committed, Insert, Op, OutcomeUnknown, Put, Remove, WriteError, WriteSet, table_of

LINE_LIMIT = 32 << 20
PATH_LIMIT = 100

MODELS: dict[str, type[SQLModel]] = {
    table_of(model).name: model for model in (getattr(tables, name) for name in tables.__all__)
}
ERRORS = {kind.__name__: kind for kind in (writing.Conflict, writing.Fenced, OutcomeUnknown, writing.Unavailable)}


def socket_path(database: Path) -> Path:
    """`FILE.sock` beside the database, or a name in the temporary folder if that is too long for a socket."""
    beside = database.resolve().with_name(database.name + ".sock")
    if len(os.fsencode(beside)) <= PATH_LIMIT:
        return beside
    digest = hashlib.sha256(os.fsencode(beside)).hexdigest()[:24]
    return Path(tempfile.gettempdir()) / f"hotline-{os.getuid()}-{digest}.sock"


def _is_own(path: Path) -> bool:
    return path.stat().st_uid in (os.getuid(), 0) or os.getuid() == 0


async def serve(path: Path, commit: Callable[[WriteSet], Awaitable[Committed]]) -> asyncio.Server:
    """Take write-sets at this socket; the caller holds the lock of the database, so a socket there is a dead one's.

    Close the server that is returned, and unlink the path, when the database closes.
    """

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                writer.write(encode_json(await _carry_out(line, commit)).encode() + b"\n")
                await writer.drain()
        except (ConnectionError, ValueError):
            pass
        finally:
            writer.close()

    old = os.umask(0o177)
    try:
        return await asyncio.start_unix_server(answer, path, limit=LINE_LIMIT)
    finally:
        os.umask(old)


async def _carry_out(line: bytes, commit: Callable[[WriteSet], Awaitable[Committed]]) -> dict[str, Any]:
    try:
        done = await commit(decode(json.loads(line)))
    except WriteError as error:
        return {"error": type(error).__name__, "message": str(error)}
    except (ValueError, KeyError, TypeError) as error:
        return {"error": "WriteError", "message": f"not understood: {type(error).__name__}: {error}"}
    return {"won": done.won}


class Handover:
    """The command's end. `commit` behaves like the database's, but for units without a stored reply."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._turn = asyncio.Lock()

    @classmethod
    async def connect(cls, path: Path) -> Handover | None:
        """Connect to the running service; None = none is listening there."""
        try:
            if not _is_own(path):
                return None
            reader, writer = await asyncio.open_unix_connection(path, limit=LINE_LIMIT)
        except OSError:
            return None
        return cls(reader, writer)

    async def commit(self, write_set: WriteSet) -> Committed:
        """Have the service write one unit; raises as the service's database does."""
        async with self._turn:
            try:
                self._writer.write(encode_json(encode(write_set)).encode() + b"\n")
                await self._writer.drain()
                line = await self._reader.readline()
            except OSError as error:
                raise OutcomeUnknown("the service went away") from error
        if not line:
            raise OutcomeUnknown("the service went away")
        answer = json.loads(line)
        if "error" in answer:
            raise ERRORS.get(answer["error"], WriteError)(answer["message"])
        return Committed(won=answer["won"], reply=None)

    async def close(self) -> None:
        """Hang up."""
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()


async def hand_over(path: Path, write_sets: Sequence[WriteSet]) -> list[Committed]:
    """Have the service at this socket write these units one after the other; `ConnectionError` if none listens."""
    service = await Handover.connect(path)
    if service is None:
        raise ConnectionError(f"nobody listens at {path}")
    try:
        return [await service.commit(write_set) for write_set in write_sets]
    finally:
        await service.close()


def encode(write_set: WriteSet) -> dict[str, Any]:
    """A write-set as JSON values. Replies and fences stay with the service; commands have none."""
    if write_set.reply is not None or write_set.fence is not None:
        raise ValueError("a unit with a reply or a fence cannot be handed over")
    return {"claim": write_set.claim, "ops": [_encode(op) for op in write_set.ops], "rings": write_set.rings}


def _encode(op: Op) -> dict[str, Any]:
    body: dict[str, Any] = {"op": type(op).__name__, "table": table_of(op.table).name}
    if not isinstance(op, Remove):
        body["values"] = dict(op.values)
    if isinstance(op, Change | Remove):
        body["key"] = dict(op.key)
    if isinstance(op, Change):
        body["version"] = op.version
    return body


def decode(body: dict[str, Any]) -> WriteSet:
    """The write-set of these JSON values; `KeyError`, `TypeError` or `ValueError` if they are none."""
    return WriteSet(claim=body["claim"], ops=[_decode(op) for op in body["ops"]], rings=list(body["rings"]))


def _decode(body: dict[str, Any]) -> Op:
    table, kind = MODELS[body["table"]], body["op"]
    named = {*body.get("values", {}), *body.get("key", {})}
    unknown = named - set(table_of(table).columns.keys())
    if unknown:
        raise ValueError(f"{body['table']} has no column {', '.join(sorted(unknown))}")
    if kind == "Insert":
        return Insert(table, body["values"])
    if kind == "Put":
        return Put(table, body["values"])
    if kind == "Change":
        return Change(table, body["key"], body["values"], body["version"])
    if kind == "Remove":
        return Remove(table, body["key"])
    raise ValueError(f"no operation {kind!r}")
