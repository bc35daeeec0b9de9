"""Changing orders: transitions, amendments, urging, detaching. Refusals are values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.db.tables import OrderClock, WorkOrder
from app.db.write_set import WriteSet
from app.domain.orders import clocks, texts
from app.domain.orders.kinds import AFTER_OUTAGE, ENDED, OrderType, State, Urgency
from app.domain.orders.named_place import with_place
from app.domain.orders.opening import danger_alarm
from app.domain.orders.promises import CALLED_BACK, CONTACTED, ESTIMATED
from app.domain.orders.reads import OrderFile
from app.domain.orders.transitions import Refused, refusal
from app.domain.orders.visibility import may_own
from app.domain.orders.written import Actor, Alarm, Rules, Said, TaskAsk, Written
from ivr_flows import hazards

EVENTS = frozenset({CONTACTED, CALLED_BACK, ESTIMATED})
"""What meets a clock without moving the order."""

AMENDABLE = frozenset(
    {
        "description", "address", "place", "area_code", "area_type", "unit", "contact_phone", "contact_name", "level",
        "subtype", "account_no", "customer_no", "owner", "about_agent_no", "about_unit", "released_at", "to_listen",
        "supervised",
    }
)  # fmt: skip
PERSONAL = frozenset({"description", "address", "place", "contact_phone", "contact_name"})
SHOWN = frozenset({State.CREW_ASSIGNED, State.ARRIVED})
"""Of these steps who reported in a chat reads there; nobody is texted of them."""
MOST_WORDS = 4_000
"""Characters that a description grows to by what is told later."""
CLOSES_BY_SILENCE = frozenset({State.RESTORED, State.NOT_OURS})
"""What a crew ends its work with, and what the customer is texted of."""


def transition(
    file: OrderFile,
    to: str,
    note: str,
    actor: Actor,
    rules: Rules,
    at: int,
    *,
    crew_no: str | None = None,
    duplicate_of: str | None = None,
    subs: Sequence[WorkOrder] = (),
    crew_asked: bool = True,
) -> Written | Refused:
    """Move an order by hand. `subs` are the orders merged into it: they end with it.

    A fault that is sent out (`dispatched`) asks for a crew, unless one is being looked for already (`crew_asked`).
    """
    order = file.order
    refused = refusal(order.type, order.state, to, note) or _refused_by_subs(file, to)
    if refused is not None:
        return refused
    target = State(to)
    written = Written(order.order_no, "order_moved", body={"from": order.state, "to": target})
    if note.strip():
        written.private["note"] = note
    values = _entering(file, target, note, rules, at)
    if target is State.CREW_ASSIGNED:
        values["crew_no"] = crew_no or actor.id
        written.body["crew_no"] = values["crew_no"]
    if duplicate_of is not None and target is State.DUPLICATE:
        values["related_no"] = duplicate_of
        written.body["duplicate_of"] = duplicate_of
    _move_clocks(written, file, target, rules, at)
    _change(written.write, order, at, **values)
    if target is State.DISPATCHED and order.type == OrderType.FAULT and not crew_asked:
        written.asks.append(_crew(order, urgent=order.urgency == Urgency.URGENT))
    _follow(written, file, target, at, subs)
    return written


def _refused_by_subs(file: OrderFile, to: str) -> Refused | None:
    if file.sub_count and to in (State.CANCELLED, State.DUPLICATE, State.MERGED):
        return Refused("not_allowed", f"{file.sub_count} orders are merged into this one")
    return None


def _entering(file: OrderFile, target: State, note: str, rules: Rules, at: int) -> dict[str, Any]:
    values: dict[str, Any] = {"state": target, "deadline_at": None}
    if target in (State.RETURNED, State.DISPATCHED, State.REOPENED):
        values |= {"crew_no": None, "arrive_eta_at": None, "restore_eta_at": None}
    if target in CLOSES_BY_SILENCE:
        values["deadline_at"] = at + rules.silent_close_ms
    if target in ENDED:
        values |= {"ended_at": at, "end_reason": note or None}
    if target is State.REOPENED:
        times = file.order.reopened + 1
        values |= {"ended_at": None, "end_reason": None, "reopened": times, "supervised": times > 1}
    if target in (State.REPLIED, State.RESTORED, State.NOT_OURS) and note:
        values["result_text"] = note
    return values


def _move_clocks(written: Written, file: OrderFile, target: State, rules: Rules, at: int) -> None:
    order, write = file.order, written.write
    if target in ENDED:
        met = clocks.meet(write, file.clocks, rules.promises, order.type, target, at)
        clocks.stop(write, file.clocks, at, met)
        return
    if target is State.SUSPENDED:
        clocks.pause(write, file.clocks, at)
        return
    met = clocks.meet(write, file.clocks, rules.promises, order.type, target, at)
    if order.state == State.SUSPENDED:
        rest = [clock for clock in file.clocks if clock.name not in met]
        clocks.resume(write, rest, at)
    reopened = target is State.REOPENED
    if reopened:
        clocks.stop(write, file.clocks, at, met)
    _begin(written, order, None if reopened else target, rules, at, file.clocks, reopened=order.reopened + reopened)


def _begin(
    written: Written,
    order: WorkOrder,
    entered: State | None,
    rules: Rules,
    at: int,
    there: Sequence[OrderClock],
    *,
    reopened: int,
) -> None:
    known = {(clock.name, clock.round) for clock in there}
    names = ("order_no", "type", "subtype", "area_type", "contact_phone")
    row = {name: getattr(order, name) for name in names}
    for clock in clocks.starting(
        rules.promises, row | {"reopened": reopened}, entered, at, rules.calendar, rules.warn_percent
    ):
        if (clock["name"], clock["round"]) not in known:
            written.write.insert(OrderClock, **clock)


def _follow(written: Written, file: OrderFile, target: State, at: int, subs: Sequence[WorkOrder]) -> None:
    order = file.order
    if target in (State.RETURNED, State.REOPENED) and order.type == OrderType.FAULT:
        urgent = order.urgency == Urgency.URGENT
        written.asks.append(_crew(order, urgent=urgent))
    if target is State.REOPENED:
        written.warnings.append(Alarm("reopened", order.order_no, order.order_no, order.unit, order.owner))
    if target in CLOSES_BY_SILENCE:
        texts.tell(written, order, target, "restoration")
    elif target in SHOWN:
        texts.show(written, order, target, target)
    if target is State.ARCHIVED:
        for sub in subs:
            _change(written.write, sub, at, state=State.ARCHIVED, ended_at=at)
        written.body["subs"] = len(subs)


def happened(file: OrderFile, event: str, rules: Rules, at: int) -> Written | Refused:
    """Something that meets a promise without moving the order: `contacted`, `called_back`, `estimated`."""
    if event not in EVENTS:
        return Refused("unknown_event", f"known events: {', '.join(sorted(EVENTS))}")
    written = Written(file.order.order_no, f"order_{event}")
    written.body["met"] = clocks.meet(written.write, file.clocks, rules.promises, file.order.type, event, at)
    written.write.rings.append(f"order:{file.order.order_no}")
    return written


def amend(
    file: OrderFile,
    changes: Mapping[str, Any],
    at: int,
    *,
    rules: Rules,
    owner_units: Sequence[str | None] = (),
    crew_asked: bool = False,
) -> Written | Refused:
    """Change fields of an open order; before and after are kept, personal ones apart. The limits stay as they were.

    A word of danger that comes into an open fault makes it urgent. For a fault that was to be listened to a crew is
    asked for when it has been, unless one is (`crew_asked`); as with every fault, its clock of dispatching runs until
    a crew has it. `owner_units` are unit and team of the owner that `changes` may name.
    """
    order = file.order
    refused = _not_amendable(order, changes, owner_units)
    if refused is not None:
        return refused
    differing = {name: value for name, value in changes.items() if getattr(order, name) != value}
    before_after = {name: {"before": getattr(order, name), "after": value} for name, value in differing.items()}
    private = {*before_after} if order.confidential else PERSONAL & {*before_after}
    written = Written(order.order_no, "order_amended", body={"fields": sorted(differing)})
    written.body["changes"] = {name: pair for name, pair in before_after.items() if name not in private}
    written.private = {"changes": {name: pair for name, pair in before_after.items() if name in private}}
    if not differing:
        return written
    if "address" in differing and _is_hinted(order):
        differing.setdefault("place", None)  # somebody knows better than the caller's number
    danger = _tells_of_danger(order, differing)
    listened = order.type == OrderType.FAULT and differing.get("to_listen") is False and not order.crew_no
    if danger:
        written.body["danger"] = True
        differing |= _urgent(written, file, rules)
    if danger or (listened and not crew_asked):
        written.asks.append(_crew(order, urgent=danger or order.urgency == Urgency.URGENT))
    _change(written.write, order, at, **differing)
    return written


def _not_amendable(order: WorkOrder, changes: Mapping[str, Any], owner_units: Sequence[str | None]) -> Refused | None:
    wrong = sorted(set(changes) - AMENDABLE)
    if wrong:
        return Refused("not_allowed", f"cannot be amended: {', '.join(wrong)}")
    if order.state in ENDED:
        return Refused("ended", f"the order is {order.state}")
    # Naming the owner as the one complained about is the same as giving it to them.
    after = WorkOrder(**{**order.model_dump(), **changes})
    asked = bool({"owner", "about_agent_no", "about_unit"} & {*changes})
    if asked and after.owner is not None and not may_own(after, after.owner, *owner_units):
        return Refused("about_them", "a complaint is not given to those whom it names")
    return None


def _is_hinted(order: WorkOrder) -> bool:
    """Whether the place is only that of the account of the caller's number."""
    return bool((order.place or {}).get("hint"))


