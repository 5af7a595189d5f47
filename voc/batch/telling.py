"""An event put to people: its name, how many speak of it, where they come from, and their own words as evidence.

And back: what an earlier night's alert is to the nights after it.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from voc.alerts import OVER, RATIO_UNKNOWN, Alert, Quote, Share, Status, complaints
from voc.batch.watched import TRAITS, Voices
from voc.model import EVERYTHING
from voc.trend import Calendar
from voc.trend.events import NOWHERE, Event, Kin, Told
from voc.trend.streams import Stream

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Words = Callable[[Collection[str]], Mapping[str, str]]
"""item_ids → lexical tokens of each, parted by blanks."""
QUOTES = 5
SHARES = 8
USUAL_DAYS = 182
"""Days before an event that it is compared with."""
DISTINCT = 1.5
"""And by so many times the share that said it before."""
NAMING = 2
"""Words that a label gets from the event itself."""
COMMON = 0.15
"""A word that names an event is said by this share of its items at least."""


def alert_of(event: Event, voices: Voices, calendar: Calendar, words: Words, *, label: str | None = None) -> Alert:
    """The alert of an event, with what is known at the end of its last day. `label`: what it was called so far."""
    told = event.headline
    since = event.opened - told.window + 1
    rows = _rows(voices, event, since, event.last)
    return Alert(
        alert_id=named(event).name,
        kind=told.kind,
        theme=told.stream.theme,
        label=_label(event, voices, rows, since, words) if label is None else label,
        scope={event.place[0]: event.place[1]} if event.place != NOWHERE else {},
        themes=event.themes,
        opened=calendar.start(event.opened + 1),
        updated=calendar.start(event.last + 1),
        closed=calendar.start(event.ended + 1) if event.ended is not None else None,
        status=Status.CLOSED if event.ended is not None else Status.OPEN,
        since=calendar.start(_first_unusual(voices, rows, since)),
        window=told.window,
        observed=told.observed,
        expected=round(told.expected, 3),
        ratio=round(told.observed / max(told.expected, 0.001), 3),
        ratio_low=round(told.low, 3),
        ratio_high=round(min(told.high, RATIO_UNKNOWN), 3),
        p=told.p,
        q=told.q,
        reach=len(set(voices.person[rows].tolist())),
        where=_where(event, voices, rows, since),
        evidence=_evidence(voices, rows),
        reason=OVER if event.ended is not None else None,
    )


def over(alert: Alert, event: Event, calendar: Calendar) -> Alert:
    """The alert as far as days tell, for an event of which nothing more can be counted: it ended, or its theme is
    gone."""
    return replace(
        alert,
        themes=event.themes,
        updated=calendar.start(event.last + 1),
        closed=calendar.start(event.ended + 1) if event.ended is not None else None,
        status=Status.CLOSED if event.ended is not None else alert.status,
        reason=OVER if event.ended is not None else alert.reason,
    )


def event_of(alert: Alert, calendar: Calendar) -> Event:
    """What an alert is to the nights that follow."""
    last = calendar.day(alert.updated) - 1
    told = Told(
        stream=Stream(alert.theme, *next(iter(alert.scope.items()), NOWHERE)),
        kind=alert.kind,
        day=last,
        window=alert.window,
        observed=alert.observed,
        expected=alert.expected,
        low=alert.ratio_low,
        high=alert.ratio_high,
        p=alert.p,
        q=alert.q,
    )
    ended = calendar.day(alert.closed) - 1 if alert.closed is not None else None
    place = next(iter(alert.scope.items()), NOWHERE)
    return Event(
        place, alert.themes or (alert.theme,), told, calendar.day(alert.opened) - 1, last, ended, alert.alert_id
    )


def named(event: Event) -> Event:
    """The event under a name that it has whoever watched it, and that no later night changes."""
    if event.name:
        return event
    told = event.headline
    said = "\x1f".join((told.stream.theme, *event.place, told.kind, str(event.opened)))
    return replace(event, name="a_" + hashlib.sha256(said.encode()).hexdigest()[:16])


def _rows(voices: Voices, event: Event, since: int, until: int) -> NDArray[np.int64]:
    """Numbers of the mentions that an event is made of."""
    import numpy as np

    rows = voices.speaks_of(event.headline.stream.theme) & voices.within(event.place)
    rows &= (voices.day >= since) & (voices.day <= until)
    stream = event.headline.stream
    unhappy = complaints(event.headline.kind, stream.theme, part=not stream.whole)
    return np.flatnonzero(rows & voices.unhappy if unhappy else rows)


def _first_unusual(voices: Voices, rows: NDArray[np.int64], since: int) -> int:
    """The first day with at least a quarter of what the busiest day has."""
    days = Counter(voices.day[rows].tolist())
    return min((day for day, number in days.items() if number * 4 >= max(days.values())), default=since)


def _evidence(voices: Voices, rows: NDArray[np.int64]) -> tuple[Quote, ...]:
    """Mentions of different people, what stands most clearly for the theme first."""
    import numpy as np

    table, seen, quotes = voices.table, set(), []
    strength = table.strength[voices.row[rows]]
    for at in rows[np.argsort(-strength, kind="stable")].tolist():
        person, row = int(voices.person[at]), int(voices.row[at])
        if person not in seen:
            seen.add(person)
            quotes.append(
                Quote(str(table.item_id[row]), int(table.revision[row]), int(table.start[row]), int(table.end[row]))
            )
        if len(quotes) == QUOTES:
            break
    return tuple(quotes)


def _before(voices: Voices, event: Event, since: int) -> NDArray[np.bool_]:
    """Mentions of the same part of the feedback before the event, bool (mentions,)."""
    return voices.within(event.place) & (voices.day < since) & (voices.day >= since - USUAL_DAYS)


def _where(event: Event, voices: Voices, rows: NDArray[np.int64], since: int) -> tuple[Share, ...]:
    """Attributes that are over-represented: their Wilson interval lies above what was usual for the theme."""
    from scipy import stats

    usual_rows = _before(voices, event, since) & voices.speaks_of(event.headline.stream.theme)
    found = []
    for name in TRAITS:
        now = {(voices.person[row], voices.traits[name][row]) for row in rows.tolist()}
        counts = Counter(value for _, value in now if value is not None)
        before = Counter(voices.traits[name][usual_rows].tolist())
        number, usual_number = sum(counts.values()), sum(before.values()) - before[None]
        for value, count in counts.items():
            interval = stats.binomtest(count, number).proportion_ci(method="wilson")
            usual = before[value] / usual_number if usual_number else 0.0
            if interval.low > usual and usual_number:
                found.append(
                    Share(name, value, count / number, float(interval.low), float(interval.high), round(usual, 6))
                )
    return tuple(sorted(found, key=lambda share: (share.usual - share.low, share.field, share.value))[:SHARES])


def _label(event: Event, voices: Voices, rows: NDArray[np.int64], since: int, words: Words) -> str:
    """The labels of its first two themes, and the words by which what is said now differs from what was said before."""
    import numpy as np

    theme = event.headline.stream.theme
    theme = _most_of(voices, rows, since) if theme == EVERYTHING else theme
    named = (voices.labels.get(key or "") for key in (theme, _beside(event, theme, voices.kin)))
    label = " · ".join(filter(None, named))
    now = set(voices.table.item_id[voices.row[rows]].tolist())
    then = set(voices.table.item_id[voices.row[np.flatnonzero(_before(voices, event, since))]].tolist()) - now
    told: list[str] = []
    for word in _telling(words(now), words(then)):
        if not any(word in said or said in word for said in (label.casefold(), *told) if said):
            told.append(word)
    return " · ".join([part for part in (label, *told[:NAMING]) if part]) or event.place[1]


def _beside(event: Event, theme: str, kin: Kin) -> str | None:
    """The first theme that went up with another one, for a reason of its own: neither above it nor under it."""
    near = (EVERYTHING, theme, kin.of(theme))
    return next((key for key in event.themes if key not in near and kin.of(key) != theme), None)


def _most_of(voices: Voices, rows: NDArray[np.int64], since: int) -> str:
    """The theme that most people beyond the usual speak of: among all those days before, in the same shares, it would
    have been fewer. `EVERYTHING` where none stands out."""
    import numpy as np

    before = np.flatnonzero((voices.day < since) & (voices.day >= since - USUAL_DAYS) & voices.unhappy)
    now, usual = (np.bincount(voices.theme[at] + 1, minlength=len(voices.keys) + 1)[1:] for at in (rows, before))
    excess = now - usual * len(rows) / max(1, len(before))
    best = int(excess.argmax())
    return voices.keys[best] if excess[best] >= 1 else EVERYTHING


def _telling(now: Mapping[str, str], then: Mapping[str, str]) -> list[str]:
    """Words by the log-likelihood ratio of their items now against those before (Dunning 1993), the clearest first."""

    def items_by_word(said: Mapping[str, str]) -> Counter[str]:
        return Counter(word for tokens in said.values() for word in set(tokens.split()) if len(word) > 1)

    here, there = items_by_word(now), items_by_word(then)
    scored = []
    for word, number in here.items():
        share, usual = number / max(1, len(now)), (there[word] + 0.5) / (len(then) + 1.0)
        if number >= 3 and share >= COMMON and share >= DISTINCT * usual:
            scored.append((number * math.log(share / usual), word))
    return [word for _, word in sorted(scored, key=lambda one: (-one[0], one[1]))]
