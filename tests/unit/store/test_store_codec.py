from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.model import Exemplar, Level, LineageEvent, SentimentShares, Spike, State, Theme, Trend, Window
from voc.store.codec import dumps, instant, iso, loads

texts = st.text(max_size=20)
shares = st.floats(0, 1)
counts = st.integers(0, 10**6)
figures = st.floats(allow_nan=False, allow_infinity=False)
times = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=9)), timezone(timedelta(hours=-3.5))]))
times = times.filter(lambda at: 2 < at.year < 9990)
windows = st.builds(Window, times, counts, st.none() | figures, st.none() | figures, st.none() | figures)
themes = st.builds(
    Theme,
    key=texts,
    label=texts,
    level=st.sampled_from(Level),
    labels=st.dictionaries(texts, texts, max_size=3),
    keywords=st.lists(texts, max_size=3).map(tuple),
    parent=st.none() | texts,
    mentions=counts,
    share=shares,
    sentiment=st.builds(SentimentShares, shares, shares, shares),
    state=st.sampled_from(State),
    first_seen=st.none() | times,
    exemplars=st.lists(st.builds(Exemplar, texts, texts, texts, counts, counts), max_size=2).map(tuple),
    languages=st.dictionaries(texts, counts, max_size=3),
)
trends = st.builds(
    Trend,
    texts,
    st.sampled_from(State),
    st.lists(windows, max_size=3).map(tuple),
    spikes=st.lists(st.builds(Spike, times, times, counts, figures, shares, shares), max_size=2).map(tuple),
)
events = st.builds(LineageEvent, st.sampled_from(["born", "split"]), texts, st.lists(texts, max_size=3).map(tuple))


@given(themes)
def test_a_theme_comes_back_as_it_went_in(theme):
    assert loads(dumps(theme), Theme) == theme


@given(trends)
def test_a_trend_comes_back_as_it_went_in(trend):
    assert loads(dumps(trend), Trend) == trend


def test_the_spikes_of_an_earlier_version_are_read():
    spike = (
        '{"start": "2026-03-01T00:00:00Z", "end": "2026-03-02T00:00:00Z", '
        '"observed": 9, "expected": 1.5, "p": 1e-05, "q": 0.01}'
    )
    trend = loads(f'{{"theme": "t", "state": "emerging", "windows": [], "spikes": [{spike}]}}'.encode(), Trend)
    assert (trend.state, trend.spikes[0].observed, trend.spikes[0].alert_id) == (State.EMERGING, 9, None)


@given(events)
def test_a_lineage_event_comes_back_as_it_went_in(event):
    assert loads(dumps(event), LineageEvent) == event


@given(times, times)
def test_times_sort_as_text_as_they_do_in_time(one, other):
    assert (iso(one) < iso(other)) == (one < other)
    assert instant(iso(one)) == one


def test_times_end_with_z_whatever_their_zone():
    seoul = datetime(2026, 3, 1, 9, tzinfo=timezone(timedelta(hours=9)))
    assert iso(seoul) == "2026-03-01T00:00:00.000000Z"


def test_equal_values_give_equal_bytes():
    one = Theme(key="k", label="라벨", level=Level.FINE, labels={"ko": "가", "en": "a"})
    other = Theme(key="k", label="라벨", level=Level.FINE, labels={"en": "a", "ko": "가"})
    assert dumps(one) == dumps(other)
    assert "라벨" in dumps(one).decode()


@pytest.mark.parametrize("figure", [float("nan"), float("inf")])
def test_what_json_can_not_say_is_refused(figure):
    with pytest.raises(ValueError, match="JSON"):
        dumps(Theme(key="k", label="l", level=Level.FINE, share=figure))


@dataclass(frozen=True)
class Point:
    x: int
    at: datetime | None = None


@pytest.mark.parametrize("said", ['{"x": "1"}', '{"x": true}', '{"y": 1}', '{"x": 1, "at": "2026-01-01"}', "[", "[1]"])
def test_something_else_is_an_error_and_never_an_object(said):
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError)):
        loads(said.encode(), Point)
