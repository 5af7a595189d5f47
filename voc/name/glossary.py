"""What a matter is called in two languages: a query's words find the texts that use the other language's.

The encoder brings languages together by the drift of a sentence; for a short query that drift is weak, and the one
word that matters (결제, payment) decides. The glossaries that ship (`models/glossaries/*.tsv`) were written by hand for
what customers speak of. Query translation by a word list is the oldest method of cross-language retrieval, and a good
companion of vectors (Nie 2010, "Cross-Language Information Retrieval", ch. 2).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from voc.name.tokens import Tokeniser
from voc.name.words import HANGUL

_PARTICLES = frozenset({"in", "up", "out"})
"""What a verb may lose and still be understood: log in, sign up, sold out."""


@dataclass(frozen=True, slots=True)
class Glossary:
    """token → tokens of the other language; a name of several words is a phrase, its tokens parted by blanks."""

    names: Mapping[str, Sequence[str]]

    @classmethod
    def load(cls, tokeniser: Tokeniser | None = None) -> Glossary:
        """The glossaries that ship."""
        folder = files("voc.models") / "glossaries"
        found = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".tsv"))
        lines = [
            (name.removesuffix(".tsv"), line)
            for name in found
            for line in (folder / name).read_text(encoding="utf-8").splitlines()
            if line.strip() and not line.startswith("#")
        ]
        return cls.of(lines, tokeniser or Tokeniser(threads=1))

    @classmethod
    def of(cls, lines: Iterable[tuple[str, str]], tokeniser: Tokeniser) -> Glossary:
        """From lines of `name, name TAB name, name`, each with the two languages it is in, as in `ko-en`.

        A name of which the tokeniser leaves less than its words is passed over: 오배송 would stand for all of 배송.
        """
        sides = [
            (lang, at, name.strip())
            for at, (langs, line) in enumerate(lines)
            for lang, side in zip(langs.split("-"), line.split("\t"), strict=True)
            for name in side.split(",")
        ]
        tokens = tokeniser.tokens_many([name for _, _, name in sides], [lang for lang, _, _ in sides])
        matters: defaultdict[int, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for (lang, at, name), words in zip(sides, tokens, strict=True):
            if keeps_its_words(name, words):
                matters[at][lang].append(_term(words))
        names: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for matter in matters.values():
            for lang, terms in matter.items():
                others = [term for other in sorted(matter) if other != lang for term in matter[other]]
                for term in terms:
                    names[term].update(dict.fromkeys(others))
        return cls({term: tuple(others) for term, others in names.items()})

    def translations(self, tokens: Sequence[str]) -> list[Sequence[str]]:
        """Of each matter that the tokens of a query name, what the other language calls it.

        A word inside a known phrase or compound does not count again.
        """
        terms: dict[str, None] = {}
        inside: set[str] = set()
        for at, token in enumerate(tokens):
            pair = " ".join(tokens[at : at + 2])
            if pair in self.names and pair != token:
                terms[pair] = None
                inside.update(tokens[at : at + 2])
            elif token in self.names:
                terms[token] = None
                near = tokens[max(0, at - 3) : at]
                inside.update(part for one in near for other in near if one + other == token for part in (one, other))
        return [self.names[term] for term in terms if term not in inside]


def keeps_its_words(name: str, tokens: Sequence[str]) -> bool:
    """Whether the tokens of a name still say what it says: no word of it was a stop word or half a compound."""
    if not tokens:
        return False
    whole = "".join(name.split())
    if HANGUL.search(name):
        return tokens[-1] == whole or "".join(tokens) == whole
    words = [word for word in name.split() if word not in _PARTICLES]
    return len(tokens) == len(words)


def _term(words: Sequence[str]) -> str:
    """A Korean compound is known by its joined token, which stands last; other names of several words are phrases."""
    whole = words[-1]
    return whole if len(words) > 1 and "".join(words[:-1]) == whole else " ".join(words)
