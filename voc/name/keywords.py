"""Keywords of a theme: the words its members share and others do not.

Owns weighing and picking. Counting stands in `sides`, what may be a word at all in `units` and `stopwords`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from voc.name.sides import NOWHERE, Counts, surface_of

_MERGE = 0.5
"""A compound replaces its part when it covers at least this share of it."""
_LIFT = 1.3
"""A word that is hardly likelier in the theme than anywhere else tells nothing, however common."""
_LEAST = 0.02
"""A keyword stands in at least this share of the members, and in two of them where there are five or more."""


def weigh(counts: Counts, group: int) -> dict[str, float]:
    """Class-based TF-IDF of the terms of one group: tf(t, g) · log(1 + A / f(t)).

    tf is the weighted share of members that hold the term (not raw repeats, so that one long mention can't fill the
    list), f its weight over all groups and the background, A the mean weight of terms per group.
    Source: Grootendorst, M. (2022), BERTopic: Neural topic modeling with a class-based TF-IDF procedure, eq. 2.
    """
    own = counts.inside.get(group, {})
    total = counts.totals.get(group, 0.0)
    if not own or total <= 0:
        return {}
    themes = [g for g in counts.inside if g != NOWHERE] or [group]
    mean = sum(sum(counts.inside[g].values()) for g in themes) / len(themes)
    lifts = {t: _focus(counts, t, w, total) for t, w in own.items()}
    return {t: own[t] / total * math.log1p(mean / counts.overall[t]) * _damped(x) for t, x in lifts.items()}


def _damped(lift: float) -> float:
    return min(3.0, math.sqrt(lift)) * (1.0 if lift > _LIFT else 0.1)


def _focus(counts: Counts, term: str, weight: float, total: float) -> float:
    """How much likelier the term is in the group than among all mentions.

    c-TF-IDF alone lets a word that is common everywhere lead a large group, hence its square root as a factor.
    """
    return (weight / total) / (counts.overall[term] / counts.everything)


def keywords(counts: Counts, group: int, *, limit: int) -> list[str]:
    """Up to `limit` keywords as a reader sees them, most telling first; ties by alphabet.

    No two of them contain each other: 인증 and 인증번호 become whichever tells more.
    """
    weights = weigh(counts, group)
    own, total = counts.inside.get(group, {}), counts.totals.get(group, 0.0)
    least = _LEAST * total if total < 5 else max(_LEAST * total, 1.5)
    picked: list[str] = []
    for term, weight in sorted(weights.items(), key=lambda item: (-item[1], item[0])):
        if weight <= 0 or own[term] < least:
            continue
        _admit(picked, term, own)
        if len(picked) > 2 * limit:
            break
    return _distinct([surface_of(counts, term) for term in picked])[:limit]


def _admit(picked: list[str], term: str, own: Mapping[str, float]) -> None:
    """Add a term, unless it is part of a picked one or holds one that says more alone."""
    for i, other in enumerate(picked):
        if contains(other, term):
            return
        if contains(term, other):
            if own[term] >= _MERGE * own[other]:
                picked[i] = term
                picked[i + 1 :] = [p for p in picked[i + 1 :] if not contains(term, p)]
            return
    picked.append(term)


def contains(longer: str, shorter: str) -> bool:
    """Whether one keyword is part of the other: as syllables in Korean, as whole words elsewhere."""
    if longer == shorter:
        return True
    if "가" <= shorter[:1] <= "힣":
        return shorter.removesuffix("다") in longer if len(shorter) > 1 else longer.startswith(shorter)
    return f" {shorter} " in f" {longer} "


def _distinct(surfaces: list[str]) -> list[str]:
    """Without those that read the same but for case and blanks."""
    seen: dict[str, str] = {}
    for surface in surfaces:
        seen.setdefault(surface.casefold().replace(" ", ""), surface)
    return list(seen.values())
