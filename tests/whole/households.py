"""As many ordinary households as a long round needs, brought in as a utility's own files."""

from __future__ import annotations

from tests.whole.rig import System

CUSTOMERS = "customer_no,name,kind,trade_mode,relation,address,email,lang,sensitive\n"
ACCOUNTS = "account_no,customer_no,address,area_code,user_class,tariff,prepay,status,relay,phones\n"
BILLS = "account_no,month,kwh,amount_yuan,paid_yuan,issued_on,due_on\n"


async def move_in(system: System, wanted: int) -> None:
    """Import `wanted` customers with one account, one phone and one bill each, over the areas that have people."""
    areas = [str(row["area_code"]) for row in await system.rows("SELECT DISTINCT area_code FROM accounts ORDER BY 1")]
    people = range(1, wanted + 1)
    _bring(
        system, "customers", CUSTOMERS, [f"T{n},户主{n},person,individual,current,试验路{n}号,,zh-CN," for n in people]
    )
    accounts = [
        f"97{n:08},T{n},试验路{n}号,{areas[n % len(areas)]},residential,residential,post,active,closed,+86138001{n:05}"
        for n in people
    ]
    _bring(system, "accounts", ACCOUNTS, accounts)
    _bring(system, "bills", BILLS, [f"97{n:08},2026-10,100,54.00,0,2026-11-01,2026-12-31" for n in people])


def _bring(system: System, kind: str, header: str, rows: list[str]) -> None:
    file = system.folder / f"{kind}.csv"
    file.write_text(header + "\n".join(rows) + "\n", encoding="utf-8")
    done = system.hotline("import", kind, str(file))
    if done.returncode:
        raise RuntimeError(f"the households were not taken: {done.stderr[:2000]}")
