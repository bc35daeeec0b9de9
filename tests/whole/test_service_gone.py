"""What came while no service ran is not lost: it is fetched from the carrier by the one that runs next."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.whole.databases import SqliteDatabases
from tests.whole.people import Phones, until
from tests.whole.rig import System

REPORTER, ACCOUNT = "+8613800000005", "8000000005"
LOOKED = "SELECT at FROM claims WHERE key = 'texts:looked'"


@pytest.mark.timeout(300)
async def test_a_fault_texted_to_nobody_becomes_an_order_and_is_confirmed(tmp_path: Path) -> None:
    system = System(await SqliteDatabases(tmp_path).make(), tmp_path / "system")
    (node,) = system.nodes
    try:
        await asyncio.to_thread(system.start)
        await until(lambda: system.rows(LOOKED), "a first look")
        await asyncio.to_thread(node.kill)
        async with Phones(system.carrier_url) as phones:
            await phones.text(REPORTER, f"BX {ACCOUNT} 家里没电")

            async def given_up() -> bool:
                return bool(await phones.ledger(kind="error", party=REPORTER))

            await until(given_up, "the carrier's word that nobody answered")
            node.start()

            async def confirmed() -> list[str]:
                return await phones.texts(REPORTER)

            (text,) = await until(confirmed, "a confirmation", 90)
            orders = await system.rows("SELECT order_no FROM work_orders WHERE account_no = :no", no=ACCOUNT)
            assert [order["order_no"] in text for order in orders] == [True]
    finally:
        await asyncio.to_thread(system.stop)
