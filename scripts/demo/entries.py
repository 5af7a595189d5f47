"""The hand-written sentences: reading `texts/*.txt` into `Entry` rows.

Owns the format of those files and nothing about time, customers or the CSV. One entry a line:

    ko review 2 at=2026-09-24 seg=plus | 배송은 빠른데 포장이 엉망이에요

that is language, channel, for a review its stars, then `key=value` hints, then the text after " | ". In the text `\\n`
is a line break, ` // ` starts the next turn of a chat (`A:` an agent's, `B:` a bot's), and ` >> ` the next version or
copy of the same text. A line that starts with `#` is a note; `# segment: plus` is a hint for every line of its file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).with_name("texts")
CHANNELS = {
    "review": "app_review",
    "ticket": "ticket",
    "chat": "chat",
    "survey": "survey",
    "social": "social",
    "call": "call_note",
}
HINTS = {"at", "hour", "country", "seg", "urgent", "topic", "pii", "kind", "then", "nps", "csat", "ces"}
ROLES = {"A: ": "agent", "B: ": "bot"}


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a chat: who wrote (customer, agent or bot), and what."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a text file. `number` counts the entries of its topic from 0; `raw` is the text as written."""

    topic: str
    number: int
    lang: str
    channel: str
    rating: str
    raw: str
    hints: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What the dice are asked about: stays the same when other files change."""
        return f"{self.topic}/{self.raw}"

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The turns of a chat; for every other channel the text as one turn of the customer."""
        text = self.versions[0]
        return tuple(map(_turn, text.split(" // "))) if self.channel == "chat" else (Turn("customer", text),)

    @property
    def versions(self) -> tuple[str, ...]:
        """The text, and after it its copies or later versions; "=" stands for the same text again."""
        first, *rest = self.raw.replace("\\n", "\n").split(" >> ")
        return (first, *(first if part == "=" else part for part in rest))


def read(topic: str) -> list[Entry]:
    """Every entry of `texts/<topic>.txt`, in file order. `topic=` on a line says which topic it belongs to.

    Raises ValueError, naming file and line, when a line does not follow the format.
    """
    path = FOLDER / f"{topic}.txt"
    entries: list[Entry] = []
    common: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("# segment: "):
            common["seg"] = line.removeprefix("# segment: ")
        elif line and not line.startswith("#"):
            try:
                entries.append(_entry(topic, len(entries), line, common))
            except ValueError as error:
                raise ValueError(f"{path.name}, line {number}: {error}") from error
    return entries


def topics() -> tuple[str, ...]:
    """The names of all text files, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.txt")))


def _entry(topic: str, number: int, line: str, common: Mapping[str, str]) -> Entry:
    head, bar, raw = line.partition(" | ")
    lang, channel, *words = head.split()
    if not bar or not raw.strip() or channel not in CHANNELS:
        raise ValueError("not of the form 'lang channel hints | text'")
    rating = words.pop(0) if channel == "review" else ""
    if channel == "review" and rating not in set("12345"):
        raise ValueError(f"a review needs its stars first, not {rating!r}")
    hints = {**common, **dict(word.split("=", 1) for word in words)}
    if unknown := hints.keys() - HINTS:
        raise ValueError(f"unknown hint {min(unknown)!r}")
    return Entry(hints.pop("topic", topic), number, lang, CHANNELS[channel], rating, raw, hints)


def _turn(part: str) -> Turn:
    role = ROLES.get(part[:3])
    return Turn(role, part[3:]) if role else Turn("customer", part)
