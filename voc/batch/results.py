"""What a run has found, in the form it publishes: the table of mentions, the themes, and who spoke of what when."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from voc.batch.corpus import Corpus, Texts
from voc.batch.linking import Keys
from voc.batch.points import Placed
from voc.batch.scored import ScoreColumns
from voc.model import EVERYTHING, Exemplar, Feedback, Level, State, Theme, Trend
from voc.name import Named, Names
from voc.ports import UNDATED, MentionTable
from voc.score import sentiment_shares, urgency_shares
from voc.trend import Calendar, Sightings, sightings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def period_of(corpus: Corpus) -> dict[str, str | None]:
    """First and last date of the feedback, for the manifest."""
    moments = sorted(item.created_at for item in corpus.items if item.created_at is not None)
    return {
        "begins": moments[0].isoformat() if moments else None,
        "ends": moments[-1].isoformat() if moments else None,
    }


@dataclass(frozen=True, slots=True)
class Speakers:
    """Who spoke on which day, int32 (mentions,) each; and the last day with feedback, 0 where nothing is dated."""

    person: NDArray[np.int32]
    day: NDArray[np.int32]
    last_day: int

    @classmethod
    def of(cls, corpus: Corpus, calendar: Calendar) -> Speakers:
        import numpy as np

        days = calendar.days([item.created_at for item in corpus.items])
        day_of = {item.item_id: day for item, day in zip(corpus.items, days, strict=True) if day is not None}
        numbers: dict[str, int] = {}
        person_of = {item: numbers.setdefault(person, len(numbers)) for item, person in corpus.people().items()}
        said_in = [mention.item_id for mention in corpus.mentions]
        return cls(
            np.array([person_of[item] for item in said_in], np.int32),
            np.array([day_of.get(item, UNDATED) for item in said_in], np.int32),
            max(day_of.values(), default=0),
        )


def sightings_of(placed: Placed, keys: Keys, speakers: Speakers) -> Sightings:
    """Who spoke of which theme on which day, coarse ones and EVERYTHING included."""
    import numpy as np

    parents = np.array(keys.coarse_of, np.int64) + len(keys.fine)
    names = (*keys.fine, *keys.coarse, EVERYTHING)
    dated = speakers.day != UNDATED
    return sightings(names, placed.theme[dated], parents, speakers.day[dated], speakers.person[dated])


def mention_table(
    corpus: Corpus,
    texts: Texts,
    bare: NDArray[np.bool_],
    placed: Placed,
    scores: ScoreColumns,
    keys: Keys,
    speakers: Speakers,
) -> MentionTable:
    """The run's mentions as columns. bare: bool (texts,), the text names nothing."""
    import numpy as np

    items = {item.item_id: item for item in corpus.items}
    copies = {item: copy.original for item, copy in corpus.duplicates.items()}
    mentions = corpus.mentions

    def column(values: Sequence[object]) -> NDArray[np.object_]:
        return np.array(values, dtype=object)

    return MentionTable(
        item_id=column([mention.item_id for mention in mentions]),
        id=column([items[mention.item_id].id for mention in mentions]),
        revision=np.array([mention.revision for mention in mentions], np.int32),
        index=np.array([mention.index for mention in mentions], np.int32),
        start=np.array([mention.start for mention in mentions], np.int32),
        end=np.array([mention.end for mention in mentions], np.int32),
        lang=column([mention.lang for mention in mentions]),
        theme=column([keys.fine[number] if number >= 0 else None for number in placed.theme.tolist()]),
        strength=placed.strength,
        how=placed.how,
        reason=placed.reason,
        duplicate_of=column([copies.get(mention.item_id) for mention in mentions]),
        sentiment=scores.sentiment,
        urgency=scores.urgency,
        urgency_level=scores.urgency_level,
        urgency_reasons=scores.urgency_reasons,
        evidence=scores.evidence,
        facets=scores.facets,
        person=speakers.person,
        day=speakers.day,
        judged=placed.judged,
        bare=bare[texts.text_of],
    )