def _tells_of_danger(order: WorkOrder, differing: Mapping[str, Any]) -> bool:
    if order.type != OrderType.FAULT or order.urgency == Urgency.URGENT or order.state in CLOSES_BY_SILENCE:
        return False
    texts_of = (f"{differing.get(name) or ''}" for name in ("description", "address"))
    return any(hazards.find(told) for told in texts_of)


def add_place(file: OrderFile, said: Said, at: int) -> Written | Refused:
    """What the caller said of the place, added to an open order; a recording is listened to before a crew goes."""
    order = file.order
    if order.state in ENDED:
        return Refused("ended", f"the order is {order.state}")
    written = Written(order.order_no, "place_added", body={"recorded": said.recording_id is not None})
    values: dict[str, Any] = {}
    if said.text:
        values["address"] = with_place(order.address, said.text, hinted=_is_hinted(order))
        written.private["place"] = said.text
    if said.recording_id is not None:
        values |= {"recording_id": said.recording_id, "to_listen": True}
    if values:
        _change(written.write, order, at, **values)
    urgent = order.urgency == Urgency.URGENT
    if said.recording_id is not None:
        written.asks.append(TaskAsk("listen", "web", "web", order.order_no, order.contact_id, urgent))
    elif said.text and not order.address and order.state == State.ACCEPTED:
        written.asks.append(_crew(order, urgent=urgent))
    return written


