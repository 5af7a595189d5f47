"""The filter grammar: `lang=ko and rating<=2 and created_at>=2026-10-01`.

Comparisons joined by `and`. A value is a bare word, a number, a date, or a quoted string. Fields of the item and any
attribute go to the store; `theme`, `sentiment`, `urgency`, `emotion`, `intent`, `journey`, `experience` and `tag` are
answered by the published run. There is no `or` yet.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from voc.errors import UsageError
from voc.model import EMOTIONS, EXPERIENCE, INTENTS, JOURNEY, SENTIMENTS, URGENCIES, Feedback
from voc.ports import Condition
from voc.tags import tag_name

FACET_GROUPS = {"emotion": "emotions", "intent": "intents", "journey": "journey", "experience": "experience"}
"""A filter's field and the member of `Facets` that answers it."""
WITHOUT = {"emotion": "neutral", "intent": "other"}
"""What a mention without a label is called."""
FACET_FIELDS = {
    "emotion": (*EMOTIONS, WITHOUT["emotion"]),
    "intent": INTENTS,
    "journey": JOURNEY,
    "experience": EXPERIENCE,
}
RUN_FIELDS = ("theme", "sentiment", "urgency", "tag", *FACET_FIELDS)
NUMBERS = ("rating", "nps", "csat", "ces", "revision")
ITEM_FIELDS = frozenset(Feedback.__slots__)
LONGEST = 2000

_COMPARISON = re.compile(
    r"""\s*(?P<field>[^\W\d][\w.\-]*)\s*
        (?P<op><=|>=|!=|=|<|>)\s*
        (?P<value>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s"'<>=!]+)\s*""",
    re.VERBOSE,
)
_FIGURE = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_PLAIN = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{0,14}[1-9])?", re.ASCII)
"""Numbers that an ingest keeps as numbers. `007` and `1.10` are words that it keeps as they are."""
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
    # `version=5.3` asks for a word; only of an attribute is it unknown whether the file held numbers or words.
    if quoted or field in ITEM_FIELDS:
        return Condition(field, op, value)
    return Condition(field, op, _bare(op, value))


def _bare(op: str, value: str) -> str | float | bool:
    """What a value without quotes says of an attribute: true or false, a number, else a word."""
    if value.lower() in ("true", "false"):
        return value.lower() == "true"
    figure = _PLAIN if op in ("=", "!=") else _FIGURE
    return float(value) if figure.fullmatch(value) else value


def _run_condition(field: str, op: str, value: str) -> Condition:
    known = {"sentiment": SENTIMENTS, "urgency": URGENCIES, **FACET_FIELDS}.get(field)
    if known and value not in known:
        raise UsageError(f"The filter asks for an unknown {field}.", f"Known are: {', '.join(known)}.")
    ordered = field == "urgency"
    if op not in ("=", "!=") and not ordered:
        raise UsageError(f"{field} can be compared with = and != only.", _HINT)
    return Condition(field, op, tag_name(value) if field == "tag" else value)


def _moment(value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # OverflowError: in UTC it lies before the year 1 or after 9999
        raise UsageError("The filter has a created_at that is not an ISO 8601 date.", _HINT) from None


def _number(field: str, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise UsageError(f"{field} is compared with a number.", _HINT)
    return number
