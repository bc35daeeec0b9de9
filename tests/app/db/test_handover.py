"""Commands write through a running service, as if they had the database themselves."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlmodel import select

from app.db.access import open_access
from app.db.committer_sqlite import InUse
from app.db.database import Database
from app.db.handover import Handover, decode, encode, hand_over, serve, socket_path
from app.db.tables import Area, Staff
from app.db.write_set import Conflict, Fence, OutcomeUnknown, Reply, WriteError, WriteSet
from app.settings import Env, Settings
from tests.app.db.test_schema import on, schema


@pytest.fixture
async def at_head(sqlite_url: str) -> Settings:
    await on(sqlite_url, schema.upgrade)
    return Settings(_env_file=None, env=Env.DEMO, database_url=sqlite_url)  # type: ignore[call-arg]


def socket_of(settings: Settings) -> Path:
    assert settings.sqlite_path is not None
    return socket_path(settings.sqlite_path)


@asynccontextmanager
async def service(settings: Settings) -> AsyncIterator[Database]:
    database = await Database.open(settings)
    server = await serve(socket_of(settings), database.commit)
    yield database
    server.close()
    socket_of(settings).unlink(missing_ok=True)
    await database.close()


def new_area(code: str, **values: object) -> WriteSet:
    write_set = WriteSet(rings=[f"area:{code}"])
    write_set.insert(Area, code=code, name="区", kind="city", **values)
    return write_set


async def test_a_unit_is_written_by_the_service_and_heard_there(at_head: Settings) -> None:
    heard: list[str] = []
    async with service(at_head) as database:
        database.on_ring(heard.extend)
        async with open_access(at_head) as access:
            assert access.beside_service
            done = await access.commit(new_area("A"))
            async with access.sessions() as session:
                names = (await session.exec(select(Area.name))).all()
    assert done.won
    assert names == ["区"]
    assert heard == ["area:A"]


async def test_without_a_service_the_command_holds_the_file(at_head: Settings) -> None:
    async with open_access(at_head) as access:
        assert not access.beside_service
        with pytest.raises(InUse):
            async with open_access(at_head):
                pass
        await access.commit(new_area("A"))


async def test_a_dead_service_leaves_no_obstacle(at_head: Settings) -> None:
    database = await Database.open(at_head)
    server = await serve(socket_of(at_head), database.commit)
    server.close()
    await database.close()
    async with open_access(at_head) as access:
        assert not access.beside_service
    async with service(at_head), open_access(at_head) as access:
        assert access.beside_service


async def test_only_the_owner_may_open_the_socket(at_head: Settings) -> None:
    async with service(at_head):
        assert stat.S_IMODE(socket_of(at_head).stat().st_mode) == 0o600


async def test_refusals_come_back_as_what_they_are(at_head: Settings) -> None:
    async with service(at_head), open_access(at_head) as access:
        await access.commit(new_area("A"))
        with pytest.raises(WriteError, match="UNIQUE"):
            await access.commit(new_area("A"))
        stale = WriteSet()
        stale.change(Area, {"code": "A"}, 7, name="other")
        with pytest.raises(Conflict):
            await access.commit(stale)
        await access.commit(new_area("B"))


async def test_a_claim_is_won_once(at_head: Settings) -> None:
    async with service(at_head):
        units = [new_area("A"), new_area("A")]
        for unit in units:
            unit.claim = "user:1"
        done = await hand_over(socket_of(at_head), units)
    assert [one.won for one in done] == [True, False]


async def test_a_service_that_goes_away_leaves_the_outcome_unknown(at_head: Settings, tmp_path: Path) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.close()

    path = tmp_path / "gone.sock"
    server = await asyncio.start_unix_server(hang_up, path)
    found = await Handover.connect(path)
    assert found is not None
    with pytest.raises(OutcomeUnknown):
        await found.commit(new_area("A"))
    await found.close()
    server.close()


@pytest.mark.parametrize(
    "line",
    [
        b"nonsense\n",
        b"[]\n",
        b"\xff\xfe\n",
        b'{"claim": null, "ops": [{"op": "Insert", "table": "sqlite_master", "values": {}}], "rings": []}\n',
        b'{"claim": null, "ops": [{"op": "Drop", "table": "areas", "values": {}}], "rings": []}\n',
        b'{"claim": null, "ops": [{"op": "Put", "table": "areas", "values": {"x; --": 1}}], "rings": []}\n',
    ],
)
async def test_what_is_not_a_unit_is_refused_and_the_service_goes_on(at_head: Settings, line: bytes) -> None:
    async with service(at_head):
        reader, writer = await asyncio.open_unix_connection(socket_of(at_head))
        writer.write(line)
        assert json.loads(await reader.readline())["error"] == "WriteError"
        writer.write(json.dumps(encode(new_area("A"))).encode() + b"\n")
        assert json.loads(await reader.readline()) == {"won": True}
        writer.close()


def test_units_survive_the_wire() -> None:
    write_set = new_area("A")
    write_set.claim = "k"
    write_set.put(Staff, agent_no="1", name="n", role="agent", skills={"en": 1}, modes=["web"], active=False)
    write_set.change(Area, {"code": "A"}, None, name="b")
    write_set.remove(Area, code="A")
    assert decode(json.loads(json.dumps(encode(write_set)))) == write_set


@pytest.mark.parametrize("write_set", [WriteSet(claim="k", reply=Reply("x")), WriteSet(fence=Fence("leader", "me", 1))])
def test_replies_and_fences_stay_with_the_service(write_set: WriteSet) -> None:
    with pytest.raises(ValueError, match="handed over"):
        encode(write_set)


def test_a_path_too_long_for_a_socket_gets_a_short_one(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 90) / "hotline.db"
    assert len(str(socket_path(deep))) < 100
    assert socket_path(deep) != socket_path(deep.with_name("other.db"))
    assert socket_path(Path("/var/h.db")) == Path("/var/h.db.sock")
