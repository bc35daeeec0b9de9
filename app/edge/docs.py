"""The interface's description as one plain page."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any


def docs_page(description: dict[str, Any]) -> str:
    """All operations of an OpenAPI document as HTML without script or style."""
    title = escape(str(description["info"]["title"]))
    sections = "".join(_operations(description))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width"></head>'
        f'<body><h1>{title}</h1><p><a href="/openapi.json">openapi.json</a></p>{sections}</body></html>'
    )


def _operations(description: dict[str, Any]) -> Iterator[str]:
    for path, operations in sorted(description["paths"].items()):
        for method, operation in operations.items():
            yield f"<h2><code>{method.upper()} {escape(path)}</code></h2>"
            yield f"<p>{escape(operation.get('description') or operation.get('summary', ''))}</p>"
            yield from _parameters(operation.get("parameters", []))
            yield _body(operation.get("requestBody"))


def _parameters(parameters: list[dict[str, Any]]) -> Iterator[str]:
    if parameters:
        rows = (f"<li><code>{escape(item['name'])}</code> ({escape(item['in'])})</li>" for item in parameters)
        yield f"<ul>{''.join(rows)}</ul>"


def _body(body: dict[str, Any] | None) -> str:
    if body is None:
        return ""
    schema = body["content"].get("application/json", {}).get("schema", {})
    return f"<p>JSON body: <code>{escape(str(schema.get('$ref', 'object')).rsplit('/', 1)[-1])}</code></p>"