def urge(file: OrderFile, rules: Rules, at: int, *, contact_id: str | None) -> Written | Refused:
    """The caller presses. It counts on this order (and so on its master), not before the present step is late,
    at most `urge_limit` times; refused: `closed`, `early`, `limit` (supervised from then on)."""
    order = file.order
    if order.state in ENDED or file.state in (State.RESTORED, State.NOT_OURS, *ENDED):
        return Refused("closed", "the order is done")
    if order.urge_count >= rules.urge_limit:
        return Refused("limit", "urged often enough: a supervisor follows it")
    clock = file.next_clock
    patient = order.urgency != Urgency.URGENT and not order.sensitive
    if patient and clock is not None and at <= clocks.limit_ms(clock):
        return Refused("early", f"{clock.name} is not late yet")
    count = order.urge_count + 1
    written = Written(order.order_no, "order_urged", body={"urge_count": count, "contact_id": contact_id})
    supervised = order.supervised or count >= rules.urge_limit
    _change(written.write, order, at, urge_count=count, supervised=supervised)
    if order.sub_of:
        written.body["master"] = order.sub_of
        written.write.rings.append(f"order:{order.sub_of}")
    if supervised and not order.supervised:
        written.warnings.append(Alarm("urged", order.order_no, order.order_no, order.unit, order.owner))
    return written


