"""Hot queries are compiled when they are first run; here all of them are, before a caller is the first."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import app
from app.db.hot import HotQuery
from app.db.rows import RowQuery


def hot_queries() -> Iterator[tuple[str, HotQuery]]:
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if module.name.endswith(("__main__", "migrations.env")) or ".versions" in module.name:
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, HotQuery):
                yield f"{module.name}.{name}", value
            elif isinstance(value, RowQuery):
                yield f"{module.name}.{name}", value.hot


@pytest.mark.parametrize("dialect", ["for_sqlite", "for_postgres"])
def test_every_query_can_be_run_once_its_values_are_given(dialect: str) -> None:
    found = dict(hot_queries())
    assert "app.usecases.end_idle_chats.OVERDUE" in found
    for place, query in found.items():
        given = dict.fromkeys(query.statement.compile().params, 0)
        text, values = getattr(query, dialect)(given)
        assert text.startswith("SELECT"), place
        assert len(values) >= len(given), place
