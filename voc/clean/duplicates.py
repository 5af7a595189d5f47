"""Marks copies: items that say what an earlier item said, word for word or nearly. Deletes nothing.

Owns the comparison and the choice of the original. Candidates come from `clean.sketch`; every near copy is then checked
exactly. What a mark means for clusters and for reach is decided elsewhere.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import numpy as np

from voc.clean.normalise import normalise
from voc.clean.sketch import SHINGLE, bands, shared
from voc.model import Feedback

Kind = Literal["exact", "near"]

NEAR = 0.85
"""Least Jaccard similarity of the shingles of two near copies."""
LEAST_LETTERS = 30
"""Below this many letters one changed word is a third of the text: only exact copies count."""
SHORT_LETTERS = 20
"""Up to this many letters people write the same words on their own ("좋아요", "great app")."""
_MOST_RIVALS = 32
"""Originals that one item is compared with; a bucket of more is a template, not a text."""

_NOT_WORD = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"[0-9]+|<[a-z_]+>")
_NEGATION = re.compile(
    r"\b(?:not|no|never|without|cannot|can't|won't|\w+n't)\b|(?<![가-힣])(?:안|못)(?![가-힣]{2})|않|없|말아|말고",
    re.IGNORECASE,
)
_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A copy: of which item, how close, and whether the text is so short that the repeat may be chance."""

    original: str
    kind: Kind
    short: bool


@dataclass(frozen=True, slots=True)
class _Text:
    """What is compared: the letters alone, and what may not differ between near copies."""

    item_id: str
    letters: str
    exact: str
    guard: tuple[tuple[str, ...], int]


def mark_duplicates(items: Sequence[Feedback]) -> dict[str, Duplicate]:
    """item_id of every copy → its original; items without one are left out.

    Exact: equal but for case, blanks and punctuation. Near: at least `LEAST_LETTERS` letters, Jaccard similarity of
    their 5-character shingles at least `NEAR` (Broder 1997), the same numbers and as many negations: "error 5001" is no
    copy of "error 5002". The original is the earliest by `created_at` (undated last), then by item_id; an original is
    never a copy itself. Only customers' items are compared. The order of `items` does not matter.
    """
    ordered = sorted(
        (item for item in items if item.author_role == "customer" and item.text.strip()),
        key=lambda item: (item.created_at or _LAST, item.item_id),
    )
    texts = [_compared(item) for item in ordered]
    first: dict[str, _Text] = {}
    exact = {text.item_id: first.setdefault(text.exact, text) for text in texts}
    near = _near_copies(list(first.values()))
    marks: dict[str, Duplicate] = {}
    for text in texts:
        original = exact[text.item_id].item_id
        root = near.get(original, original)
        if root != text.item_id:
            kind: Kind = "exact" if root == original else "near"
            marks[text.item_id] = Duplicate(root, kind, len(text.letters) <= SHORT_LETTERS)
    return marks


def is_short(text: str) -> bool:
    """Whether people may write the same text on their own."""
    return len(_NOT_WORD.sub("", normalise(text).text)) <= SHORT_LETTERS


def _compared(item: Feedback) -> _Text:
    text = normalise(item.text).text.casefold()
    letters, guard = _NOT_WORD.sub("", text), _guard(text)
    # A text of signs alone ("👍👍") is compared as it stands; "1.5" and "15" are not the same letters.
    exact = " ".join([letters, *guard[0]]) if letters else text
    return _Text(item.item_id, letters, exact, guard)


def _guard(text: str) -> tuple[tuple[str, ...], int]:
    """Its numbers and placeholders, and how many negations it has."""
    return tuple(sorted(_NUMBER.findall(text))), len(_NEGATION.findall(text))


def _near_copies(texts: Sequence[_Text]) -> dict[str, str]:
    """Near copy → original among texts in canonical order, all different.

    Each text meets the originals of its buckets, the earliest first; a copy joins no bucket, so that a flood of copies
    costs one comparison each.
    """
    texts = [text for text in texts if len(text.letters) >= LEAST_LETTERS]
    buckets: defaultdict[int, list[int]] = defaultdict(list)
    copies: dict[str, str] = {}
    keys_of = bands([text.letters for text in texts])
    met = shared(keys_of)
    for number in np.flatnonzero(met.any(axis=1)).tolist():
        text, keys = texts[number], keys_of[number][met[number]].tolist()
        for rival in _rivals(buckets, keys):
            if texts[rival].guard == text.guard and _jaccard(text.letters, texts[rival].letters) >= NEAR:
                copies[text.item_id] = texts[rival].item_id
                break
        else:
            for key in keys:
                buckets[key].append(number)
    return copies


def _rivals(buckets: Mapping[int, list[int]], keys: Iterable[int]) -> list[int]:
    """The originals that share most buckets with an item, at most `_MOST_RIVALS`, the earliest first."""
    shared = Counter(rival for key in keys for rival in buckets.get(key, ())[:_MOST_RIVALS])
    closest = sorted(shared, key=lambda rival: (-shared[rival], rival))[:_MOST_RIVALS]
    return sorted(closest)


def _shingles(letters: str) -> frozenset[str]:
    return frozenset(letters[i : i + SHINGLE] for i in range(len(letters) - SHINGLE + 1))


def _jaccard(text: str, rival: str) -> float:
    """Of their shingles, which are made here: kept for every text they would be most of a large run's memory."""
    one, other = _shingles(text), _shingles(rival)
    if min(len(one), len(other)) < NEAR * max(len(one), len(other)):
        return 0.0  # sizes too far apart for the threshold
    return len(one & other) / len(one | other)
