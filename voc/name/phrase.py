"""What a candidate for a label is. Where candidates come from is `phrases`' business, which one wins `labels`'."""

from __future__ import annotations

from typing import NamedTuple

BOUND = "="
"""A term that no text holds: the phrase counts where it stands as such, not where its words merely meet."""


class Phrase(NamedTuple):
    """One candidate.

    terms: forms of its content words, sorted; two phrases with equal terms are the same candidate
    text:  how it reads
    says:  0 names a thing (noun chain), 1 says what is with it (has a predicate, a request or a problem)
    joint: one word in the text (인증번호), taken apart only to be read
    """

    terms: tuple[str, ...]
    text: str
    says: int
    joint: bool = False