def add_danger(order: WorkOrder, said: Said, at: int) -> Written:
    """Danger told once more by the same person: the crew reads the new words too (`fields` names what they changed),
    nobody is rung again, and nothing is promised anew."""
    written = Written(order.order_no, "danger_added", values={"emergency_no": order.order_no})
    if said.text:
        written.private["said"] = said.text
    more = "\n".join(filter(None, (order.description, said.text)))
    if said.text and said.text not in order.description and len(more) <= MOST_WORDS:
        written.body["fields"] = ["description"]
        _change(written.write, order, at, description=more)
    written.write.rings.append(f"order:{order.order_no}")
    return written


def make_urgent(file: OrderFile, rules: Rules, at: int) -> Written | Refused:
    """A new danger on an order: urgent from now on, detached from its master; number and acceptance stay."""
    order = file.order
    if order.type != OrderType.FAULT or order.state in ENDED:
        return Refused("not_open", "only an open fault can become urgent")
    written = Written(order.order_no, "order_made_urgent", values={"emergency_no": order.order_no})
    if order.state in CLOSES_BY_SILENCE:
        return Refused("not_open", f"the order is {order.state}")
    _change(written.write, order, at, **_urgent(written, file, rules))
    if order.address or order.area_code:
        written.asks.append(_crew(order, urgent=True))
    if order.contact_id and order.contact_phone:
        ask = TaskAsk("call_back_if_gone", "emergency", "phone", order.order_no, order.contact_id, urgent=True)
        written.asks.append(ask)
    return written


def _urgent(written: Written, file: OrderFile, rules: Rules) -> dict[str, Any]:
    written.warnings.append(danger_alarm(file.order.order_no, file.order.contact_id))
    values: dict[str, Any] = {"urgency": Urgency.URGENT, "subtype": "danger"}
    return values | _detached(written, file, rules) if file.order.state == State.MERGED else values


def detach(file: OrderFile, rules: Rules, at: int) -> Written | Refused:
    """An attached order becomes one of its own, perhaps not restored; number and acceptance stay."""
    if file.order.state != State.MERGED:
        return Refused("not_allowed", "the order is not attached")
    written = Written(file.order.order_no, "order_detached", values={"order_no": file.order.order_no})
    _change(written.write, file.order, at, subtype=AFTER_OUTAGE, **_detached(written, file, rules))
    written.asks.append(_crew(file.order))
    return written


def _detached(written: Written, file: OrderFile, rules: Rules) -> dict[str, Any]:
    order = file.order
    written.body |= {"detached_from": order.sub_of, "outage_no": order.outage_no}
    _begin(written, order, None, rules, order.created_at, file.clocks, reopened=order.reopened)
    return {"state": State.ACCEPTED, "sub_of": None, "outage_no": None, "related_no": order.sub_of}


def close_silent(file: OrderFile, rules: Rules, at: int, subs: Sequence[WorkOrder] = ()) -> Written | Refused:
    """End an order that nobody has said anything about for as long as was waited."""
    order = file.order
    if order.deadline_at is None or order.deadline_at > at:
        return Refused("changed", "the order does not wait any more")
    return transition(file, State.ARCHIVED, "silent", Actor("system"), rules, at, subs=subs)


def _crew(order: WorkOrder, urgent: bool = False) -> TaskAsk:
    return TaskAsk("dispatch", "field", "field", order.order_no, urgent=urgent, area=order.area_code or "")


def _change(write: WriteSet, order: WorkOrder, at: int, **values: Any) -> None:
    write.change(WorkOrder, {"order_no": order.order_no}, order.version, changed_at=at, **values)
    write.rings.append(f"order:{order.order_no}")
