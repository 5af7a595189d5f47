"""Conditions of the filter grammar as SQL over current feedback. Values are always bound, never spliced in.

`field != value` is the opposite of `field = value`: an item without the field meets it. All other comparisons are met
only by items that have the field, with a value of the same kind; an attribute also equals what reads the same in
another kind. Does not parse the grammar.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, not_, or_, select

from voc.errors import UsageError
from voc.ports import Condition
from voc.store.codec import instant, iso
from voc.store.tables import feedback

TEXTS = frozenset(
    {"id", "item_id", "source", "channel", "lang", "customer_id", "thread_id", "author_role"}
    | {"version", "country", "product", "segment", "stage"}
)
Value = str | float | bool | datetime
FIGURES = frozenset({"rating", "nps", "csat", "ces", "revision"})
_NUMBERS = ("integer", "real")
_TRUTHS = ("true", "false")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_OPS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def meets(condition: Condition) -> ColumnElement[bool]:
    """The clause for one condition; an unknown field is an attribute. Raises UsageError for a value that can't be
    compared with the field."""
    if condition.op not in _OPS:
        raise UsageError(f"'{condition.op}' is not a comparison.", "Use one of = != < <= > >=.")
    if condition.op == "!=":
        same = meets(Condition(condition.field, "=", condition.value))
        return not_(func.coalesce(same, false()))
    compare = _OPS[condition.op]
    if condition.field == "created_at":
        return compare(feedback.c.created_at, _time(condition.value))  # type: ignore[no-any-return]
    if condition.field in FIGURES:
        return compare(feedback.c[condition.field], _figure(condition))  # type: ignore[no-any-return]
    if condition.field in TEXTS:
        return compare(feedback.c[condition.field], _words(condition.value))  # type: ignore[no-any-return]
    return _attribute(condition, compare)


def _attribute(condition: Condition, compare: Callable[[Any, Any], Any]) -> ColumnElement[bool]:
    """Over `json_each`, because a JSON path can't name every key a file may have as a column."""
    each = func.json_each(feedback.c.attributes).table_valued("key", "type", "atom")
    value = condition.value
    if condition.op == "=":
        fits = or_(*(and_(each.c.type.in_(types), each.c.atom == same) for types, same in _readings(value)))
    elif isinstance(value, bool):
        fits = and_(each.c.type.in_(_TRUTHS), compare(each.c.atom, int(value)))
    elif isinstance(value, int | float):
        fits = and_(each.c.type.in_(_NUMBERS), compare(each.c.atom, value))
    else:
        fits = and_(each.c.type == "text", compare(each.c.atom, _words(value)))
    return exists(select(1).select_from(each).where(each.c.key == condition.field, fits))


def _readings(value: Value) -> list[tuple[tuple[str, ...], str | float]]:
    """JSON types with the value that equals `value` there: 3 is met by the number 3 and by the text "3"."""
    said = _words(value)
    readings: list[tuple[tuple[str, ...], str | float]] = [(("text",), said)]
    if _NUMBER.fullmatch(said):
        readings.append((_NUMBERS, float(said)))
    elif said.lower() in _TRUTHS:
        readings.append((_TRUTHS, int(said.lower() == "true")))
    elif isinstance(value, float):  # such as 1e-05, which no cell of a file spells like this
        readings.append((_NUMBERS, value))
    return readings


def _words(value: Value) -> str:
    """A text field holds "2.1" where the grammar reads a number, and "2" where it reads 2.0."""
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _figure(condition: Condition) -> float:
    if isinstance(condition.value, int | float) and not isinstance(condition.value, bool):
        return condition.value
    raise UsageError(f"'{condition.field}' is compared with a number.", f"Write for example {condition.field} <= 2.")


def _time(value: Value) -> str:
    if isinstance(value, datetime):
        return iso(value)
    try:
        return iso(instant(str(value)))
    except ValueError:
        raise UsageError("'created_at' is compared with a time.", "Write it like 2026-11-14T00:00:00Z.") from None
