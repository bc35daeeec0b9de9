"""A shift's summary: what is counted, how it is drafted. Pure: rows go in as facts, instants are milliseconds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.survey import AGGREGATE_FROM, mean_hundredths

EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class TalkedFact:
    """A contact that this agent spoke in during the shift. `category` is what the caller came with, `disposition` how
    it was concluded (`transferred` for one that went on to somebody else), None while it is not."""

    contact_id: str
    channel: str
    peer: str
    talk_ms: int
    disposition: str | None
    category: str


@dataclass(frozen=True, slots=True)
class PromiseFact:
    """A clock of an order of this agent; `met_at` None = not met by the end of what is known."""

    order_no: str
    started_at: int
    due_at: int
    met_at: int | None
    stopped_at: int | None = None


@dataclass(frozen=True, slots=True)
class OpenFact:
    """An order that is still open, with the limit that comes next."""

    order_no: str
    type: str
    due_at: int | None


@dataclass(frozen=True, slots=True)
class ShiftFacts:
    """Everything that one agent did in one shift [from_ms, to_ms), as far as it is known at `now_ms`."""

    from_ms: int
    to_ms: int
    now_ms: int
    talked: Sequence[TalkedFact] = ()
    offers: Mapping[str, int] = field(default_factory=dict)
    orders: Sequence[str] = ()
    promises: Sequence[PromiseFact] = ()
    scores: Sequence[int] = ()
    open_orders: Sequence[OpenFact] = ()


def counts(facts: ShiftFacts) -> dict[str, Any]:
    """The counts of the contract.

    answered: contacts spoken in · missed, declined: offers that ended so · wrapped: contacts with a disposition,
    `dispositions` how many of each · promises: clocks begun in the shift, kept in it, and broken in it ·
    repeat_callers: numbers spoken with more than once · surveys: answers of the shift, mean rounded to hundredths, null
    without any.
    """
    callers = Counter(talk.peer for talk in facts.talked if talk.peer)
    mean = mean_hundredths(facts.scores)
    return {
        "answered": len(facts.talked),
        "missed": facts.offers.get("expired", 0),
        "declined": facts.offers.get("declined", 0),
        "wrapped": sum(talk.disposition is not None for talk in facts.talked),
        "dispositions": _sorted(Counter(talk.disposition for talk in facts.talked if talk.disposition)),
        "talk_s": (sum(talk.talk_ms for talk in facts.talked) + 500) // 1000,
        "by_channel": _sorted(Counter(talk.channel for talk in facts.talked)),
        "orders": _sorted(Counter(facts.orders)),
        "promises": _promises(facts),
        "surveys": {"n": len(facts.scores), "mean": None if mean is None else mean / 100},
        "repeat_callers": sum(1 for times in callers.values() if times > 1),
    }


def _promises(facts: ShiftFacts) -> dict[str, int]:
    now = min(facts.now_ms, facts.to_ms)
    made = met = broken = 0
    for promise in facts.promises:
        made += facts.from_ms <= promise.started_at < facts.to_ms
        kept = promise.met_at is not None and promise.met_at <= promise.due_at
        if kept:
            assert promise.met_at is not None
            met += facts.from_ms <= promise.met_at < facts.to_ms
        elif promise.stopped_at is None or promise.stopped_at > promise.due_at:
            broken += facts.from_ms <= promise.due_at < now
    return {"made": made, "met": met, "broken": broken}


def feedback(talked: Iterable[TalkedFact], lang: str) -> list[dict[str, Any]]:
    """What callers came with, the commonest first, each with a few contacts as examples."""
    by_category: dict[str, list[str]] = {}
    for talk in talked:
        by_category.setdefault(talk.category, []).append(talk.contact_id)
    ordered = sorted(by_category.items(), key=lambda item: (-len(item[1]), item[0]))
    return [
        {
            "category": category,
            "n": len(ids),
            "text": _line(category, len(ids), lang),
            "contact_ids": ids[:EXAMPLES],
        }
        for category, ids in ordered
    ]


def draft(facts: ShiftFacts, lang: str) -> str:
    """The text that the agent only has to confirm: one paragraph, so that no screen breaks it where it should not."""
    figures = counts(facts)
    promises, surveys = figures["promises"], figures["surveys"]
    words = WORDS["zh" if lang.startswith("zh") else "en"]
    lines = [words["served"].format(**figures, talked=_length(figures["talk_s"], words))]
    common = feedback(facts.talked, lang)[:EXAMPLES]
    if common:
        lines.append(words["about"].format(list=words["comma"].join(item["text"] for item in common)))
    if promises["made"] or promises["met"] or promises["broken"]:
        lines.append(words["promises"].format(**promises))
    if surveys["n"]:
        said = "surveys" if surveys["n"] >= AGGREGATE_FROM else "few_surveys"
        lines.append(words[said].format(**surveys))
    if facts.open_orders:
        numbers = words["comma"].join(order.order_no for order in facts.open_orders)
        lines.append(words["open"].format(n=len(facts.open_orders), list=numbers))
    return words["space"].join(lines)


def _length(seconds: int, words: Mapping[str, str]) -> str:
    """Hours, minutes and seconds, the parts that are nothing left out; under an hour to the second."""
    minutes, s = divmod(seconds, 60)
    h, m = divmod(minutes, 60)
    parts = [(h, "hours"), (m, "minutes"), (0 if h else s, "seconds")]
    named = [words[name].format(n=n) for n, name in parts if n]
    return " ".join(named) or words["seconds"].format(n=0)


def _line(category: str, n: int, lang: str) -> str:
    names = SUBJECTS.get(category)
    chinese = lang.startswith("zh")
    name = names[0 if chinese else 1] if names else category
    return f"{name}{n}件" if chinese else f"{name}: {n}"


def _sorted(counter: Counter[str]) -> dict[str, int]:
    return {name: counter[name] for name in sorted(counter)}


WORDS = {
    "zh": {
        "served": "本班接待{answered}件，通话 {talked}，未接{missed}次，拒接{declined}次。",
        "about": "来电主要为：{list}。",
        "promises": "承诺新增{made}项，兑现{met}项，超时{broken}项。",
        "surveys": "评价{n}份，平均{mean}分。",
        "few_surveys": "评价{n}份。",
        "open": "未办结{n}件：{list}。",
        "comma": "、",
        "space": "",
        "hours": "{n} 小时",
        "minutes": "{n} 分",
        "seconds": "{n} 秒",
    },
    "en": {
        "served": "Served {answered}, talked {talked}, missed {missed}, declined {declined}.",
        "about": "Mostly: {list}.",
        "promises": "Promises made {made}, kept {met}, broken {broken}.",
        "surveys": "Surveys {n}, mean {mean}.",
        "few_surveys": "Surveys {n}.",
        "open": "Open {n}: {list}.",
        "comma": ", ",
        "space": " ",
        "hours": "{n} h",
        "minutes": "{n} min",
        "seconds": "{n} s",
    },
}
SUBJECTS = {
    "fault": ("故障报修", "fault"),
    "complaint": ("投诉", "complaint"),
    "tipoff": ("举报", "tip-off"),
    "suggestion": ("建议", "suggestion"),
    "opinion": ("意见", "opinion"),
    "praise": ("表扬", "praise"),
    "consult": ("咨询", "consultation"),
    "service_request": ("服务申请", "service request"),
    "emergency": ("紧急情况", "emergency"),
    "inquiry": ("咨询查询", "enquiry"),
    "nuisance": ("骚扰来电", "nuisance"),
    "other": ("其他", "other"),
}
"""Names of what callers come with: types of orders, and what needs none. How it was concluded is no subject."""
