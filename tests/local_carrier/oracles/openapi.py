"""Judges requests and responses by an OpenAPI 3.0 document, more strictly than the document asks.

A parameter or property that the document does not name is a fault; so is a property it names that is not there. Where
the document's own examples of an operation go beyond its schemas (other properties, null), they count as well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Pairs = Iterable[tuple[str, str]]
Schema = dict[str, Any]
TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
}


@dataclass(frozen=True)
class Exchange:
    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    form: tuple[tuple[str, str], ...]
    status: int
    body: Any

    def __str__(self) -> str:
        return f"{self.method} {self.path} → {self.status}"


class Spec:
    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self.paths: dict[str, dict[str, Any]] = document["paths"]
        self._shown: dict[str, bool] = {}
        self._patterns = [(_pattern(path), path) for path in sorted(self.paths, key=lambda p: (p.count("{"), p))]

    @classmethod
    def load(cls, path: str | Path) -> Spec:
        return cls(json.loads(Path(path).read_text(encoding="utf-8")))

    def template(self, path: str) -> str | None:
        """The path of the document that a real path is one of."""
        return next((template for pattern, template in self._patterns if pattern.fullmatch(path)), None)

    def faults(self, exchange: Exchange) -> list[str]:
        """What is wrong with an exchange. A request that was refused may be wrong; then the refusal has its shape."""
        if exchange.status >= 400:
            return [f"{exchange}: {fault}" for fault in _refusal(exchange)]
        template = self.template(exchange.path)
        operation = self.paths.get(template or "", {}).get(exchange.method.lower())
        if operation is None:
            return [f"{exchange}: the document has no such operation"]
        found = [*self._request(operation, exchange), *self._response(operation, exchange)]
        return [f"{exchange}: {fault}" for fault in found]

    def _request(self, operation: Schema, exchange: Exchange) -> Iterator[str]:
        query = {p["name"]: p for p in operation.get("parameters", []) if p["in"] == "query"}
        yield from self._fields("query", exchange.query, {name: p["schema"] for name, p in query.items()}, ())
        self._shown = {}
        content = operation.get("requestBody", {}).get("content", {}).get("application/x-www-form-urlencoded", {})
        form = self.resolved(content.get("schema", {}))
        yield from self._fields("form", exchange.form, form.get("properties", {}), form.get("required", ()))

    def _fields(self, where: str, given: Pairs, known: Schema, required: Iterable[str]) -> Iterator[str]:
        values: dict[str, list[str]] = {}
        for name, value in given:
            values.setdefault(name, []).append(value)
        yield from (f"{where} lacks {name}" for name in required if name not in values)
        for name, texts in values.items():
            if name not in known:
                yield f"{where} has an unknown {name}"
                continue
            schema = self.resolved(known[name])
            if schema.get("type") == "array":
                yield from self.value(f"{where} {name}", texts, schema)
            elif len(texts) > 1:
                yield f"{where} repeats {name}"
            else:
                yield from self.value(f"{where} {name}", _typed(texts[0], schema), schema)

    def _response(self, operation: Schema, exchange: Exchange) -> Iterator[str]:
        documented = operation["responses"].get(str(exchange.status))
        if documented is None:
            yield f"status is not one of {', '.join(operation['responses'])}"
            return
        schema = documented.get("content", {}).get("application/json", {}).get("schema")
        if schema is None:
            if exchange.body is not None:
                yield "has a body"
            return
        examples = documented["content"]["application/json"].get("examples", {})
        self._shown = _names([example.get("value") for example in examples.values()])
        yield from self.value("body", exchange.body, schema)

    def resolved(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            found: Any = self._document
            for part in schema["$ref"].removeprefix("#/").split("/"):
                found = found[part.replace("~1", "/").replace("~0", "~")]
            schema = found
        return schema

    def value(self, at: str, value: Any, schema: Schema) -> Iterator[str]:
        """What is wrong with one value."""
        schema = self.resolved(schema)
        if value is None:
            if not schema.get("nullable"):
                yield f"{at} is null"
            return
        kind = schema.get("type", "")
        if kind in TYPES and (not isinstance(value, TYPES[kind]) or (kind == "integer" and isinstance(value, bool))):
            yield f"{at} is {value!r}, not {kind}"
            return
        if "enum" in schema and value not in schema["enum"]:
            yield f"{at} is {value!r}, none of {schema['enum']}"
        if isinstance(value, list):
            for index, one in enumerate(value):
                yield from self.value(f"{at}[{index}]", one, schema.get("items", {}))
        elif isinstance(value, dict):
            yield from self._object(at, value, schema["properties"]) if "properties" in schema else ()
        else:
            yield from _scalar(at, value, schema)

    def _object(self, at: str, value: dict[str, Any], known: Schema) -> Iterator[str]:
        yield from (f"{at} has an unknown {name}" for name in value if name not in known and name not in self._shown)
        yield from (f"{at} lacks {name}" for name in known if name not in value)
        for name in value.keys() & known.keys():
            if value[name] is None and self._shown.get(name):
                continue
            yield from self.value(f"{at}.{name}", value[name], known[name])


def _names(example: Any) -> dict[str, bool]:
    """The names of properties in an example, however deep, and whether one of them is null."""
    found: dict[str, bool] = {}
    parts = list(example.values()) if isinstance(example, dict) else example if isinstance(example, list) else []
    if isinstance(example, dict):
        found = {name: value is None for name, value in example.items()}
    for part in parts:
        for name, null in _names(part).items():
            found[name] = found.get(name, False) or null
    return found


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile("".join("[^/]+" if p.startswith("{") else re.escape(p) for p in re.split(r"(\{\w+\})", template)))


def _typed(text: str, schema: Schema) -> Any:
    """A field's value as the type that it is meant to be, unchanged where it cannot be that."""
    kind = schema.get("type")
    if kind == "integer" and re.fullmatch(r"-?\d+", text):
        return int(text)
    if kind == "number" and re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text)
    return text.lower() == "true" if kind == "boolean" and text.lower() in ("true", "false") else text


def _scalar(at: str, value: Any, schema: Schema) -> Iterator[str]:
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    if numeric and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        yield f"{at} is {value}, out of range"
    if not isinstance(value, str):
        return
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        yield f"{at} has {len(value)} characters"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{at} is {value!r}, not {schema['pattern']}"
    if schema.get("format") == "date-time-rfc-2822":
        try:
            parsedate_to_datetime(value)
        except ValueError:
            yield f"{at} is {value!r}, no date of RFC 2822"
    if schema.get("format") == "uri" and not urlsplit(value).path:
        yield f"{at} is {value!r}, no address"


def _refusal(exchange: Exchange) -> Iterator[str]:
    body = exchange.body
    if not isinstance(body, dict) or set(body) != {"code", "message", "more_info", "status"}:
        yield f"the refusal is {body!r}"
    elif body["status"] != exchange.status or not isinstance(body["code"], int):
        yield f"the refusal names {body['status']} and {body['code']!r}"
