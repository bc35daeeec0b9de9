"""SQL texts for the operations of a write-set, built once for each table and set of columns.

SQLite runs one statement for each operation. PostgreSQL runs one for all operations of a batch that have the same
form: their values travel as arrays and are taken apart by `unnest`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import BigInteger, Boolean, Float, Integer
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import SQLModel

from app.db.tables.base import encode_json
from app.db.write_set import Change, Insert, Op, Put, table_of

JSON_VALUES = (dict, list)
Form: TypeAlias = tuple[str, type[SQLModel], tuple[str, ...], tuple[str, ...], bool]


@dataclass(frozen=True, slots=True)
class Statement:
    """One form of operation: its two texts, and whether each row must be hit exactly once."""

    single: str
    batched: str
    must_hit: bool
    rank: int
    defaults: tuple[Any, ...]


def form_of(op: Op) -> Form:
    """What decides the text: kind, table, columns, key columns, and whether it is guarded (by a version, or `once`)."""
    if isinstance(op, Insert):
        return ("insert", op.table, tuple(op.values), (), op.once)
    if isinstance(op, Put):
        return ("put", op.table, tuple(op.values), (), False)
    if isinstance(op, Change):
        return ("change", op.table, tuple(op.values), tuple(op.key), op.version is not None)
    return ("remove", op.table, (), tuple(op.key), False)


def parameters(op: Op, statement: Statement) -> list[Any]:
    """The values of one operation in the order of its statement."""
    if isinstance(op, (Insert, Put)):
        raw = [*op.values.values(), *(_made(default) for default in statement.defaults)]
    elif isinstance(op, Change):
        raw = [*op.values.values(), *op.key.values()]
        if op.version is not None:
            raw.append(op.version)
    else:
        raw = list(op.key.values())
    return [encode_json(value) if isinstance(value, JSON_VALUES) else value for value in raw]


def _made(default: Any) -> Any:
    return default() if callable(default) else default


@lru_cache(maxsize=1024)
def statement_for(form: Form) -> Statement:
    """The statement of a form."""
    kind, model, columns, keys, guarded = form
    if kind == "insert":
        return _insert(model, columns, once=guarded)
    if kind == "put":
        return _put(model, columns)
    return _change(model, columns, keys, guarded) if kind == "change" else _remove(model, keys)


def _insert(model: type[SQLModel], columns: tuple[str, ...], *, once: bool) -> Statement:
    names, defaults = _with_defaults(model, columns)
    single, batched = _insert_texts(model, names)
    tail = " ON CONFLICT DO NOTHING" if once else ""
    return Statement(single + tail, batched + tail, must_hit=False, rank=1, defaults=defaults)


def _put(model: type[SQLModel], columns: tuple[str, ...]) -> Statement:
    names, defaults = _with_defaults(model, columns)
    primary = [column.name for column in table_of(model).primary_key]
    moved = [name for name in columns if name not in primary]
    action = "NOTHING" if not moved else "UPDATE SET " + ", ".join(f"{name} = excluded.{name}" for name in moved)
    tail = f" ON CONFLICT ({', '.join(primary)}) DO {action}"
    single, batched = _insert_texts(model, names)
    return Statement(single + tail, batched + tail, must_hit=False, rank=2, defaults=defaults)


def _insert_texts(model: type[SQLModel], names: tuple[str, ...]) -> tuple[str, str]:
    table = table_of(model)
    head = f"INSERT INTO {table.name} ({', '.join(names)})"
    marks = ", ".join("?" for _ in names)
    return f"{head} VALUES ({marks})", f"{head} SELECT * FROM {_unnest(model, names)}"


def _change(model: type[SQLModel], columns: tuple[str, ...], keys: tuple[str, ...], guarded: bool) -> Statement:
    name = table_of(model).name
    single_sets = [f"{column} = ?" for column in columns]
    batched_sets = [f"{column} = u.{column}" for column in columns]
    single_where = [f"{key} IS ?" for key in keys]
    # A key may be a condition like "sid is still null"; only `=` uses an index, so the primary key is compared by it.
    primary = {column.name for column in table_of(model).primary_key}
    batched_where = [f"t.{key} {'=' if key in primary else 'IS NOT DISTINCT FROM'} u.k_{key}" for key in keys]
    if guarded:
        single_sets.append("version = version + 1")
        batched_sets.append("version = t.version + 1")
        single_where.append("version = ?")
        batched_where.append("t.version = u.k_version")
    guards = (*keys, "version") if guarded else keys
    arrays = _unnest(model, (*columns, *guards))
    aliases = ", ".join([*columns, *(f"k_{key}" for key in guards)])
    single = f"UPDATE {name} SET {', '.join(single_sets)} WHERE {' AND '.join(single_where)}"
    batched = (
        f"UPDATE {name} t SET {', '.join(batched_sets)} FROM {arrays} u({aliases}) WHERE {' AND '.join(batched_where)}"
    )
    return Statement(single, batched, must_hit=guarded, rank=0, defaults=())


def _remove(model: type[SQLModel], keys: tuple[str, ...]) -> Statement:
    name = table_of(model).name
    aliases = ", ".join(f"k_{key}" for key in keys)
    where = " AND ".join(f"t.{key} = u.k_{key}" for key in keys)
    return Statement(
        f"DELETE FROM {name} WHERE {' AND '.join(f'{key} = ?' for key in keys)}",
        f"DELETE FROM {name} t USING {_unnest(model, keys)} u({aliases}) WHERE {where}",
        must_hit=False,
        rank=3,
        defaults=(),
    )


def _unnest(model: type[SQLModel], names: tuple[str, ...]) -> str:
    columns = table_of(model).columns
    return "unnest(" + ", ".join(f"${at}::{_array(columns[name].type)}" for at, name in enumerate(names, 1)) + ")"


def _array(kind: TypeEngine[Any]) -> str:
    inner = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
    if isinstance(inner, Boolean):
        return "boolean[]"
    if isinstance(inner, BigInteger | Integer):
        return "bigint[]"
    return "double precision[]" if isinstance(inner, Float) else "text[]"


def _with_defaults(model: type[SQLModel], columns: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    extra = [(name, default) for name, default in _defaults(model) if name not in columns]
    return (*columns, *(name for name, _ in extra)), tuple(default for _, default in extra)


def _defaults(model: type[SQLModel]) -> Iterator[tuple[str, Any | Callable[[], Any]]]:
    for name, info in model.model_fields.items():
        if not info.is_required():
            yield name, info.default_factory or info.default
