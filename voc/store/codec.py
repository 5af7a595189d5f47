"""Dataclasses of `voc.model` to JSON and back; nothing else is ever read from a home's JSON files.

Times become ISO 8601 with `Z`, enums their values, tuples arrays. Reading follows the annotations, so a file can't
make an object that the model does not know.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import types
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def iso(at: datetime) -> str:
    """ISO 8601 in UTC with `Z`, always with microseconds: as text it sorts like the time it stands for."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def instant(text: str) -> datetime:
    """The aware UTC time behind `iso`'s text, and behind any ISO 8601 text with a zone. Raises ValueError."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at.astimezone(UTC)


def dumps(value: object) -> bytes:
    """Pretty JSON in UTF-8 with sorted keys: equal values give equal bytes. Raises ValueError for NaN or infinity."""
    text = json.dumps(plain(value), ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
    return text.encode() + b"\n"


def loads(data: bytes, kind: type[T]) -> T:
    """Read what `dumps` wrote of a `kind`. Raises ValueError, KeyError or TypeError if it is something else."""
    value: T = typed(json.loads(data), kind)
    return value


def plain(value: Any) -> Any:
    """Dataclasses, enums, times, mappings and sequences as what JSON knows."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return iso(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [plain(inner) for inner in value]
    if isinstance(value, str | int | float | bool | None):
        return value
    raise TypeError(f"{type(value).__name__} has no JSON form")


def typed(value: Any, kind: Any) -> Any:
    """The value of type `kind` behind JSON's plain one; `kind` is an annotation of the model."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _one_of(value, get_args(kind))
    if origin is tuple:
        inner = get_args(kind)
        kinds = [inner[0]] * len(value) if inner[-1] is Ellipsis else inner
        return tuple(typed(item, of) for item, of in zip(value, kinds, strict=True))
    if origin is not None and issubclass(origin, Mapping):
        return {key: typed(item, get_args(kind)[1]) for key, item in value.items()}
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{name: typed(item, hints[name]) for name, item in value.items()})
    if kind is datetime:
        return instant(value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    return _scalar(value, kind)


def _one_of(value: Any, kinds: tuple[Any, ...]) -> Any:
    """Unions in the model are of plain values, or of one kind and None."""
    if value is None and type(None) in kinds:
        return None
    rest = [kind for kind in kinds if kind is not type(None)]
    return typed(value, rest[0]) if len(rest) == 1 else value


def _scalar(value: Any, kind: Any) -> Any:
    if kind in (object, Any):
        return value
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not kind:
        raise TypeError(f"{type(value).__name__} where {getattr(kind, '__name__', kind)} was expected")
    return value


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
