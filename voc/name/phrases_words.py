"""Label candidates of languages written in words: late delivery, keeps crashing, refund not received, waiting on hold.

Owns which function words a phrase may drop, hold inside, or begin with. Korean has its own grammar in
`phrases_korean`; scripts without blanks get stretches of characters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from voc.name.phrase import BOUND, Phrase
from voc.name.stopwords import COARSE_WORDS, FEEDBACK_FILLERS, function_words, word_set
from voc.name.units import Kind, Link, Unit

_DROPPED = word_set(
    """
    the a an my your our their his her its this that these those is are was were am be been being have has had
    i've it's some any just really so very such same another still der die das ein eine el la los las le les un
    una une o os as il lo gli het een
    """
)
"""Articles, possessives, auxiliaries: left out of a label, and no reason to break one."""
_NEGATIONS = word_set(
    """
    not no never can't cannot couldn't don't doesn't didn't won't wouldn't isn't wasn't aren't weren't hasn't
    haven't without nicht kein keine ohne pas sans sin sem não senza non
    """
)
_ACTIONS = word_set("can't cannot couldn't won't doesn't isn't never keeps keep kept too please need needs want")
_STARTERS = _NEGATIONS | _ACTIONS
_INSIDE = _NEGATIONS | word_set(
    """
    for of to in on at with from up out off over by into through get getting de del du des da do di von für zu
    mit
    """
)
_PARTICLES = word_set("up out off back down")
_PHRASAL = word_set("hung hang shut broke lock log sign pick give gave left kick run ran held hold set cut drop")
"""Stems of verbs that a particle completes (hung up, locked out, signing in)."""
_LONGEST = 5
_STATES = word_set(
    """
    cancel delai late lost lose crash fail freez slow miss broken wrong stuck refus charg damag rude terribl aw
    horribl expens refund hold wait error issu problem bug disappoint frustrat thank love amaz awesom excel nice
    friendli help unabl rebook resched stolen declin lag worst poor great best bad unaccept
    """
)
"""Stems that say what is the matter with the noun beside them."""


def word_phrases(units: Sequence[Unit], lang: str) -> Iterator[Phrase]:
    """Two to five words in a row, beginning and ending in a word that means something."""
    english = function_words(lang) is function_words("en")
    run: list[Unit] = []
    apart = False
    for unit in units:
        apart = apart or unit.link is Link.APART
        if unit.stop and unit.surface in _DROPPED:
            continue
        if apart or _breaks(unit, english=english):
            yield from _windows(run)
            run = []
        apart = False
        if not _breaks(unit, english=english):
            run.append(unit)
    yield from _windows(run)


def _breaks(unit: Unit, *, english: bool) -> bool:
    if unit.kind is Kind.HANDLE or unit.surface in COARSE_WORDS or unit.form in COARSE_WORDS:
        return True
    if not unit.stop:
        return False
    if unit.surface in _INSIDE or unit.surface in _STARTERS:
        return False
    return not (english and unit.surface in FEEDBACK_FILLERS | _PARTICLES)


def _windows(run: Sequence[Unit]) -> Iterator[Phrase]:
    for start in range(len(run)):
        if not _starts(run[start]):
            continue
        for end in range(start + 1, min(start + _LONGEST, len(run))):
            window = run[start : end + 1]
            if _ends(run[end], run[end - 1]) and _means(window):
                yield _phrase(window)


def _content(unit: Unit) -> bool:
    return not unit.stop and unit.kind in (Kind.WORD, Kind.CODE)


def _starts(unit: Unit) -> bool:
    return _content(unit) or unit.surface in _STARTERS or (unit.stop and unit.surface in FEEDBACK_FILLERS)


def _ends(unit: Unit, before: Unit) -> bool:
    filler = unit.stop and unit.surface in FEEDBACK_FILLERS
    verb = before.surface.endswith(("ed", "ing")) or before.form in _PHRASAL
    return _content(unit) or filler or (unit.surface in _PARTICLES and _content(before) and verb)


def _means(window: Sequence[Unit]) -> bool:
    """At least one content word, or a negation of something (not working)."""
    if any(_content(unit) for unit in window):
        return True
    return window[0].surface in _NEGATIONS and window[-1].surface in FEEDBACK_FILLERS


def _phrase(window: Sequence[Unit]) -> Phrase:
    terms = {u.form for u in window if _content(u) or u.surface in FEEDBACK_FILLERS}
    if len(terms) == 1 or any(unit.surface in _NEGATIONS for unit in window):
        terms.add(BOUND)
    says = window[0].surface in _ACTIONS or any(unit.form in _STATES for unit in window)
    return Phrase(tuple(sorted(terms)), " ".join(unit.surface for unit in window), int(says))


def gram_phrases(units: Sequence[Unit]) -> Iterator[Phrase]:
    """Stretches of two to four characters in scripts without blanks."""
    for i, unit in enumerate(units):
        text, terms = unit.surface, [unit.form]
        for following in units[i + 1 : i + 3]:
            if following.kind is not Kind.GRAM or following.start != unit.start + len(terms):
                break
            text += following.surface[1:]
            terms.append(following.form)
            yield Phrase(tuple(sorted(set(terms))), text, 0)
