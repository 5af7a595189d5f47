"""Names for the groups that discovery found: label, labels per reader's language, keywords, exemplars.

Start reading here. Pure data in and out; results do not depend on the order of the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from voc.name.coarse import coarse_label
from voc.name.drafts import Draft, NameOptions, Read, drafts
from voc.name.exemplars import exemplars, shares
from voc.name.labels import CONVINCING, FAITHFUL, Candidate, Options, cased, from_keywords, ranked, unique
from voc.name.phrases import phrases_of
from voc.name.sides import NOWHERE, keyword_terms, language_of
from voc.name.tokens import Units

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts → (n, d) unit vectors in the theme space of `Members.vectors`."""


EVERY_READER = "*"
"""Stands for all readers' languages that have no label of their own."""


@dataclass(frozen=True, slots=True)
class Members:
    """The mentions of a run as columns of equal length n.

    fine:      int (n,), number of the fine theme 0…k−1, −1 for none
    closeness: float (n,), cosine with the centroid of the own theme; anything where there is none
    weights:   float (n,), how much a mention counts (a duplicate less), ≥ 0
    vectors:   float32 (n, d), theme space, unit length
    units:     the texts as read by `Tokeniser`
    """

    texts: Sequence[str]
    langs: Sequence[str]
    item_ids: Sequence[str]
    fine: NDArray[np.int64]
    closeness: NDArray[np.float32]
    weights: NDArray[np.float32]
    vectors: NDArray[np.float32]
    units: Sequence[Units]


@dataclass(frozen=True, slots=True)
class Named:
    """The name of one group. `exemplars` are rows of `Members`; `languages` counts mentions per language."""

    number: int
    label: str
    labels: Mapping[str, str]
    keywords: tuple[str, ...]
    exemplars: tuple[int, ...]
    languages: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Names:
    """Names of the fine themes by number, and of the coarse ones by number."""

    fine: tuple[Named, ...]
    coarse: tuple[Named, ...]


def name(
    members: Members,
    coarse_of: Sequence[int],
    *,
    embed: Embed | None = None,
    called: Mapping[int, Mapping[str, str]] | None = None,
    options: NameOptions | None = None,
) -> Names:
    """Name every fine theme and every coarse one.

    coarse_of: number of the coarse theme of each fine theme
    embed:     if given, labels whose vector lies close to the centroid are preferred
    called:    labels by reader's language of fine themes, by number, that keep them
    """
    options = options or NameOptions()
    read = _read(members)
    weights = np.asarray(members.weights, dtype=np.float64) * np.clip(members.closeness, 0.05, 1.0)
    fine = drafts(members.fine, len(coarse_of), weights, read, options, phrases=True)
    labels = _fine_labels(fine, members, embed, called or {}, options)
    parts = max(coarse_of, default=-1) + 1
    coarse = drafts(_parents(members.fine, coarse_of), parts, weights, read, options, phrases=False)
    parents = _coarse_labels(coarse, fine, labels, coarse_of, options)
    return Names(
        tuple(_named(d, label, members, options) for d, label in zip(fine, labels, strict=True)),
        tuple(_named(d, label, members, options) for d, label in zip(coarse, parents, strict=True)),
    )


def _read(members: Members) -> Read:
    units = members.units
    langs = tuple(language_of(u, lang) for u, lang in zip(units, members.langs, strict=True))
    order = sorted(range(len(units)), key=lambda row: (members.item_ids[row], members.texts[row]))
    phrases = (tuple(phrases_of(u, lang)) for u, lang in zip(units, langs, strict=True))
    return Read(tuple(order), langs, tuple(keyword_terms(u) for u in units), tuple(phrases))


def _parents(fine: NDArray[np.int64], coarse_of: Sequence[int]) -> NDArray[np.int64]:
    table = np.asarray([*coarse_of, NOWHERE], dtype=np.int64)
    return table[fine]


def _fine_labels(
    drafts: Sequence[Draft],
    members: Members,
    embed: Embed | None,
    called: Mapping[int, Mapping[str, str]],
    options: NameOptions,
) -> list[dict[str, str]]:
    nearness = _nearness([draft for draft in drafts if draft.number not in called], members, embed)
    wanted = [
        _kept(called[draft.number], _wanted(draft, {}, options))
        if draft.number in called
        else _wanted(draft, nearness[draft.number], options)
        for draft in drafts
    ]
    return _unique(drafts, wanted, called)


def _convince(found: Sequence[Candidate], plain: str) -> bool:
    """Whether a phrase speaks for the theme better than its leading keywords do."""
    return max(c.cover for c in found) >= FAITHFUL and ("·" not in plain or max(c.score for c in found) >= CONVINCING)


def _kept(labels: Mapping[str, str], wanted: Mapping[str, Options]) -> dict[str, Options]:
    """A theme that is called something already goes on so, and is called anew for readers it had no label for."""
    given = labels.get(EVERY_READER)
    return {
        lang: Options([labels.get(lang) or given or fresh.labels[0]], fresh.words) for lang, fresh in wanted.items()
    }


