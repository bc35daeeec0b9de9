"""Seeded random conversations over a release, and which nodes and edges they visited."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from ivr_flows import machine
from ivr_flows.edges import edges
from ivr_flows.effects import Act, Effect, Gather, HangUp, Lookup, Record
from ivr_flows.graph import RETURN, Call, Keyword, Ref, Release
from ivr_flows.inputs import (
    ActResult,
    AgentUnavailable,
    Choice,
    Digits,
    HungUp,
    Input,
    LookupResult,
    QueueLeft,
    QueueTick,
    Recording,
    Silence,
    Speech,
    TalkEnded,
    Text,
)
from ivr_flows.services import SERVICES
from ivr_flows.session import Rejected, Session, Turn
from ivr_flows.variables import FACTS, RESULTS, Var
from tests.ivr_flows.callers import NOON_MS

DIGITS = ("13800000001", "3301000001", "202600000017", "0001", "1234567")


class Explorer:
    """Talks at random, remembers where it has been, and asserts what every turn must hold."""

    def __init__(self, release: Release, seed: int) -> None:
        self.release = release
        self.random = random.Random(seed)
        self.nodes: set[Ref] = set()
        self.pairs: set[tuple[Ref, Ref]] = set()

    def value(self, known: Var) -> Any:
        pick = self.random
        values: dict[str, Any] = {
            "bool": pick.random() < 0.5,
            "int": pick.randrange(1, 200),
            "fen": pick.randrange(1, 100_000),
            "kwh": pick.randrange(1, 100_000),
            "instant": NOON_MS + pick.randrange(-10, 10) * 3_600_000 + 1,
            "month": "2026-08",
            "text": {"zh-CN": "文字", "en": "words"},
            "phone": "+8613800000001",
            "digits": pick.choice(DIGITS),
        }
        if known.type == "enum":
            return pick.choice(known.values)
        if known.type == "list":
            fields = {"fen": 1, "kwh": 1, "month": "2026-08"}
            return [{name: fields.get(name, "3301000001") for name in known.fields} for _ in range(2)]
        return values[known.type]

    def filled(self, names: tuple[str, ...]) -> dict[str, Any]:
        """Values for `names` and what they imply."""
        out: dict[str, Any] = {}
        for name in names:
            known = RESULTS.get(name) or FACTS[name]
            out[name] = self.value(known)
            out.update(self.filled(known.implies.get(str(out[name]), ())))
        return out

    def facts(self, channel: str) -> dict[str, Any]:
        out = self.filled(tuple(FACTS))
        known = self.random.random() < 0.7
        said = ""
        if out["matter"] == "danger" and self.random.random() < 0.8:
            out["matter"] = "none"  # such a caller sees one branch only; the others need their share
        if channel == "sms":
            said = self.message()
        return {
            **out,
            "channel": channel,
            "lang": self.random.choice(("zh-CN", "en")),
            "tz_offset_s": 28_800,
            "caller": "+8613800000001" if known else "",
            "caller_known": known,
            "said_text": said,
        }

    def message(self) -> str:
        node = next(n for n in self.release.nodes.values() if isinstance(n, Keyword))
        word = self.random.choice(self.random.choice(node.words).words)
        tail = self.random.choice(("", " 3301000001", " 3301000001 0001", " 202600000017", " 灯不亮了"))
        return self.random.choice((word + tail, word, "1", "2", "3", "4", "5", "7", "你好"))

    def answer(self, asked: Effect) -> Input:
        if isinstance(asked, Lookup | Act):
            outcomes = SERVICES[asked.service].outcomes
            outcome = self.random.choice([*outcomes, "error"])
            values = self.filled(outcomes.get(outcome, ()))
            return (LookupResult if isinstance(asked, Lookup) else ActResult)(outcome, values)
        return self.random.choice(list(self._inputs(asked)))

    def _inputs(self, asked: Effect) -> Iterator[Input]:
        yield Silence()
        if isinstance(asked, Record):
            for _ in range(4):
                yield Recording("RE", 5, self.random.choice(("", "#", "#", "#", "*", "0", "8")))
        elif isinstance(asked, Gather):
            if asked.num_digits != 1:
                yield from (Digits(value) for value in DIGITS)
                yield from (Text(value) for value in DIGITS)
                yield Text("灯不亮了")
                yield from (Digits("*"),) * 8
            yield from (Digits(key) for key in "123459*")
            yield Digits(self.random.choice("12345678906*"))
            yield Text(self.message())
            yield Speech(self.random.choice(("人工", "电费", "yes", "不知道", "呃")))
            yield from (Choice(choice.value) for choice in asked.choices)

    def talk(self, flow: str, channel: str) -> None:
        at_ms = NOON_MS
        turn: Turn = machine.start(self.release, flow, self.facts(channel), at_ms)
        last: Ref | None = None
        for _ in range(60):
            last = self.seen(turn, last)
            self.holds(turn)
            if turn.session.ended:
                return
            at_ms += 20_000
            session = Session.decode(turn.session.encode())
            assert session.encode() == turn.session.encode()
            given = self.next_input(turn)
            after = machine.resume(self.release, session, given, at_ms)
            if not isinstance(after, Rejected):
                turn = after

    def next_input(self, turn: Turn) -> Input:
        if self.random.random() < 0.004:
            return HungUp()
        if turn.session.line and turn.session.wait not in ("lookup", "act"):
            chance = self.random.random()
            if chance < 0.1:
                return TalkEnded("answered", turn.session.line.queue, "1001")
            if chance < 0.2:
                return self.random.choice((QueueLeft("timeout"), QueueLeft("full", promised=True), AgentUnavailable()))
            if chance < 0.4:
                return QueueTick(self.random.randrange(5), 1, 4, callback_offered=True)
        asked = turn.effects[-1]
        if not isinstance(asked, Gather | Record | Lookup | Act):
            return self.random.choice((QueueTick(2, first=True), Digits("2")))
        return self.answer(asked)

    def holds(self, turn: Turn) -> None:
        """What every turn promises."""
        assert len(turn.path) <= machine.MAX_NODES
        assert "limit" not in [getattr(effect, "kind", "") for effect in turn.effects], turn.path
        for effect in turn.effects:
            text = getattr(effect, "text", "…")
            assert text or effect.__class__.__name__ == "Note"
            assert "{" not in text
        assert len(turn.session.encode().encode()) < 2_000
        last = turn.effects[-1] if turn.effects else None
        if turn.session.wait in ("lookup", "act"):
            assert isinstance(last, Lookup | Act)
        elif turn.session.wait == "ended":
            assert last is None or isinstance(last, HangUp | Act)

    def seen(self, turn: Turn, last: Ref | None) -> Ref | None:
        for step in turn.path:
            flow, _, node = step.partition(".")
            ref = (flow, node)
            self.nodes.add(ref)
            if last:
                self.pairs.add((last, ref))
            last = ref
        return last

    def missed(self) -> list[str]:
        """Nodes and edges not visited. A return counts when what followed is not named by the node."""
        out = [f"{flow}.{node}" for flow, node in sorted(set(self.release.nodes) - self.nodes)]
        for ref, node in sorted(self.release.nodes.items()):
            named = {self._landing(edge.to) for edge in edges(node)}
            for edge in edges(node):
                to = self._landing(edge.to)
                if isinstance(node, Call):
                    visited = to == RETURN or to in self.nodes
                elif to == RETURN:
                    visited = any(a == ref and b not in named for a, b in self.pairs)
                else:
                    visited = (ref, to) in self.pairs or edge.label == "talked"
                if not visited:
                    out.append(f"{'.'.join(ref)} -{edge.label}-> {'.'.join(to)}")
        return out

    def _landing(self, to: Ref) -> Ref:
        return self.release.start_of(to[0]) if to != RETURN and not to[1] else to
