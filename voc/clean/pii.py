"""Finds personal data by rule and puts placeholders in its place, before anything is stored, embedded or logged.

Owns the order of the rules and the placeholders. Finds e-mail, phone, card, account, resident, passport, licence and
business numbers, IP addresses, credentials, and names, addresses and birth dates that announce themselves. Does not
find names in running text. Measured in `docs/benchmarks/cleaning.md`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from voc.clean import contacts, network, numbers, people
from voc.clean.mapped import Mapped
from voc.clean.markup import has_markup
from voc.clean.normalise import folded, storable, without_markup_folded
from voc.clean.rules import MANY_DIGITS, Rule, where

# Earlier rules win where two claim the same characters: what has a check digit or an unmistakable shape comes first.
RULES: tuple[Rule, ...] = network.RULES[:4] + contacts.RULES[:5] + numbers.RULES[:-2] + contacts.RULES[5:]
RULES += numbers.RULES[-2:] + network.RULES[4:] + people.RULES

KINDS = tuple(dict.fromkeys(rule.kind for rule in RULES))
"""Every kind that can be redacted, such as "email"; its placeholder is "<EMAIL>"."""
PLACEHOLDER = re.compile(f"<(?:{'|'.join(kind.upper() for kind in KINDS)})>")

_NEEDS = tuple(dict.fromkeys(rule.needs for rule in RULES))
_MOST_ROUNDS = 20


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """Personal data at [start, end) of a text."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without its personal data, and how many spans of each kind went."""

    text: str
    counts: Mapping[str, int]


def find(text: str) -> tuple[Found, ...]:
    """Personal data in `text`, in order, without overlaps. Looks at it as written and as it reads without markup."""
    written = folded(text)
    spans = _found_in(written)
    if spans or has_markup(text) or MANY_DIGITS.search(written.text):
        read = without_markup_folded(text)
        if read.text != written.text:
            spans = _merged([*spans, *_found_in(read)])
    return tuple(spans)


def redact(text: str) -> Redacted:
    """Replace personal data by placeholders. Redacting the result again changes nothing.

    A rule may see a number only once its neighbour is gone, hence the rounds. NUL and lone surrogates, which no store
    can hold, are dropped on the way.
    """
    text = storable(text)
    counts: Counter[str] = Counter()
    for _ in range(_MOST_ROUNDS):
        spans = find(text)
        if not spans:
            break
        counts.update(span.kind for span in spans)
        text = _replaced(text, spans)
    return Redacted(text, dict(sorted(counts.items())))


def _found_in(view: Mapped) -> list[Found]:
    met = {needs for needs in _NEEDS if needs.search(view.text)}
    if not met:
        return []
    taken = bytearray(len(view.text))
    spans: list[Found] = []
    for rule in RULES:
        if rule.needs not in met:
            continue
        for match in rule.pattern.finditer(view.text):
            start, end = where(match)
            if 1 in taken[start:end] or not rule.check(match):
                continue
            taken[start:end] = b"\x01" * (end - start)
            source = view.span(start, end)
            spans.append(Found(source.start, source.end, rule.kind))
    return _merged(spans)


def _merged(spans: Iterable[Found]) -> list[Found]:
    """In order; where two overlap, one span over both with the kind of the first."""
    merged: list[Found] = []
    for span in sorted(spans):
        if merged and span.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = Found(last.start, max(last.end, span.end), last.kind)
        else:
            merged.append(span)
    return merged


def _replaced(text: str, spans: Iterable[Found]) -> str:
    parts: list[str] = []
    at = 0
    for span in spans:
        parts += (text[at : span.start], f"<{span.kind.upper()}>")
        at = span.end
    return "".join([*parts, text[at:]])
