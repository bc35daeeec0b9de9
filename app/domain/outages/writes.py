"""Publishing, revising and ending outages, and who hears of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.db.tables import Outage, OutageArea, OutageNotice, WorkOrder
from app.domain.orders import texts
from app.domain.orders.changing import transition
from app.domain.orders.kinds import ENDED, State
from app.domain.orders.reads import OrderFile
from app.domain.orders.transitions import Refused
from app.domain.orders.written import Actor, Rules, Text, Written
from app.domain.outages.kinds import PUBLIC, OutageKind, OutageState

RESTORED = "restored"
HEARD_MS = 12 * 3_600_000
"""Estimates and restorations go at any hour to those who reported in the last twelve hours."""


def publish(
    outage_no: str,
    kind: str,
    area_codes: Sequence[str],
    cause: str,
    start_at: int,
    eta_at: int | None,
    actor: Actor,
    at: int,
    unit: str | None = None,
) -> Written | Refused:
    """A new outage, known to callers from now on. Area codes are checked by whoever reads them."""
    if kind not in list(OutageKind):
        return Refused("unknown_kind", f"kinds: {', '.join(OutageKind)}")
    if not area_codes:
        return Refused("no_area", "an outage covers one area or more")
    if eta_at is not None and eta_at <= start_at:
        return Refused("wrong_time", "the estimate must lie after the beginning")
    written = Written(outage_no, "outage_published", body={"outage_no": outage_no, "kind": kind, "eta_at": eta_at})
    written.write.insert(
        Outage,
        outage_no=outage_no,
        kind=kind,
        cause=cause,
        state=OutageState.PUBLISHED,
        start_at=start_at,
        eta_at=eta_at,
        published_at=at,
        published_by=actor.id,
        unit=unit,
    )
    for code in dict.fromkeys(area_codes):
        written.write.insert(OutageArea, outage_no=outage_no, area_code=code)
    written.body["area_codes"] = list(dict.fromkeys(area_codes))
    written.write.rings.append(f"outage:{outage_no}")
    return written


def revise(
    outage: Outage,
    eta_at: int | None,
    subs: Sequence[WorkOrder],
    told: set[str],
    at: int,
    spoken: Callable[[int, str], str],
) -> Written | Refused:
    """A new estimate (None = being checked), told to all who reported. `spoken(at, lang)` writes an instant.

    After the second slip no time is told without the crew's word: pass None then.
    """
    if outage.state not in PUBLIC:
        return Refused("ended", f"the outage is {outage.state}")
    if eta_at is not None and eta_at <= at:
        return Refused("wrong_time", "the estimate must lie ahead")
    revision = outage.revision + 1
    written = Written(outage.outage_no, "outage_revised", body={"outage_no": outage.outage_no, "eta_at": eta_at})
    written.body |= {"before": outage.eta_at, "revision": revision}
    key = {"outage_no": outage.outage_no}
    written.write.change(Outage, key, outage.version, eta_at=eta_at, revision=revision)
    written.write.rings.append(f"outage:{outage.outage_no}")
    for sub in _hearers(subs, told, at):
        if eta_at is None:
            notice = texts.text("no_estimate", sub.contact_phone or "", sub.lang, "estimate", sub.order_no)
        else:
            when = spoken(eta_at, sub.lang)
            notice = texts.text("estimate", sub.contact_phone or "", sub.lang, "estimate", sub.order_no, time=when)
        _tell(written, outage.outage_no, sub, str(revision), notice, at)
    return written


def restore(
    outage: Outage,
    master: OrderFile | None,
    subs: Sequence[WorkOrder],
    told: set[str],
    actor: Actor,
    rules: Rules,
    at: int,
) -> Written | Refused:
    """Power is back: the master's work is done, all who reported are told, each number once.

    `told` are numbers that were told of the restoration already. Late reports are found by `late_reporters`.
    """
    if outage.state not in PUBLIC:
        return Refused("ended", f"the outage is {outage.state}")
    written = Written(outage.outage_no, "outage_restored", body={"outage_no": outage.outage_no, "reports": len(subs)})
    key = {"outage_no": outage.outage_no}
    written.write.change(Outage, key, outage.version, state=OutageState.RESTORED, restored_at=at)
    written.write.rings.append(f"outage:{outage.outage_no}")
    if master is not None and master.order.state not in (*ENDED, State.RESTORED):
        moved = transition(master, State.RESTORED, "", actor, rules, at)
        if isinstance(moved, Refused):
            return moved
        written.write.extend(moved.write)
        written.body["master"] = master.order.order_no
    tell_restored(written, outage.outage_no, subs, told, at)
    return written


def tell_restored(written: Written, outage_no: str, subs: Sequence[WorkOrder], told: set[str], at: int) -> None:
    """Add the texts of a restoration to those who have not had it."""
    for sub in _hearers(subs, told, at):
        notice = texts.text("restored", sub.contact_phone or "", sub.lang, "restoration", sub.order_no)
        _tell(written, outage_no, sub, RESTORED, notice, at)
    written.body["told"] = len(written.texts)


def _hearers(subs: Sequence[WorkOrder], told: set[str], at: int) -> list[WorkOrder]:
    once: dict[str, WorkOrder] = {}
    for sub in subs:
        if sub.contact_phone and sub.contact_phone not in told and at - sub.created_at <= HEARD_MS:
            once.setdefault(sub.contact_phone, sub)
    return list(once.values())


def _tell(written: Written, outage_no: str, sub: WorkOrder, revision: str, notice: Text, at: int) -> None:
    key = {"outage_no": outage_no, "peer": sub.contact_phone, "revision": revision}
    written.write.put(OutageNotice, **key, order_no=sub.order_no, at=at)
    written.texts.append(notice)
