"""Faults: what explains them, the order, reports of known outages, danger, reconnection."""

from __future__ import annotations

from dataclasses import replace

from app.db.tables import Account, Claim, Outage, WorkOrder
from app.domain.customers.reads import accounts_by_phone
from app.domain.orders import attaching, changing, opening
from app.domain.orders.kinds import AFTER_OUTAGE, ENDED, RECONNECTION, OrderType, State
from app.domain.orders.placing import of_account, of_area
from app.domain.orders.reads import (
    OrderFile,
    filed,
    likely_arrival_min,
    newest_danger,
    newest_fault,
    open_of,
    order_file,
)
from app.domain.orders.transitions import Refused
from app.domain.orders.written import Place, Said, Written
from app.domain.outages.reads import areas_of
from app.domain.outages.rules import absorbs
from app.usecases.run_turn import Answer
from app.usecases.services import bills, outages, progress
from app.usecases.services.asking import Ask

ONE_MATTER_MS = 4 * 3_600_000
SAME_TIME_MS = 10_000
SETTLED = frozenset({State.RESTORED, State.NOT_OURS, *ENDED})
"""Where an urgent order takes in no more: danger told after that is another one."""


async def diagnose(ask: Ask) -> Answer:
    """`fault.diagnose`: one's own open order, then an outage, then a debt that cut the power.

    Of a debt hears who is identified or calls from a number of the account; to anybody else a cut account is like any.
    """
    account = await ask.session.get(Account, ask.text("account_no")) if ask.text("account_no") else None
    numbers = [account.account_no] if account else []
    own = await progress.newest(ask, ask.text("phone"), numbers, OrderType.FAULT)
    if own is not None and not await _outlived(ask, own):
        return Answer("in_flight", progress.naming(own))
    if account is None:
        return Answer("clear")
    outage = await outages.ongoing_at(ask.session, account.area_code, ask.now, ask.tools.absorb_grace_ms)
    if outage is not None:
        return Answer("outage", await outages.naming(ask.session, outage, account.area_code))
    if not await _may_hear_of_debt(ask, account.account_no):
        return Answer("clear")
    debt = await bills.arrears_values(ask, account)
    return Answer("arrears", debt) if bills.is_cut(account, debt["arrears_count"] > 0) else Answer("clear")


async def _may_hear_of_debt(ask: Ask, account_no: str) -> bool:
    if ask.is_identified(account_no):
        return True
    return account_no in {account.account_no for account in await accounts_by_phone(ask.session, ask.caller)}


async def open_fault(ask: Ask) -> Answer:
    """`order.open_fault`. A report of an outage that outlived its estimate becomes an order of its own, same number."""
    account_no = ask.text("account_no")
    before = await newest_fault(ask.session, account_no, ask.caller)
    place = await of_account(ask.session, account_no)
    numbers = [account_no] if account_no else []
    there = await progress.newest(ask, ask.caller, numbers, OrderType.FAULT)
    rules = await ask.rules()
    if there is not None:
        if not await _outlived(ask, there):
            return Answer("already", {"order_no": there.order.order_no})
        detached = changing.detach(there, rules, ask.now)
        if isinstance(detached, Refused):
            return Answer("already", {"order_no": there.order.order_no})
        minutes = await likely_arrival_min(ask.session, there.order.area_type, ask.now)
        detached.values = {**detached.values, "arrive_min": opening.told_arrival(rules, there.order.area_type, minutes)}
        return await ask.done("opened", detached)
    said = Said(ask.text("place_text"), ask.text("place_recording") or None)
    opened = opening.open_fault(
        await ask.tools.numbers.take(),
        ask.reporter(),
        place,
        said,
        rules,
        ask.now,
        likely_min=await likely_arrival_min(ask.session, place.area_type, ask.now),
        scope=ask.text("scope") or None,
        after_outage=ask.flag("after_outage"),
        check=await _is_cut(ask, account_no),
    )
    _claim(ask, opened, "fault", account_no or ask.caller, before)
    return await ask.done("opened", opened)


async def attach(ask: Ask) -> Answer:
    """`outage.attach`."""
    outage = await ask.session.get(Outage, ask.text("outage_no"), populate_existing=True)
    if outage is None:
        return Answer("ended")
    account_no = ask.text("account_no")
    place = await of_account(ask.session, account_no)
    phone = ask.text("contact_phone") or ask.caller
    before = await newest_fault(ask.session, account_no, phone)
    open_orders = await open_of(ask.session, phone=phone, account_nos=[account_no] if account_no else [])
    mine = attaching.mine(open_orders, outage.outage_no)
    if mine is not None:
        return Answer("already", {"order_no": mine.order_no})
    rules = await ask.rules()
    parts: list[Written] = []
    master_no = outage.master_order_no
    if master_no is None:
        codes = await areas_of(ask.session, outage.outage_no)
        master_place = await of_area(ask.session, codes[0] if codes else place.area_code)
        master_no = await ask.tools.numbers.take()
        parts.append(attaching.open_master(master_no, outage, master_place, rules, ask.now))
    number = await ask.tools.numbers.take()
    attached = attaching.attach(number, ask.reporter(), place, Said(), outage, master_no, rules, ask.now)
    if isinstance(attached, Refused):
        return Answer("ended")
    _claim(ask, attached, "fault", account_no or phone, before)
    return await ask.done("attached", *parts, attached)


