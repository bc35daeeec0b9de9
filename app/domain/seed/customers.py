"""Customers with their accounts, phones and a year of bills."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from app.db.tables import Account, AccountPhone, Bill, Customer
from app.domain.billing.tariffs import Tariff, energy_cost_fen
from app.domain.seed.areas import transformers
from app.domain.seed.rows import SeedRow
from app.domain.seed.stories import STORIES, Story, account_no, customer_no, mobile

COUNT = 300
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
GIVEN = "安宁平和静远明朗思齐若水景行怀瑾知微清扬承志"
WORKS = ("机械厂", "食品厂", "物业公司", "农业合作社", "商店")
MONTHS = 12
ARREARS_SHARE = 0.05
UNPAID_SHARE = 0.3


def customers(random: Random, today: date, tariffs: Mapping[str, Tariff]) -> Iterator[SeedRow]:
    """The customers of the stories first, then the others."""
    for story in STORIES:
        yield from _story(random, story, today, tariffs)
    for number in range(len(STORIES) + 1, COUNT + 1):
        yield from _anybody(random, number, today, tariffs)


def _story(random: Random, story: Story, today: date, tariffs: Mapping[str, Tariff]) -> Iterator[SeedRow]:
    owner = story.phone or story.number
    if owner == story.number:
        yield _customer(owner, _name(random), lang=story.lang, sensitive=list(story.sensitive))
    relay = "open" if story.status == "suspended_arrears" else "closed"
    yield _account(random, story.number, owner, story.area, "residential", status=story.status, relay=relay)
    if story.caller is not None:
        yield SeedRow(AccountPhone, {"account_no": story.account_no, "phone": story.caller, "position": 0})
    yield from _bills(random, story.number, "residential", story.unpaid_months, today, tariffs)


def _anybody(random: Random, number: int, today: date, tariffs: Mapping[str, Tariff]) -> Iterator[SeedRow]:
    organization = random.random() < 0.15
    user_class = random.choice(("commercial", "industrial", "agricultural")) if organization else "residential"
    if organization:
        name = f"{_name(random)}{random.choice(WORKS)}"
        trade_mode = "large" if user_class == "industrial" else "intermediary"
        yield _customer(number, name, kind="organization", trade_mode=trade_mode)
    else:
        sensitive = random.choices(([], ["elderly"], ["medical"], ["frequent"]), (90, 6, 2, 2))[0]
        yield _customer(number, _name(random), lang="en" if random.random() < 0.03 else "zh-CN", sensitive=sensitive)
    yield _account(random, number, number, random.choice(transformers()), user_class)
    yield SeedRow(AccountPhone, {"account_no": account_no(number), "phone": mobile(number), "position": 0})
    unpaid = random.choices((0, 1, 3), (1 - UNPAID_SHARE - ARREARS_SHARE, UNPAID_SHARE, ARREARS_SHARE))[0]
    yield from _bills(random, number, user_class, unpaid, today, tariffs)


def _name(random: Random) -> str:
    return random.choice(SURNAMES) + "".join(random.sample(GIVEN, random.choice((1, 2))))


def _customer(number: int, name: str, **values: Any) -> SeedRow:
    defaults = {
        "kind": "person",
        "trade_mode": "individual",
        "relation": "current",
        "address": f"示范路{number}号",
        "email": f"k{number:06}@example.org",
        "lang": "zh-CN",
        "sensitive": [],
    }
    return SeedRow(Customer, {"customer_no": customer_no(number), "name": name, **defaults, **values})


def _account(random: Random, number: int, owner: int, area: str, user_class: str, **values: Any) -> SeedRow:
    home = user_class == "residential"
    defaults = {
        "address": f"示范路{number}号{random.randint(1, 20)}栋{random.randint(101, 1802)}室",
        "tariff": random.choice(("residential", "residential_seasonal")) if home else None,
        "prepay": "post",
        "status": "active",
        "relay": "closed",
    }
    keys = {"account_no": account_no(number), "customer_no": customer_no(owner), "area_code": area}
    return SeedRow(Account, {**keys, "user_class": user_class, **defaults, **values})


def _bills(
    random: Random, number: int, user_class: str, unpaid: int, today: date, tariffs: Mapping[str, Tariff]
) -> Iterator[SeedRow]:
    """The last twelve months, the newest first; the newest `unpaid` of them are not paid.

    A bill is issued on the first of the next month and due on its last day: the newest one is never overdue.
    """
    home = user_class == "residential"
    usual, tariff = (180, tariffs["residential_seasonal"]) if home else (2_600, tariffs["shared"])
    issued = today.replace(day=1)
    for age in range(MONTHS):
        month = (issued - timedelta(days=1)).replace(day=1)
        kwh_hundredths = random.randint(usual * 50, usual * 160)
        amount = energy_cost_fen(tariff, month.month, kwh_hundredths)
        values = {
            "account_no": account_no(number),
            "month": f"{month:%Y-%m}",
            "kwh_hundredths": kwh_hundredths,
            "amount_fen": amount,
            "paid_fen": 0 if age < unpaid else amount,
            "issued_on": issued.isoformat(),
            "due_on": issued.replace(day=monthrange(issued.year, issued.month)[1]).isoformat(),
        }
        yield SeedRow(Bill, values)
        issued = month
