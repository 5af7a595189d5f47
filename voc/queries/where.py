"""The filter grammar: `lang=ko and rating<=2 and created_at>=2026-10-01`.

Comparisons joined by `and`. A value is a bare word, a number, a date, or a quoted string. Fields of the item and any
attribute go to the store; `theme`, `sentiment`, `urgency` and `reason` are answered by the published run. There is no
`or` yet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from voc.errors import UsageError
from voc.model import SENTIMENTS, URGENCIES
from voc.ports import Condition

RUN_FIELDS = ("theme", "sentiment", "urgency")
NUMBERS = ("rating", "nps", "csat", "ces")
LONGEST = 2000

_COMPARISON = re.compile(
    r"""\s*(?P<field>[^\W\d][\w.\-]*)\s*
        (?P<op><=|>=|!=|=|<|>)\s*
        (?P<value>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s"'<>=!]+)\s*""",
    re.VERBOSE,
)
_AND = re.compile(r"and\b", re.IGNORECASE)
_HINT = 'Write comparisons joined by "and", such as: lang=ko and rating<=2 and created_at>=2026-10-01.'


@dataclass(frozen=True, slots=True)
class Where:
    """A parsed filter: what the store answers, and what the run answers."""

    item: tuple[Condition, ...] = ()
    run: tuple[Condition, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.item or self.run)


def parse_where(text: str | None) -> Where:
    """Parse a filter; None or blank filters nothing. Raises UsageError without repeating the caller's text."""
    if text is None or not text.strip():
        return Where()
    if len(text) > LONGEST:
        raise UsageError(f"The filter is longer than {LONGEST} characters.", _HINT)
    conditions: list[Condition] = []
    at = 0
    while True:
        match = _COMPARISON.match(text, at)
        if match is None:
            raise UsageError(f"The filter can't be read at character {at + 1}.", _HINT)
        conditions.append(_condition(match["field"], match["op"], match["value"]))
        at = match.end()
        if at >= len(text):
            break
        joint = _AND.match(text, at)
        if joint is None:
            raise UsageError(f"The filter can't be read at character {at + 1}.", _HINT)
        at = joint.end()
    return Where(
        tuple(c for c in conditions if c.field not in RUN_FIELDS), tuple(c for c in conditions if c.field in RUN_FIELDS)
    )


def _condition(field: str, op: str, raw: str) -> Condition:
    quoted = raw[0] in "\"'"
    value = re.sub(r"\\(.)", r"\1", raw[1:-1]) if quoted else raw
    if field == "created_at":
        return Condition(field, op, _moment(value))
    if field in NUMBERS:
        return Condition(field, op, _number(field, value))
    if field in RUN_FIELDS:
        return _run_condition(field, op, value)
    if not quoted and value.lower() in ("true", "false"):
        return Condition(field, op, value.lower() == "true")
    return Condition(field, op, value)


def _run_condition(field: str, op: str, value: str) -> Condition:
    known = {"sentiment": SENTIMENTS, "urgency": URGENCIES}.get(field)
    if known and value not in known:
        raise UsageError(f"The filter asks for an unknown {field}.", f"Known are: {', '.join(known)}.")
    ordered = field == "urgency"
    if op not in ("=", "!=") and not ordered:
        raise UsageError(f"{field} can be compared with = and != only.", _HINT)
    return Condition(field, op, value)


def _moment(value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise UsageError("The filter has a created_at that is not an ISO 8601 date.", _HINT) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _number(field: str, value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise UsageError(f"{field} is compared with a number.", _HINT) from None
