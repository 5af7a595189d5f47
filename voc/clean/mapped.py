"""Text that remembers where it came from: every character keeps its stretch of the source.

Owns the offset arithmetic of rewriting. Knows nothing of what is rewritten, or why.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from voc.model import Span

Replacement = str | Callable[[re.Match[str]], str]

_JAMO_INSIDE = "\u1160", "\u11ff"
"""Conjoining vowels and finals: they compose with what stands before them."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """`text[i]` was made from `source[starts[i]:ends[i]]`; both sequences never decrease."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    @classmethod
    def identity(cls, text: str) -> Mapped:
        """The text as its own source."""
        return cls(text, range(len(text)), range(1, len(text) + 1))

    def span(self, start: int, end: int) -> Span:
        """Where `text[start:end]` came from. An empty stretch maps to an empty stretch."""
        if start < end:
            return Span(self.starts[start], self.ends[end - 1])
        at = self.starts[start] if start < len(self.text) else (self.ends[-1] if self.text else 0)
        return Span(at, at)

    def within(self, start: int, end: int) -> str:
        """What the source's stretch [start, end) looks like here."""
        return self.text[bisect_left(self.starts, start) : bisect_right(self.ends, end)]

    def translate(self, table: Mapping[int, str]) -> Mapped:
        """Replace characters one for one: offsets stay."""
        return Mapped(self.text.translate(table), self.starts, self.ends)

    def substitute(self, pattern: re.Pattern[str], replacement: Replacement) -> Mapped:
        """Replace matches; each character of a replacement stands for the whole match."""
        if pattern.search(self.text) is None:
            return self
        build = _Builder(self)
        for match in pattern.finditer(self.text):
            build.copy_to(match.start())
            build.write(replacement if isinstance(replacement, str) else replacement(match), match.end())
        return build.finish()

    def keep(self, pattern: re.Pattern[str], group: str = "keep") -> Mapped:
        """Reduce each match to its named group, whose characters keep their own offsets."""
        if pattern.search(self.text) is None:
            return self
        build = _Builder(self)
        for match in pattern.finditer(self.text):
            build.copy_to(match.start())
            build.skip_to(match.start(group))
            build.copy_to(match.end(group))
            build.skip_to(match.end())
        return build.finish()

    def composed(self) -> Mapped:
        """Unicode NFC (UAX #15). A composed character stands for the whole sequence it was made of."""
        if unicodedata.is_normalized("NFC", self.text):
            return self
        build = _Builder(self)
        for start, end in _clusters(self.text):
            cluster = self.text[start:end]
            composed = unicodedata.normalize("NFC", cluster)
            if composed == cluster:
                build.copy_to(end)
            else:
                build.write(composed, end)
        return build.finish()


class _Builder:
    """Writes a new Mapped from left to right over an old one."""

    def __init__(self, old: Mapped) -> None:
        self.old, self.at = old, 0
        self.parts: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []

    def copy_to(self, end: int) -> None:
        if end > self.at:
            self.parts.append(self.old.text[self.at : end])
            self.starts.extend(self.old.starts[self.at : end])
            self.ends.extend(self.old.ends[self.at : end])
            self.at = end

    def skip_to(self, end: int) -> None:
        self.at = max(self.at, end)

    def write(self, text: str, end: int) -> None:
        """Write `text` in place of what lies between here and `end`."""
        if text and end > self.at:
            self.parts.append(text)
            self.starts.extend([self.old.starts[self.at]] * len(text))
            self.ends.extend([self.old.ends[end - 1]] * len(text))
        self.at = end

    def finish(self) -> Mapped:
        self.copy_to(len(self.old.text))
        return Mapped("".join(self.parts), self.starts, self.ends)


def _clusters(text: str) -> list[tuple[int, int]]:
    """Stretches that compose on their own: a character and the marks or conjoining jamo after it."""
    cuts = [
        i
        for i, char in enumerate(text)
        if not (_JAMO_INSIDE[0] <= char <= _JAMO_INSIDE[1] or unicodedata.category(char).startswith("M"))
    ]
    if not cuts or cuts[0] != 0:
        cuts.insert(0, 0)
    return list(zip(cuts, [*cuts[1:], len(text)], strict=True))