def _wanted(draft: Draft, nearness: Mapping[str, float], options: NameOptions) -> dict[str, Options]:
    """What a fine theme could be called, per heard language and reader. Another reader gets the main language's."""
    said: dict[str, Options] = {}
    for lang, found in draft.found.items():
        labels = [c.text for c in ranked(found, nearness)]
        plain = from_keywords(draft.keywords[lang])
        if plain and (not labels or not _convince(found, plain)):
            labels.insert(0, plain)
        if labels:
            said[lang] = Options([cased(label) for label in labels], draft.keywords[lang])
    main = next(iter(said.values()), Options([f"#{draft.number + 1}"], []))
    return {lang: said.get(lang, main) for lang in dict.fromkeys([*said, *options.readers])}


def _nearness(drafts: Sequence[Draft], members: Members, embed: Embed | None) -> dict[int, dict[str, float]]:
    """Per group: candidate text → cosine with the group's centroid. Every distinct text is embedded once."""
    if embed is None:
        return {draft.number: {} for draft in drafts}
    texts = sorted({c.text for draft in drafts for found in draft.found.values() for c in found})
    place = {text: i for i, text in enumerate(texts)}
    vectors = embed(texts) if texts else np.zeros((0, members.vectors.shape[1]), np.float32)
    result = {}
    for draft in drafts:
        rows = [row for side in draft.sides for row in side.rows]
        centre = members.vectors[sorted(rows)].astype(np.float64).sum(axis=0) if rows else np.zeros(1)
        centre = centre / (np.linalg.norm(centre) or 1.0)
        own = [c.text for found in draft.found.values() for c in found]
        result[draft.number] = {text: round(float(vectors[place[text]] @ centre), 4) for text in own}
    return result


def _coarse_labels(
    coarse: Sequence[Draft],
    fine: Sequence[Draft],
    labels: Sequence[Mapping[str, str]],
    coarse_of: Sequence[int],
    options: NameOptions,
) -> list[dict[str, str]]:
    wanted = []
    for draft in coarse:
        children = [i for i in range(len(fine)) if coarse_of[i] == draft.number]
        said: dict[str, Options] = {}
        for lang in dict.fromkeys([*draft.keywords, *options.readers]):
            words = draft.keywords.get(lang) or next(iter(draft.keywords.values()), ())
            label = coarse_label(
                [labels[i].get(lang) or next(iter(labels[i].values())) for i in children],
                [fine[i].keywords.get(lang, ()) for i in children],
                [fine[i].size for i in children],
                words,
            )
            said[lang] = Options([cased(label)], words)
        wanted.append(said)
    return _unique(coarse, wanted, {})


def _unique(
    drafts: Sequence[Draft], wanted: Sequence[Mapping[str, Options]], called: Mapping[int, Mapping[str, str]]
) -> list[dict[str, str]]:
    """Labels in order of size, so that the larger theme has the plain one; first come a team's own themes, then those
    that are called something already."""

    def turn(at: int) -> tuple[bool, bool, int, int]:
        number = drafts[at].number
        return EVERY_READER not in called.get(number, {}), number not in called, -drafts[at].size, number

    order = sorted(range(len(drafts)), key=turn)
    resolved = dict(zip(order, unique([wanted[i] for i in order]), strict=True))
    return [resolved[i] for i in range(len(drafts))]


def _named(draft: Draft, labels: Mapping[str, str], members: Members, options: NameOptions) -> Named:
    main = draft.sides[0].lang if draft.sides else "und"
    sizes = [len(side.rows) for side in draft.sides]
    picked: list[int] = []
    for side, places in zip(draft.sides, shares(sizes, options.exemplars), strict=True):
        if places:
            picked += exemplars(
                side.rows, members.texts, members.closeness, members.vectors, members.item_ids, limit=places
            )
    return Named(
        draft.number,
        labels.get(main) or next(iter(labels.values())),
        dict(labels),
        tuple(_mixed_keywords(draft, options)),
        tuple(picked),
        {side.lang: len(side.rows) for side in draft.sides},
    )


def _mixed_keywords(draft: Draft, options: NameOptions) -> list[str]:
    """Keywords of every heard language in proportion, three of each at least where it has them."""
    sizes = [len(side.rows) for side in draft.sides if side.lang in draft.keywords]
    lists = [draft.keywords[side.lang] for side in draft.sides if side.lang in draft.keywords]
    # A theme that no text speaks for by most of its mentions has no language, and no keywords.
    alone = [options.keywords] * len(lists)
    places = [max(3, n) for n in shares(sizes, options.keywords)] if len(lists) > 1 else alone
    mixed = [word for words, n in zip(lists, places, strict=True) for word in words[:n]]
    return list(dict.fromkeys(mixed))
