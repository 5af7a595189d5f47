"""What a comparison counts: who spoke of which theme on which day, in one part of the feedback and in another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from voc.comparison import Metric
from voc.trend.differences import How, Moments, moments, of_means, of_scores, of_shares, per_person
from voc.trend.ratio import Changes, Counted, Days, rate_ratios, scatter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Floats = NDArray[np.float64]


_OF_PERSON: dict[Metric, How] = {Metric.SENTIMENT: "most", Metric.NPS: "last", Metric.RATING: "mean"}
"""Of what one person says in a part: unhappy once is unhappy, the last answer is their answer, ratings are averaged."""


@dataclass(frozen=True, slots=True)
class Talk:
    """What was said, or answered, in the order of days: a row a mention (an answer) and theme, (n,) each.

    theme:   number of the theme
    person:  number of who speaks
    stratum: number of the channel and language
    value:   what the metric is about: 1 for unhappy and 0 for not, the rating, or 100, 0, −100; unused for reach
    net:     positive − negative, −1…1; for sentiment only
    """

    theme: Numbers
    day: Numbers
    person: Numbers
    stratum: Numbers
    value: Floats
    net: Floats

    def rows(self, rows: Numbers | NDArray[np.bool_] | slice) -> Talk:
        """Some of it."""
        return Talk(
            self.theme[rows], self.day[rows], self.person[rows], self.stratum[rows], self.value[rows], self.net[rows]
        )


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the feedback: what was said of the themes that are compared, and all that was said at all."""

    talk: Talk
    all: Talk

    def people(self) -> int:
        """Who spoke at all."""
        import numpy as np

        return len(np.unique(self.all.person))

    def speaking(self, themes: int) -> Numbers:
        """Who spoke of each theme, int64 (themes,)."""
        theme, _ = distinct(self.talk.theme, self.talk.person)
        return _tally(theme, themes).astype(int)


def compare(metric: Metric, before: Part, after: Part, *, themes: int, strata: int) -> tuple[Changes, Changes | None]:
    """The change of each theme's figure, and for sentiment that of its net sentiment."""
    if metric is Metric.REACH:
        return rate_ratios(counted(before, themes, strata), counted(after, themes, strata)), None
    one, other = figures(metric, before.talk, themes), figures(metric, after.talk, themes)
    if metric is Metric.NPS:
        return of_scores(one, other), None
    if metric is Metric.RATING:
        return of_means(one, other), None
    dispersion, freedom = _scatter_of_days(before.talk, after.talk, one, other)
    net = of_means(*(_net(part.talk, themes) for part in (before, after)))
    return of_shares(one, other, dispersion, freedom), net


def figures(metric: Metric, talk: Talk, themes: int) -> Moments:
    """People per theme with the mean of their figures, one figure a person."""
    return moments(*per_person(talk.theme, talk.person, talk.value, how=_OF_PERSON[metric]), themes=themes)


def _net(talk: Talk, themes: int) -> Moments:
    return moments(*per_person(talk.theme, talk.person, talk.net, how="mean"), themes=themes)


def counted(part: Part, themes: int, strata: int) -> Counted:
    """Different people per theme and stratum, and per theme and day."""
    import numpy as np

    talk, all_talk = part.talk, part.all
    days, _ = np.unique(all_talk.day, return_inverse=True)
    theme, stratum, _ = distinct(talk.theme, talk.stratum, talk.person)
    all_stratum, _ = distinct(all_talk.stratum, all_talk.person)
    on, at, _, _ = distinct(talk.theme, np.searchsorted(days, talk.day), talk.stratum, talk.person)
    all_at, all_of, _ = distinct(np.searchsorted(days, all_talk.day), all_talk.stratum, all_talk.person)
    return Counted(
        people=_tally(theme * strata + stratum, themes * strata).reshape(themes, strata),
        exposure=_tally(all_stratum, strata),
        daily=_tally(on * len(days) + at, themes * len(days)).reshape(themes, len(days)),
        daily_exposure=_tally(all_at * strata + all_of, len(days) * strata).reshape(len(days), strata),
    )


def distinct(*columns: Numbers) -> tuple[Numbers, ...]:
    """The different rows of columns of equal length, none of them negative, column by column."""
    import numpy as np

    widths = [int(column.max(initial=0)) + 1 for column in columns]
    row = np.zeros(len(columns[0]), np.int64)
    for column, width in zip(columns, widths, strict=True):
        row = row * width + column
    row = np.unique(row)
    found = []
    for width in reversed(widths):
        row, column = np.divmod(row, width)
        found.append(column)
    return tuple(reversed(found))


def _scatter_of_days(before: Talk, after: Talk, one: Moments, other: Moments) -> tuple[Floats, Floats]:
    """How much more the unhappy people of days scatter than independent ones would; 1 at least."""
    import numpy as np

    days = [_unhappy_days(talk, of) for talk, of in ((before, one), (after, other))]
    found, freedom = scatter(*days)
    return np.maximum(found, 1.0), freedom


def _unhappy_days(talk: Talk, of: Moments) -> Days:
    import numpy as np

    days = np.unique(talk.day)
    shape = (len(of.people), len(days))

    def daily(some: Talk) -> Floats:
        theme, at, _ = distinct(some.theme, np.searchsorted(days, some.day), some.person)
        return _tally(theme * shape[1] + at, shape[0] * shape[1]).reshape(shape)

    people, unhappy = daily(talk), daily(talk.rows(talk.value > 0))
    total = people.sum(axis=1)
    share = np.divide(unhappy.sum(axis=1), total, out=np.zeros(shape[0]), where=total > 0)[:, None]
    return Days(unhappy, people * share, people * share * (1 - share), np.broadcast_to(1 - 2 * share, shape))


def _tally(values: Numbers, length: int) -> Floats:
    import numpy as np

    return np.bincount(values, minlength=length).astype(np.float64)