async def open_emergency(ask: Ask) -> Answer:
    """`order.open_emergency`: one urgent order for one open matter, whatever the number of calls and texts. The
    caller's report that waits with an outage becomes urgent; else a new order."""
    phone = ask.text("contact_phone") or ask.caller
    rules = await ask.rules()
    for order in await open_of(ask.session, phone=phone, order_type=OrderType.FAULT):
        if order.state == State.MERGED:
            urgent = changing.make_urgent(await filed(ask.session, order), rules, ask.now)
            if isinstance(urgent, Written):
                return await _emergency(ask, urgent)
    mine = await (newest_danger(ask.session, phone) if phone else _told_before(ask))
    if mine is not None and mine.state not in SETTLED and ask.now - mine.created_at < ONE_MATTER_MS:
        return await _emergency(
            ask, changing.add_danger(mine, Said(ask.text("text")), ask.now), "known", mine.description
        )
    place = await _hinted_place(ask)
    number = await ask.tools.numbers.take()
    opened = opening.open_emergency(number, ask.reporter(), place, Said(ask.text("text")), rules, ask.now)
    _claim(ask, opened, "danger", phone, mine)
    return await _emergency(ask, opened)


async def _told_before(ask: Ask) -> WorkOrder | None:
    """The danger that was told in this very conversation: whoever writes in a chat has no number to be known by."""
    order_no = ask.learned.get("emergency_no")
    return await ask.session.get(WorkOrder, order_no, populate_existing=True) if order_no else None


async def add_place(ask: Ask) -> Answer:
    """`order.add_place`."""
    file = await order_file(ask.session, ask.text("order_no"))
    if file is None:
        return Answer("error", entry={"reason": "no such order"})
    said = Said(ask.text("place_text"), ask.text("place_recording") or None)
    added = changing.add_place(file, said, ask.now)
    return (
        Answer("error", entry={"reason": added.code}) if isinstance(added, Refused) else await ask.done("added", added)
    )


async def reconnect(ask: Ask) -> Answer:
    """`order.reconnect`."""
    account_no = ask.text("account_no")
    for order in await open_of(ask.session, phone=None, account_nos=[account_no], order_type=OrderType.SERVICE_REQUEST):
        if order.subtype == RECONNECTION:
            return Answer("already", {"order_no": order.order_no})
    if not await _is_cut(ask, account_no):
        return Answer("not_cut")
    place = await of_account(ask.session, account_no)
    number = await ask.tools.numbers.take()
    opened = opening.open_reconnection(number, ask.reporter(), place, await ask.rules(), ask.now)
    _claim(ask, opened, "reconnection", account_no, None)
    return await ask.done("opened", opened)


def _claim(ask: Ask, opened: Written, matter: str, who: str, before: WorkOrder | None) -> None:
    """What is told twice at the same time is read twice at the same time: the second one finds this key taken and
    reads again, now with the order of the first. `before` is the newest of the matter, read before it was looked
    whether one is open: an order that was committed between the two looks would else make a key of its own.
    """
    if who:
        after = before.order_no if before is not None else ""
        opened.write.insert(Claim, key=f"{matter}:{who}:{after}:{ask.now // SAME_TIME_MS}", at=ask.now)


async def _emergency(ask: Ask, written: Written, outcome: str = "opened", before: str = "") -> Answer:
    """`before` is what was told of the same danger earlier, in another call or text."""
    told = ask.text("text") or before
    learned = {**ask.learned, "emergency_no": written.order_no, **({"danger_text": told} if told else {})}
    return await ask.done(outcome, written, contact={"learned": learned})


async def _hinted_place(ask: Ask) -> Place:
    """The place of the caller's one account: in danger nobody waits for it to be confirmed, but the crew is told."""
    contact = ask.talk.contact
    place = await of_account(ask.session, contact.get("account_no"))
    return replace(place, hint=place.known and contact.get("identity") != "verified")


async def _is_cut(ask: Ask, account_no: str) -> bool:
    account = await ask.session.get(Account, account_no) if account_no else None
    return account is not None and bills.is_cut(account, await bills.owes(ask, account))


async def _outlived(ask: Ask, file: OrderFile) -> bool:
    """Whether the report is attached to an outage that no longer explains the dark."""
    order = file.order
    if order.state != State.MERGED or order.outage_no is None or order.subtype == AFTER_OUTAGE:
        return False
    outage = await ask.session.get(Outage, order.outage_no)
    return outage is None or not absorbs(outage, ask.now, ask.tools.absorb_grace_ms)
