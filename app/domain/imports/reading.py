"""Rows of a CSV file, with the physical line on which each one starts."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.domain.imports.cells import CellError
from app.domain.imports.kinds import REQUIRED, Column, Kind

BLOCK = 1 << 16
NEWLINE = b"\n"
LINE_LIMIT = 1 << 20


class WrongFile(Exception):
    """The file as a whole cannot be taken: unreadable, undecodable, wrong header."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row that its own cells allow. `values` are by the table's column names."""

    line: int
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is refused: (column, reason), one or more. `values` are those of the cells that can be read."""

    line: int
    reasons: tuple[tuple[str, str], ...]
    values: dict[str, Any] = field(default_factory=dict)

    def text(self, file: str) -> str:
        """`FILE:LINE: COLUMN: reason`, further columns after it."""
        return f"{file}:{self.line}: " + "; ".join(f"{column}: {reason}" for column, reason in self.reasons)


def check_encoding(path: Path) -> None:
    """Refuse what is not UTF-8 or holds a NUL, and lines of a size that no row has."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    line, length = 1, 0
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                nul = block.find(0)
                if nul >= 0:
                    raise WrongFile(f"{path}:{_line_at(line, block, nul)}: holds a NUL byte")
                try:
                    decoder.decode(block)
                except UnicodeDecodeError as error:
                    raise WrongFile(f"{path}:{_line_at(line, block, error.start)}: is not UTF-8") from error
                line = _line_at(line, block, len(block))
                newline = block.rfind(NEWLINE)
                length = len(block) + (length if newline < 0 else -newline)
                if length > LINE_LIMIT:
                    raise WrongFile(f"{path}:{line}: a line of more than {LINE_LIMIT} bytes")
    except OSError as error:
        raise WrongFile(f"{path}: {error.strerror or error}") from error
    if decoder.getstate()[0]:
        raise WrongFile(f"{path}:{line}: is not UTF-8")


def _line_at(first: int, block: bytes, offset: int) -> int:
    return first + block.count(NEWLINE, 0, offset)


def rows(path: Path, kind: Kind) -> Iterator[Row | BadRow]:
    """All rows in order, blank lines left out; raises `WrongFile` for a header that does not fit.

    Columns that the header leaves out are not among the values.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        columns = _header(path, reader, kind)
        while True:
            line = reader.line_num + 1
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield BadRow(line, (("row", _csv_reason(str(error))),))
                continue
            if row:
                yield _row(line, row, columns, kind)


def _header(path: Path, reader: Iterator[list[str]], kind: Kind) -> list[Column]:
    try:
        header = [cell.strip() for cell in next(reader)]
    except StopIteration:
        raise WrongFile(f"{path}: is empty; the first line names the columns {_expected(kind)}") from None
    except csv.Error as error:
        raise WrongFile(f"{path}:1: the header cannot be read: {error}") from error
    by_name = {column.name: column for column in kind.columns}
    unknown = [cell for cell in header if cell not in by_name]
    missing = [column.name for column in kind.columns if column.default is REQUIRED and column.name not in header]
    twice = sorted({cell for cell in header if header.count(cell) > 1})
    for what, found in (("unknown", unknown), ("repeated", twice), ("missing", missing)):
        if found:
            names = ", ".join(repr(cell) for cell in found)
            raise WrongFile(f"{path}:1: {what} column {names}; the columns are {_expected(kind)}")
    return [by_name[cell] for cell in header]


def _expected(kind: Kind) -> str:
    return ",".join(column.name for column in kind.columns)


def _csv_reason(error: str) -> str:
    return "a quote is opened and never closed" if "unexpected end" in error or "field larger" in error else error


def _row(line: int, row: Sequence[str], columns: Sequence[Column], kind: Kind) -> Row | BadRow:
    if len(row) != len(columns):
        return BadRow(line, (("row", f"has {len(row)} fields, the header has {len(columns)}"),))
    values: dict[str, Any] = {}
    reasons: list[tuple[str, str]] = []
    for column, cell in zip(columns, row, strict=True):
        try:
            values[column.target] = _value(column, cell.strip())
        except CellError as error:
            reasons.append((column.name, str(error)))
    if not reasons and (found := kind.contradicts(values)) is not None:
        reasons.append(found)
    return BadRow(line, tuple(reasons), values) if reasons else Row(line, values)


def _value(column: Column, cell: str) -> Any:
    value = column.read(cell) if cell else column.default
    if value is REQUIRED or (column.default is REQUIRED and value == []):
        raise CellError("is empty")
    return value
