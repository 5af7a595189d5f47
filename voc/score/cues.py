"""Finding words that speak for urgency, with their place, and setting aside those that are taken back.

Negation, hypothesis and a past that is over do not count, by the rubric: a cue in their reach is kept as *set aside*,
so that an explanation can show it. Owns the search; the words are data, `models/heads/cues.toml`. Korean and English.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from voc.model import REASONS, Span

_SENTENCE_ENDS = ".!?。…\n"
_SENTENCE_END = re.compile(f"[{_SENTENCE_ENDS}]+")


@dataclass(frozen=True, slots=True)
class Cue:
    """One reason's words in a text. `set_aside` is None, or why they do not count: negated, hypothetical or over."""

    reason: str
    span: Span
    set_aside: str | None = None


@dataclass(frozen=True, slots=True)
class _Language:
    """One language's patterns. A guard that a language has no use for is None."""

    script: re.Pattern[str]
    cues: tuple[tuple[str, re.Pattern[str]], ...]
    over: re.Pattern[str] | None
    negated_before: re.Pattern[str] | None
    negated_after: re.Pattern[str] | None
    condition_before: re.Pattern[str] | None
    condition_after: re.Pattern[str] | None
    question: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class _Lexicon:
    languages: tuple[_Language, ...]
    needs_company: frozenset[str]
    threats: frozenset[str]


def find_cues(text: str) -> tuple[Cue, ...]:
    """Every cue in `text`, Korean before English, then in the order of REASONS and of place; spans index `text`.

    A reason that needs company ("my daughter …") is left out where no other reason counts.
    """
    lexicon = _lexicon()
    # The apostrophe that phones type; same length, so spans stay right.
    plain = text.replace("’", "'")
    found = [cue for language in lexicon.languages for cue in _cues_of(language, plain, lexicon.threats)]
    alone = all(cue.set_aside or cue.reason in lexicon.needs_company for cue in found)
    return tuple(cue for cue in found if not (alone and cue.reason in lexicon.needs_company))


def _cues_of(language: _Language, text: str, threats: frozenset[str]) -> Iterator[Cue]:
    if not language.script.search(text):
        return
    found = [(reason, match) for reason, pattern in language.cues for match in pattern.finditer(text)]
    over = bool(found) and _hits(language.over, text)
    for reason, match in found:
        span = Span(match.start(), match.end())
        yield Cue(reason, span, _set_aside(language, text, span, threat=reason in threats, over=over))


def _set_aside(language: _Language, text: str, span: Span, *, threat: bool, over: bool) -> str | None:
    """Why a cue does not count, judged from its own sentence; None if it counts.

    A threat stands in a condition by nature ("if this goes on, I cancel"), so only a question takes it back.
    """
    start, end = _sentence(text, span)
    before, after = text[start : span.start], text[span.end : end]
    if _hits(language.negated_before, before) or _hits(language.negated_after, after):
        return "negated"
    if _hits(language.condition_before, before) or _hits(language.condition_after, after):
        question = text[end : end + 1] == "?" or _hits(language.question, text[span.start : end])
        if question or not threat:
            return "hypothetical"
    return "over" if over else None


def _hits(pattern: re.Pattern[str] | None, text: str) -> bool:
    return pattern is not None and pattern.search(text) is not None


def _sentence(text: str, span: Span) -> tuple[int, int]:
    """Bounds of the sentence around `span`, without its closing mark."""
    start = max(text.rfind(mark, 0, span.start) for mark in _SENTENCE_ENDS) + 1
    closing = _SENTENCE_END.search(text, span.end)
    return start, closing.start() if closing else len(text)


@cache
def _lexicon() -> _Lexicon:
    raw = tomllib.loads((files("voc.models") / "heads" / "cues.toml").read_text(encoding="utf-8"))
    return _Lexicon(
        languages=tuple(_language(raw[name]) for name in ("korean", "english")),
        needs_company=frozenset(raw["needs_company"]),
        threats=frozenset(raw["threats"]),
    )


def _language(raw: Mapping[str, Any]) -> _Language:
    guards = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in raw["guards"].items()}
    return _Language(
        script=re.compile(raw["script"]),
        cues=tuple(
            (reason, re.compile("|".join(raw["cues"][reason]), re.IGNORECASE))
            for reason in REASONS
            if reason in raw["cues"]
        ),
        over=guards.get("over"),
        negated_before=guards.get("negated_before"),
        negated_after=guards.get("negated_after"),
        condition_before=guards.get("condition_before"),
        condition_after=guards.get("condition_after"),
        question=guards.get("question"),
    )
