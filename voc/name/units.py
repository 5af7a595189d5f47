"""The unit of meaning that names and lexical search are made of: one word, noun, stem, number or code of a text.

Owns the record and what its fields promise. Who makes units: `korean`, `words`. Who reads them: `tokens`, `keywords`,
`phrases`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What a unit is."""

    NOUN = "noun"
    """Korean noun or root."""
    VERB = "verb"
    """Korean verb in its dictionary form, negation included (안되다)."""
    QUALITY = "quality"
    """Korean adjective in its dictionary form (느리다)."""
    ADVERB = "adverb"
    """Korean adverb of degree; never a token, only part of a phrase."""
    NUMBER = "number"
    """A number with its unit of measure (3일, 30mins)."""
    WORD = "word"
    """A word of any other language; function words are included and marked as `stop`."""
    GRAM = "gram"
    """Two characters of a script that does not write blanks."""
    CODE = "code"
    """Error code, version, model name, hash tag: kept whole."""
    HANDLE = "handle"
    """@somebody: searchable, never a keyword."""


class Link(StrEnum):
    """What stands between a unit and the one before it."""

    NEXT = "next"
    """Nothing, or a blank."""
    PARTICLE = "particle"
    """A Korean case marker or topic particle."""
    APART = "apart"
    """An ending, a conjunction, punctuation, or the start of the text."""


class Mood(StrEnum):
    """What the endings after a Korean unit make of it."""

    PLAIN = "plain"
    ACTION = "action"
    """A noun that 하다 or 되다 turns into a verb, or into an adjective (결제하다, 불편하다)."""
    MEANS = "means"
    """…기, as in 쓰기 편하다."""
    REQUEST = "request"
    """…해 주세요, …했으면 좋겠어요."""


class Unit(NamedTuple):
    """One unit of a text. A named tuple and not a dataclass, because a run makes millions of them.

    form:    what equals what: 배송이, 배송은 → 배송; crashes, crashing → crash; 안 돼요, 되지 않아요 → 안되다
    surface: how a reader sees it: 배송, crashes, 안 되다
    start, end: code points of the text it stands for
    nominal: a Korean predicate as the end of a label (안 됨, 느림); otherwise the surface
    stop:    a function word, kept only because phrases need it
    """

    form: str
    surface: str
    kind: Kind
    start: int
    end: int
    link: Link = Link.APART
    mood: Mood = Mood.PLAIN
    nominal: str = ""
    stop: bool = False
