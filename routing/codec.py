"""Plain JSON for the dataclasses of this package, both ways, without loss.

An encoded object is `{"type": ClassName, …fields}`; tuples are arrays. Decoding reads the field types, so
that arrays become tuples and strings become the right enumeration again.
"""

import types
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

_AS_IT_IS = frozenset((str, int, bool, type(None)))
_classes: dict[str, type[Any]] = {}


class CodecError(ValueError):
    """The JSON is not what this package wrote."""


def register(cls: type[T]) -> type[T]:
    """Make `cls` known to `decode` by its name."""
    _classes[cls.__name__] = cls
    return cls


def plain(value: Any) -> Any:
    """`value` as JSON types; dataclasses become objects without a type name."""
    if type(value) in _AS_IT_IS:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    raise CodecError(f"{type(value).__name__} has no JSON form here")


def encode(value: Any) -> dict[str, Any]:
    """An event or command as a JSON object that `decode` reads back equal."""
    return {"type": type(value).__name__, **plain(value)}


def decode(data: dict[str, Any]) -> Any:
    """The event or command that `encode` was given."""
    cls = _classes.get(str(data.get("type")))
    if cls is None:
        raise CodecError(f"unknown type {data.get('type')!r}")
    return build(cls, {k: v for k, v in data.items() if k != "type"})


def build(cls: type[T], data: dict[str, Any]) -> T:
    """A `cls` from the object that `plain` made of one."""
    kind: Any = cls
    values: dict[str, Any] = {}
    for name, read, required in _fields(kind):
        if name in data:
            values[name] = read(data[name])
        elif required:
            raise CodecError(f"{cls.__name__}.{name} is missing")
    surplus = data.keys() - values.keys()
    if surplus:
        raise CodecError(f"{cls.__name__} has no {', '.join(sorted(surplus))}")
    return cls(**values)


@cache
def _fields(cls: type[Any]) -> tuple[tuple[str, Callable[[Any], Any], bool], ...]:
    """Name, reader, and whether it must be there."""
    hints = get_type_hints(cls)
    return tuple(
        (f.name, _reader(hints[f.name]), f.default is MISSING and f.default_factory is MISSING) for f in fields(cls)
    )


def _reader(hint: Any) -> Callable[[Any], Any]:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        inner = _reader(next(a for a in get_args(hint) if a is not type(None)))
        return lambda v: None if v is None else inner(v)
    if origin is tuple:
        return _tuple_reader(get_args(hint))
    if origin is dict:
        read = _reader(get_args(hint)[1])
        return lambda v: {k: read(x) for k, x in v.items()}
    if origin is list:
        read = _reader(get_args(hint)[0])
        return lambda v: [read(x) for x in v]
    kind: type[Any] = hint
    if is_dataclass(kind):
        return lambda v: build(kind, v)
    if issubclass(kind, Enum):
        return kind
    return lambda v: v


def _tuple_reader(args: tuple[Any, ...]) -> Callable[[Any], Any]:
    if args[1:] == (Ellipsis,):
        read = _reader(args[0])
        return lambda v: tuple(read(x) for x in v)
    reads = [_reader(a) for a in args]
    return lambda v: tuple(r(x) for r, x in zip(reads, v, strict=True))