def published_themes(
    corpus: Corpus,
    texts: Texts,
    table: MentionTable,
    names: Names,
    keys: Keys,
    trends: Sequence[Trend],
    *,
    language: str,
) -> list[Theme]:
    """Fine and coarse themes with their names, figures, states and exemplars."""
    facts = _Facts.of(corpus, texts, table)
    states = {trend.theme: trend.state for trend in trends}
    parent_of = {keys.fine[number]: keys.coarse[parent] for number, parent in enumerate(keys.coarse_of)}
    themes = [
        _theme(keys.fine[named.number], Level.FINE, named, language, parent_of[keys.fine[named.number]])
        for named in names.fine
    ] + [_theme(keys.coarse[named.number], Level.COARSE, named, language, None) for named in names.coarse]
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for row, key in enumerate(table.theme.tolist()):
        if key is not None:
            rows[key].append(row)
            rows[parent_of[key]].append(row)
    drawn = {keys.fine[n.number]: n.exemplars for n in names.fine}
    drawn |= {keys.coarse[n.number]: n.exemplars for n in names.coarse}
    assigned = max(1, sum(1 for key in table.theme if key is not None))
    return [
        facts.fill(theme, rows[theme.key], assigned, states.get(theme.key, State.STEADY), drawn[theme.key])
        for theme in themes
    ]


def _theme(key: str, level: Level, named: Named, language: str, parent: str | None) -> Theme:
    label = named.labels.get(language, named.label) if language != "auto" else named.label
    return Theme(key=key, label=label, level=level, labels=named.labels, keywords=named.keywords, parent=parent)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the figures of themes are counted from."""

    items: Mapping[str, Feedback]
    table: MentionTable
    text_of: Sequence[int]
    """Distinct text of each row of the table."""
    chosen: Sequence[int]
    """Eligible texts, in the order in which exemplars are numbered."""
    campaigns: Collection[str]
    """Items that belong to a campaign."""

    @classmethod
    def of(cls, corpus: Corpus, texts: Texts, table: MentionTable) -> _Facts:
        chosen = [at for at, ok in enumerate(texts.eligible.tolist()) if ok]
        items = {item.item_id: item for item in corpus.items}
        return cls(items, table, texts.text_of.tolist(), chosen, frozenset(corpus.campaigns))

    def fill(self, theme: Theme, rows: Sequence[int], assigned: int, state: State, drawn: Sequence[int]) -> Theme:
        """The theme with its figures."""
        import numpy as np

        item_ids = {str(self.table.item_id[row]) for row in rows}
        critical, high = urgency_shares(self.table.urgency_level[np.asarray(rows, np.int64)])
        seen = [moment for item in item_ids if (moment := self.items[item].created_at) is not None]
        langs = Counter(str(self.table.lang[row]) for row in rows)
        first = self._first_rows(rows)
        return replace(
            theme,
            mentions=len(rows),
            items=len(item_ids),
            reach=len(np.unique(self.table.person[np.asarray(rows, np.int64)])),
            share=len(rows) / assigned,
            sentiment=sentiment_shares(self.table.sentiment[np.asarray(rows, np.int64)]),
            critical=critical,
            high=high,
            state=state,
            first_seen=_earliest(seen),
            exemplars=tuple(self._exemplar(first[self.chosen[at]]) for at in drawn),
            copied=sum(item in self.campaigns for item in item_ids) / max(1, len(item_ids)),
            languages=dict(sorted(langs.items(), key=lambda row: (-row[1], row[0]))),
        )

    def _first_rows(self, rows: Sequence[int]) -> dict[int, int]:
        """Distinct text → the first of the rows that has it and belongs to no duplicate."""
        found: dict[int, int] = {}
        for row in rows:
            if self.table.duplicate_of[row] is None:
                found.setdefault(self.text_of[row], row)
        return found

    def _exemplar(self, row: int) -> Exemplar:
        item = self.items[str(self.table.item_id[row])]
        return Exemplar(item.id, item.item_id, item.text, int(self.table.start[row]), int(self.table.end[row]))


def _earliest(moments: Sequence[datetime]) -> datetime | None:
    return min(moments) if moments else None
