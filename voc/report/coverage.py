"""Where every mention went: with a theme, or without one and why; in all, by language and by channel."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from voc.model import Unassigned
from voc.ports import Tools
from voc.queries import Snapshot
from voc.report.words import Words


@dataclass(frozen=True, slots=True)
class Coverage:
    """The parts add up to `mentions`; those of `languages`, and those of `channels`, to the whole.

    `channels` maps None to what came without one.
    """

    mentions: int
    assigned: int
    reasons: Mapping[str, int]
    languages: Mapping[str | None, Coverage] = field(default_factory=dict)
    channels: Mapping[str | None, Coverage] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """Of mentions that have a theme, 0…1."""
        return self.assigned / max(1, self.mentions)


def coverage_of(tools: Tools, snapshot: Snapshot) -> Coverage:
    """Of the mentions of the published run."""
    table = snapshot.published.mentions
    why = [None if reason is None else str(reason) for reason in table.reason.tolist()]
    refs = list(zip(table.item_id.tolist(), table.revision.tolist(), strict=True))
    channel_of = tools.feedback.traits(refs, ["channel"])
    channels = [channel_of.get(ref, (None,))[0] for ref in refs]
    whole = _counted(why)
    languages = _by([str(lang) for lang in table.lang.tolist()], why)
    return Coverage(whole.mentions, whole.assigned, whole.reasons, languages, _by(channels, why))


def coverage_rows(coverage: Coverage, words: Words) -> list[tuple[str, str, Coverage]]:
    """Title, name and figures of every language and channel, for people."""
    languages = [(words("one_language"), str(lang), part) for lang, part in coverage.languages.items()]
    channels = [(words("channel"), name or words("no_channel"), part) for name, part in coverage.channels.items()]
    return languages + channels


def _by(names: Sequence[str | None], why: Sequence[str | None]) -> dict[str | None, Coverage]:
    parts: defaultdict[str | None, list[str | None]] = defaultdict(list)
    for name, reason in zip(names, why, strict=True):
        parts[name].append(reason)
    order = sorted(parts, key=lambda name: (-len(parts[name]), name or ""))
    return {name: _counted(parts[name]) for name in order}


def _counted(why: Sequence[str | None]) -> Coverage:
    counts = Counter(why)
    reasons = {reason.value: counts[reason.value] for reason in Unassigned if counts[reason.value]}
    return Coverage(len(why), counts[None], reasons)
