"""From parsed flow and prompt files to a release: validated, resolved, frozen, hashed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import ValidationError

from ivr_flows import graph, schema
from ivr_flows.effects import Choice, Gather
from ivr_flows.graph import RETURN, Ref, Release
from ivr_flows.services import SERVICES
from ivr_flows.texts import PromptError, Texts, compile_texts

LANGUAGES = ("zh-CN", "en")
INTERDIGIT_S = 3
SLOWER = 2
"""Factor on timeouts for those who need longer."""


class ReleaseError(ValueError):
    """A release that cannot be built; one line for each fault, naming flow, node and field."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """What nodes use that say nothing else; digit entries take twice `menu_timeout_s`. `tries` failed inputs end it."""

    menu_timeout_s: int = 6
    tries: int = 2


def build(flows: Mapping[str, Any], prompts: Mapping[str, Any], defaults: Defaults | None = None) -> Release:
    """A release of parsed files: `flows` by id, `prompts` by language. Raises ReleaseError."""
    body = {"spec": schema.SPEC, "defaults": asdict(defaults or Defaults()), "flows": flows, "prompts": prompts}
    return load(json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def load(text: str) -> Release:
    """The release whose canonical JSON is `text` (as stored). Raises ReleaseError, also for a newer `spec`."""
    raw = json.loads(text)
    if raw.get("spec") != schema.SPEC:
        raise ReleaseError(f"spec {raw.get('spec')!r} is not known here; this version reads {schema.SPEC}")
    defaults = Defaults(**raw.get("defaults", {}))
    texts = _texts(raw["prompts"])
    files = _files(raw["flows"])
    nodes: dict[Ref, graph.Node] = {}
    goals: dict[Ref, graph.Goal] = {}
    for file in files.values():
        for name, node in file.nodes.items():
            ref = (file.flow.id, name)
            nodes[ref] = _Builder(file.flow.id, texts, defaults).node(node)
            if node.goal:
                goals[ref] = graph.Goal(node.goal.name, node.goal.keys, node.goal.seconds, dict(node.goal.given))
    return Release(
        hash=hashlib.sha256(text.encode()).hexdigest(),
        text=text,
        flows={
            f.flow.id: graph.Flow(f.flow.id, f.flow.start, tuple(f.flow.needs), tuple(f.flow.gives))
            for f in files.values()
        },
        nodes=nodes,
        goals=goals,
        texts=texts,
    )


def _texts(raw: Mapping[str, Any]) -> dict[str, Texts]:
    if sorted(raw) != sorted(LANGUAGES):
        raise ReleaseError(f"prompts: files for {', '.join(LANGUAGES)} are needed, found {', '.join(raw)}")
    try:
        return {lang: compile_texts(raw[lang]) for lang in LANGUAGES}
    except PromptError as error:
        raise ReleaseError(f"prompts: {error}") from error


def _files(raw: Mapping[str, Any]) -> dict[str, schema.FlowFile]:
    files: dict[str, schema.FlowFile] = {}
    faults: list[str] = []
    for name, body in raw.items():
        try:
            files[name] = schema.FlowFile.model_validate(body)
        except ValidationError as error:
            faults += [f"{name}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
            continue
        if files[name].flow.id != name:
            faults.append(f"{name}: flow.id: must be the file's name")
    if faults:
        raise ReleaseError("\n".join(faults))
    return files


class _Builder:
    """Compiles the nodes of one flow."""

    def __init__(self, flow: str, texts: Mapping[str, Texts], defaults: Defaults) -> None:
        self.flow = flow
        self.texts = texts
        self.defaults = defaults

    def ref(self, target: str) -> Ref:
        if target == "@return":
            return RETURN
        return (target[1:], "") if target.startswith("@") else (self.flow, target)

    def node(self, node: schema.Node) -> graph.Node:
        build: Any = getattr(self, "_" + node.kind)
        built: graph.Node = build(node)
        return built

    def _say(self, n: schema.Say) -> graph.Say:
        return graph.Say(n.prompt, self.ref(n.next))

    def _menu(self, n: schema.Menu) -> graph.Menu:
        options = {
            _symbol(key): graph.Option(_symbol(key), self.ref(c.to), c.label, dict(c.set))
            for key, c in n.choices.items()
        }
        gathers = {
            (lang, slow, speech): self._gather(n, lang, slow, speech and n.speech)
            for lang in self.texts
            for slow in (False, True)
            for speech in (False, True)
        }
        silence = self.ref(n.on_silence) if n.on_silence else None
        return graph.Menu(
            n.prompt,
            options,
            n.language,
            n.speech,
            n.tries or self.defaults.tries,
            self.ref(n.on_exhausted),
            silence,
            gathers,
        )

    def _gather(self, n: schema.Menu, lang: str, slow: bool, speech: bool) -> Gather:
        labels = self.texts[lang].labels
        buttons = tuple(Choice(_symbol(key), labels[c.label].text) for key, c in n.choices.items() if c.label in labels)
        if n.on_exhausted == "@human" and "human" in labels:
            buttons = (*buttons, Choice("0", labels["human"].text))
        timeout_s = (n.timeout_s or self.defaults.menu_timeout_s) * (SLOWER if slow else 1)
        hints = tuple(button.label for button in buttons) if speech else ()
        return Gather(1, "", timeout_s, timeout_s, speech, hints, buttons)

    def _pick(self, n: schema.Pick) -> graph.Pick:
        return graph.Pick(
            n.prompt,
            n.item,
            n.source,
            self.ref(n.next),
            self.ref(n.other),
            n.timeout_s or self.defaults.menu_timeout_s,
            n.tries or self.defaults.tries,
            self.ref(n.on_exhausted),
        )

    def _collect(self, n: schema.Collect) -> graph.Collect:
        return graph.Collect(
            n.prompt,
            n.store,
            n.min,
            n.max,
            self.ref(n.next),
            self.ref(n.on_star),
            n.timeout_s or 2 * self.defaults.menu_timeout_s,
            n.tries or self.defaults.tries,
            self.ref(n.on_exhausted),
        )

    def _record(self, n: schema.Record) -> graph.Record:
        return graph.Record(n.prompt, n.store, n.purpose, n.max_s, self.ref(n.next), self.ref(n.on_empty))

    def _lookup(self, n: schema.Lookup | schema.Act) -> graph.Service:
        known = SERVICES.get(n.service)
        args = tuple(
            graph.Argument(
                name,
                value,
                value[1:] if isinstance(value, str) and value.startswith("$") else None,
                known is None or name not in known.args or known.args[name].required,
            )
            for name, value in n.args.items()
        )
        return graph.Service(
            n.service,
            n.kind == "act",
            args,
            {outcome: self.ref(to) for outcome, to in n.on.items()},
            dict(known.outcomes) if known else {},
            self.ref(n.on_error),
            n.timeout_s,
        )

    _act = _lookup

    def _branch(self, n: schema.Branch) -> graph.Branch:
        return graph.Branch(tuple(self._case(c) for c in n.cases), self.ref(n.otherwise))

    def _case(self, c: schema.Case) -> graph.Case:
        given = [
            (test, operand)
            for test, operand in (("is", c.is_), ("among", c.among), ("past", c.past), ("filled", c.filled))
            if operand is not None
        ]
        if len(given) != 1:
            raise ReleaseError(f"{self.flow}: case on {c.var}: exactly one of is, among, past, filled")
        test, operand = given[0]
        operands = tuple(operand) if isinstance(operand, list) else (operand,)
        return graph.Case(c.var, test, operands, self.ref(c.to), dict(c.set))

    def _set(self, n: schema.Set) -> graph.Set:
        copies = {k: v[1:] for k, v in n.set.items() if isinstance(v, str) and v.startswith("$")}
        return graph.Set({k: v for k, v in n.set.items() if k not in copies}, copies, self.ref(n.next))

    def _call(self, n: schema.Call) -> graph.Call:
        return graph.Call(n.flow, self.ref(n.next))

    def _enqueue(self, n: schema.Enqueue) -> graph.Enqueue:
        return graph.Enqueue(
            n.prompt,
            n.queue,
            n.reason,
            tuple(n.skills),
            n.boost_s,
            tuple(n.learned),
            n.repeat,
            n.callback,
            n.survey,
            self.ref(n.next),
            self.ref(n.on_left),
        )

    def _leave(self, n: schema.Leave) -> graph.Leave:
        return graph.Leave(n.result, self.ref(n.next))

    def _keyword(self, n: schema.Keyword) -> graph.Keyword:
        words = tuple(
            graph.Word(
                tuple(w.casefold() for w in word.words),
                self.ref(word.to),
                self.ref(word.alone) if word.alone else None,
                word.lang,
            )
            for word in n.words
        )
        return graph.Keyword(n.source, n.store, words, self.ref(n.digit), self.ref(n.otherwise))

    def _sms(self, n: schema.Sms) -> graph.Sms:
        return graph.Sms(n.prompt, n.to, self.ref(n.next))

    def _hangup(self, n: schema.Hangup) -> graph.Hangup:
        return graph.Hangup(n.prompt)


def _symbol(key: str) -> str:
    return "*" if key == "star" else key
