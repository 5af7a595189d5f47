"""The columns that one run works on, and how they become what it publishes. Pure data; `voc.pipeline` fills them.

A run thinks in distinct texts: the same words are encoded, scored and clustered once, in the order of their content
hashes, so that neither the order of rows nor repeats can change a result.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voc.clean import Duplicate
from voc.encode import content_hash
from voc.model import Feedback, Mention, Unassigned
from voc.name import Units, names_something
from voc.segment import content_reason

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Texts:
    """The distinct texts of a run, by content hash.

    text_of:  int64 (mentions,), the text of each mention
    weights:  int64 (texts,), mentions that have it
    eligible: bool (texts,), whether it may be clustered: it has content, a language the model knows, and an original
    """

    hashes: tuple[bytes, ...]
    texts: tuple[str, ...]
    langs: tuple[str, ...]
    reasons: tuple[Unassigned | None, ...]
    text_of: NDArray[np.int64]
    weights: NDArray[np.int64]
    eligible: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Wordings:
    """What is scored: each distinct text in each language that it was found in. A short "OK good" is as its item is.

    rows: int64 (n,), the text of each; langs: its language; of_mention: int64 (mentions,)
    """

    rows: NDArray[np.int64]
    langs: tuple[str, ...]
    of_mention: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Corpus:
    """The customers' voice: items in the order of their ids, their mentions, and which items repeat others."""

    items: tuple[Feedback, ...]
    mentions: tuple[Mention, ...]
    duplicates: Mapping[str, Duplicate]
    campaigns: Mapping[str, str]

    def people(self) -> dict[str, str]:
        """item_id → who speaks: a campaign, the author of a copied text, the customer, or without one the item."""
        return {item.item_id: self._person(item) for item in self.items}

    def _person(self, item: Feedback) -> str:
        if item.item_id in self.campaigns:
            return f"campaign {self.campaigns[item.item_id]}"
        copy = self.duplicates.get(item.item_id)
        if copy is not None and not copy.short:
            return f"item {copy.original}"
        if item.customer_id:
            return f"customer {item.customer_id}"
        return f"item {copy.original if copy is not None else item.item_id}"


def distinct_texts(corpus: Corpus, *, supported: frozenset[str] | None) -> Texts:
    """The distinct texts of a corpus. `supported` are the encoder's languages, None for all."""
    import numpy as np

    hashes = [content_hash(mention.text) for mention in corpus.mentions]
    order = sorted(set(hashes))
    place = {digest: at for at, digest in enumerate(order)}
    text_of = np.fromiter((place[digest] for digest in hashes), np.int64, len(hashes))
    text: dict[int, str] = {}
    langs: defaultdict[int, Counter[str]] = defaultdict(Counter)
    reasons: dict[int, Unassigned | None] = {}
    original = np.zeros(len(order), np.bool_)
    for at, mention in zip(text_of.tolist(), corpus.mentions, strict=True):
        text[at] = mention.text
        langs[at][mention.lang] += 1
        if at not in reasons:
            reasons[at] = content_reason(mention)
        original[at] |= mention.item_id not in corpus.duplicates
    # The language that most mentions of a text have; ties in the order of the codes.
    lang = tuple(min(langs[at], key=lambda code: (-langs[at][code], code)) for at in range(len(order)))
    why = tuple(reason_against(reasons[at], lang[at], supported) for at in range(len(order)))
    has_reason = np.array([reason is not None for reason in why], np.bool_)
    return Texts(
        hashes=tuple(order),
        texts=tuple(text[at] for at in range(len(order))),
        langs=lang,
        reasons=why,
        text_of=text_of,
        weights=np.bincount(text_of, minlength=len(order)).astype(np.int64),
        eligible=original & ~has_reason,
    )


def bare_texts(units: Sequence[Units]) -> NDArray[np.bool_]:
    """Which texts name nothing, bool (texts,); `units`: the texts as read."""
    import numpy as np

    return np.array([not names_something(read) for read in units], np.bool_)


def wordings(text_of: NDArray[np.int64], langs: Sequence[str]) -> Wordings:
    """Of mentions, whose texts are `text_of` (mentions,) and their languages `langs`. In the order of texts and of
    language codes."""
    import numpy as np

    told = list(zip(text_of.tolist(), langs, strict=True))
    place = {pair: at for at, pair in enumerate(sorted(set(told)))}
    return Wordings(
        rows=np.fromiter((row for row, _ in place), np.int64, len(place)),
        langs=tuple(lang for _, lang in place),
        of_mention=np.fromiter((place[pair] for pair in told), np.int64, len(told)),
    )


def languages_of(card: str) -> frozenset[str] | None:
    """Language codes of a model card, None for every language (`*`)."""
    codes = frozenset(card.split())
    return None if "*" in codes else codes


def reason_against(found: Unassigned | None, lang: str, supported: frozenset[str] | None) -> Unassigned | None:
    """Why a mention may not have a theme: `found` from its content, or a language that the encoder does not know."""
    if found is None and supported is not None and lang not in supported and lang != "und":
        return Unassigned.UNSUPPORTED_LANGUAGE
    return found


def voices(feedback: Sequence[Feedback]) -> tuple[Feedback, ...]:
    """The customers' own items: turns of agents and bots are context, not the customer's voice."""
    return tuple(item for item in feedback if item.author_role == "customer")
