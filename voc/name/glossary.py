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
        """From lines of `name, name TAB name, name`, each with the two languages it is in, as in `ko-en`."""
        sides = [
            (lang, at, name.strip())
            for at, (langs, line) in enumerate(lines)
            for lang, side in zip(langs.split("-"), line.split("\t"), strict=True)
            for name in side.split(",")
        ]
        tokens = tokeniser.tokens_many([name for _, _, name in sides], [lang for lang, _, _ in sides])
        matters: defaultdict[int, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for (lang, at, _), words in zip(sides, tokens, strict=True):
            if words:
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

        A phrase is known by its neighbours, and a word inside a known phrase does not count again.
        """
        found: list[Sequence[str]] = []
        at = 0
        while at < len(tokens):
            pair = " ".join(tokens[at : at + 2])
            step = 2 if at + 1 < len(tokens) and pair in self.names else 1
            term = pair if step == 2 else tokens[at]
            if term in self.names:
                found.append(self.names[term])
            at += step
        return found


def _term(words: Sequence[str]) -> str:
    """A Korean compound is known by its joined token, which stands last; other names of several words are phrases."""
    whole = words[-1]
    return whole if len(words) > 1 and "".join(words[:-1]) == whole else " ".join(words)
