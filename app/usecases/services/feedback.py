"""Complaints, tip-offs, suggestions, opinions, praise."""

from __future__ import annotations

from typing import Any

from app.domain.orders import opening
from app.domain.orders.kinds import Complaint, OrderType, Tipoff
from app.domain.orders.placing import of_account
from app.domain.orders.written import Place, Reporter, Rules, Said
from app.usecases.run_turn import Answer
from app.usecases.services.asking import Ask


async def complaint(ask: Ask) -> Answer:
    """`order.open_complaint`."""
    subtype = ask.text("subtype")
    opened = opening.open_complaint(
        *await _given(ask),
        subtype=subtype if subtype in list(Complaint) else Complaint.UNSORTED,
        anonymous=_sealed(ask),
    )
    return await ask.done("opened", opened)


async def tipoff(ask: Ask) -> Answer:
    """`order.open_tipoff`. The contact is restricted with it: its story must not show what the order hides."""
    subtype = ask.text("subtype")
    opened = opening.open_tipoff(
        *await _given(ask),
        subtype=subtype if subtype in list(Tipoff) else Tipoff.CONDUCT,
        anonymous=_sealed(ask),
    )
    return await ask.done("opened", opened, contact={"restricted": "tipoff"})


async def suggestion(ask: Ask) -> Answer:
    """`order.open_suggestion`."""
    return await _simple(ask, OrderType.SUGGESTION)


async def opinion(ask: Ask) -> Answer:
    """`order.open_opinion`."""
    return await _simple(ask, OrderType.OPINION)


async def praise(ask: Ask) -> Answer:
    """`order.open_praise`."""
    return await _simple(ask, OrderType.PRAISE)


async def _simple(ask: Ask, order_type: OrderType) -> Answer:
    opened = opening.open_simple(
        order_type,
        *await _given(ask),
        anonymous=_sealed(ask),
    )
    return await ask.done("opened", opened)


async def _given(ask: Ask) -> tuple[str, Reporter, Place, Said, Rules, int]:
    """What every kind begins with: a number, who tells what about which place, the rules as they hold now."""
    place = Place() if ask.flag("anonymous") else await of_account(ask.session, ask.text("account_no"))
    return await ask.tools.numbers.take(), ask.reporter(), place, ask.said(), await ask.rules(), ask.now


def _sealed(ask: Ask) -> str | None:
    number: Any = ask.text("contact_phone") or ask.caller
    return ask.tools.seal.close(number) if ask.flag("anonymous") else None
