"""The material of a comparison: who spoke of the themes, in which channel and language, and what they think or gave.

People are those of `voc.batch.watched`. Holds no rule of statistics: see `voc.trend.parts`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voc.batch.watched import Voices
from voc.comparison import Metric
from voc.model import EVERYTHING, SENTIMENTS, Feedback
from voc.trend import Calendar
from voc.trend.differences import said_of
from voc.trend.parts import Part, Talk

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

MIX = ("channel", "lang")
"""What a reach is adjusted for the mix of."""
BOUND = {"source": "channel", "channel": "channel", "country": "lang", "lang": "lang"}
"""What goes along with an attribute so closely that adjusting for it would leave nothing of its values to compare."""


@dataclass(frozen=True, slots=True)
class Material:
    """All of the feedback that a comparison may take, in the order of days.

    items: object, the item of each row of `all`, and `talk_items` of each row of `talk`
    """

    part: Part
    items: NDArray[np.object_]
    talk_items: NDArray[np.object_]
    strata: int

    def days(self, first: int, last: int) -> Part:
        """What was said on the days `first` to `last`, both inclusive."""
        import numpy as np

        def within(talk: Talk) -> Talk:
            begin, end = np.searchsorted(talk.day, [first, last + 1])
            return talk.rows(slice(begin, end))

        return Part(within(self.part.talk), within(self.part.all))

    def of(self, held: Collection[str]) -> Part:
        """What was said in some of the items, by item_id."""
        import numpy as np

        def within(talk: Talk, items: NDArray[np.object_]) -> Talk:
            return talk.rows(np.fromiter((item in held for item in items), np.bool_, len(items)))

        return Part(within(self.part.talk, self.talk_items), within(self.part.all, self.items))


def spoken(
    voices: Voices,
    mask: NDArray[np.bool_],
    keys: Sequence[str],
    metric: Metric,
    feedback: Mapping[str, Feedback],
    mix: Sequence[str],
) -> Material:
    """The material of reach or sentiment: a row a mention. mask: bool (mentions of the table,), what may be taken; mix:
    fields of an item that make the strata."""
    import numpy as np

    table = voices.table
    mood = table.sentiment[voices.row]
    taken = mask[voices.row]
    if metric is Metric.SENTIMENT:
        taken &= ~np.isnan(mood[:, 0])
    net = np.nan_to_num(mood[:, SENTIMENTS.index("positive")] - mood[:, SENTIMENTS.index("negative")])
    items = table.item_id[voices.row]
    strata, number = _strata([feedback.get(str(item)) for item in items], mix)
    everybody = Talk(
        np.zeros(len(items), np.int64),
        voices.day,
        voices.person,
        strata,
        voices.unhappy.astype(np.float64),
        net.astype(np.float64),
    )
    return _material(everybody, items, taken, [voices.speaks_of(key) for key in keys], number)


def answered(
    voices: Voices,
    mask: NDArray[np.bool_],
    keys: Sequence[str],
    metric: Metric,
    feedback: Mapping[str, Feedback],
    wordless: Collection[Feedback],
    calendar: Calendar,
) -> Material:
    """The material of NPS or rating: a row an answer. wordless: items of figures alone."""
    import numpy as np

    figure = "nps" if metric is Metric.NPS else "rating"
    spoken_rows = np.flatnonzero(mask[voices.row])
    row_of = {
        str(item): row for row, item in zip(spoken_rows, voices.table.item_id[voices.row[spoken_rows]], strict=True)
    }
    person = _people(voices, feedback)
    given = [(feedback[item], int(voices.day[row])) for item, row in row_of.items() if item in feedback]
    given += [(item, calendar.day(item.created_at)) for item in wordless if item.created_at is not None]
    given = sorted(
        ((item, day) for item, day in given if getattr(item, figure) is not None),
        key=lambda one: (one[1], one[0].created_at, one[0].item_id),
    )
    items = np.array([item.item_id for item, _ in given], dtype=object)
    values = np.array([getattr(item, figure) for item, _ in given], np.float64)
    everybody = Talk(
        np.zeros(len(given), np.int64),
        np.array([day for _, day in given], np.int64),
        np.array([person(item) for item, _ in given], np.int64),
        np.zeros(len(given), np.int64),
        said_of(values) if metric is Metric.NPS else values,
        np.zeros(len(given)),
    )
    holding = [_answers_of(voices, mask, key, items) for key in keys]
    return _material(everybody, items, np.ones(len(items), np.bool_), holding, 1)


def _material(
    everybody: Talk,
    items: NDArray[np.object_],
    taken: NDArray[np.bool_],
    holding: Sequence[NDArray[np.bool_]],
    strata: int,
) -> Material:
    import numpy as np

    order = np.flatnonzero(taken)
    order = order[np.argsort(everybody.day[order], kind="stable")]
    rows = [order[held[order]] for held in holding]
    number = np.repeat(np.arange(len(rows)), [len(some) for some in rows])
    at = np.concatenate([*rows, np.zeros(0, np.int64)]).astype(np.int64)
    by_day = np.argsort(everybody.day[at], kind="stable")
    at, number = at[by_day], number[by_day]
    talk = everybody.rows(at)
    talk = Talk(number.astype(np.int64), talk.day, talk.person, talk.stratum, talk.value, talk.net)
    return Material(Part(talk, everybody.rows(order)), items[order], items[at], strata)


def _answers_of(voices: Voices, mask: NDArray[np.bool_], key: str, items: NDArray[np.object_]) -> NDArray[np.bool_]:
    import numpy as np

    if key == EVERYTHING:
        return np.ones(len(items), np.bool_)
    speaking = set(voices.table.item_id[voices.row[voices.speaks_of(key) & mask[voices.row]]].tolist())
    return np.fromiter((item in speaking for item in items), np.bool_, len(items))


def _people(voices: Voices, feedback: Mapping[str, Feedback]) -> Callable[[Feedback], int]:
    """The number of who gave an answer: the run's, or one beyond for whom the run does not number."""
    of_item = dict(zip(voices.table.item_id.tolist(), voices.table.person.tolist(), strict=True))
    of_customer = {
        one.customer_id: of_item[item] for item, one in sorted(feedback.items()) if one.customer_id and item in of_item
    }
    beyond = max(of_item.values(), default=-1) + 1
    new: dict[str, int] = {}

    def person(item: Feedback) -> int:
        if item.item_id in of_item:
            return int(of_item[item.item_id])
        if item.customer_id in of_customer:
            return int(of_customer[item.customer_id])
        return new.setdefault(item.customer_id or item.item_id, beyond + len(new))

    return person


def _strata(items: Sequence[Feedback | None], mix: Sequence[str]) -> tuple[Numbers, int]:
    """Number of what each item has of the mix, in the order in which it comes up, and how many numbers there are."""
    import numpy as np

    numbers: dict[tuple[object, ...], int] = {}
    found = [numbers.setdefault(tuple(getattr(item, name, None) for name in mix), len(numbers)) for item in items]
    return np.array(found, np.int64), max(len(numbers), 1)
