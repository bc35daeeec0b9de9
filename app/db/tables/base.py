"""What all tables share: naming of constraints, and the column types that both databases treat alike.

Instants are integers, milliseconds since 1970 UTC (see docs/adr/0003); texts of JSON are `Json` columns.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import BigInteger, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Json(TypeDecorator[Any]):
    """A JSON value kept as text on both databases; readers get it decoded."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Encode for a statement of the ORM (the committer encodes by itself)."""
        return None if value is None else encode_json(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Decode what was read."""
        return None if value is None else json.loads(value)


class Ms(TypeDecorator[int]):
    """An instant or a length of time in integer milliseconds; 64 bits on both databases."""

    impl = BigInteger
    cache_ok = True


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def encode_json(value: Any) -> str:
    """Compact JSON, keys as they come, Chinese as it is."""
    return _encode(value)
