"""Counts, baseline, tests and events on made streams, against scipy, statsmodels' formula and counting by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_panels import DAYS, STRICT, noise, of, panel_of, told
from scipy import stats

from voc.alerts import Kind
from voc.model import EVERYTHING
from voc.trend.baseline import anscombe, baseline
from voc.trend.elastic import power
from voc.trend.events import Kin
from voc.trend.night import night
from voc.trend.streams import WINDOWS, Panel, Stream, rolling
from voc.trend.surprise import count_tail, ratio_interval, share_tail, simes, weighted_q
from voc.trend.watch import level, watch_panel


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 19), st.integers(0, 4)), max_size=60), st.sampled_from(WINDOWS)
)
def test_a_window_counts_every_person_once(seen: list[tuple[int, int, int]], window: int) -> None:
    row, day, person = (np.array([one[at] for one in seen], np.int64) for at in range(3))
    found = rolling(row, day, person, rows=3, days=20, window=window)
    for stream in range(3):
        for end in range(20):
            inside = {p for r, d, p in seen if r == stream and end - window < d <= end}
            assert found[stream, end] == len(inside)


def test_the_tail_is_scipys_and_becomes_poissons() -> None:
    found = count_tail(np.array([12]), np.array([5.0]), np.array([0.2]))
    assert found[0] == pytest.approx(stats.nbinom.sf(11, 5, 0.5))
    near = count_tail(np.array([12]), np.array([5.0]), np.array([1e-6]))
    assert near[0] == pytest.approx(stats.poisson.sf(11, 5.0), rel=1e-3)


def test_a_share_as_sure_as_can_be_is_binomial() -> None:
    found = share_tail(np.array([8]), np.array([10]), np.array([0.4]), np.array([1e9]))
    assert found[0] == pytest.approx(stats.binom.sf(7, 10, 0.4), rel=1e-4)


def test_simes_of_the_paper() -> None:
    p = np.array([[0.01], [0.04], [0.03], [0.5]])
    assert simes(p)[0] == pytest.approx(min(4 * 0.01 / 1, 4 * 0.03 / 2, 4 * 0.04 / 3, 4 * 0.5 / 4))


def test_the_ratios_interval_is_the_log_interval_of_two_poisson_rates() -> None:
    low, high = ratio_interval(np.array([60]), np.array([30.0]), np.array([1 / 30]))
    half = 1.96 * np.sqrt(1 / 60 + 1 / 30)
    assert (low[0], high[0]) == (pytest.approx(2 * np.exp(-half)), pytest.approx(2 * np.exp(half)))


def test_weights_of_one_are_plain_benjamini_hochberg() -> None:
    p = np.array([0.001, 0.02, 0.5, 0.04])
    assert weighted_q(p, np.ones(4)) == pytest.approx(stats.false_discovery_control(p, method="bh"))


def test_anscombe_residuals_of_poisson_counts_are_standard() -> None:
    counts = np.random.default_rng(0).poisson(20, (1, 20_000)).astype(float)
    found = anscombe(counts, np.full_like(counts, 20.0), 1.0)
    assert (abs(found.mean()), found.std()) == (pytest.approx(0, abs=0.05), pytest.approx(1, abs=0.03))


def test_a_past_outbreak_does_not_raise_the_baseline() -> None:
    counts = noise(0).astype(float)
    calm = baseline(counts, np.full_like(counts, 200.0), np.arange(40), 0)
    counts[3, 50:55] += 60
    after = baseline(counts, np.full_like(counts, 200.0), np.arange(40), 0)
    assert after.rate[3] == pytest.approx(calm.rate[3], rel=0.1)
    assert counts[3].mean() > 1.3 * noise(0)[3].mean()  # what a plain mean would have done


def test_an_outage_is_one_event_from_its_first_night_to_its_end() -> None:
    counts = noise(11)
    counts[7, 100:105] += 60
    (event,) = of("t7", told(panel_of(counts)))
    assert event.opened == 100
    assert event.ended is not None
    assert 105 < event.ended < 125


def test_twice_the_feedback_with_equal_shares_is_no_event() -> None:
    counts = noise(2)
    counts[:, 100:] *= 2
    assert not told(panel_of(counts))


def test_a_theme_that_nobody_knew_is_told_on_its_first_day() -> None:
    counts = noise(3)
    counts[5] = 0
    counts[5, 120:] = 10
    (event,) = told(panel_of(counts))
    assert (event.headline.stream.theme, event.opened) == ("t5", 120)


def test_what_happens_later_changes_nothing_of_what_was_told() -> None:
    counts = noise(4)
    counts[7, 100:105] += 60
    before = told(panel_of(counts[:, :110]))
    counts[9, 120:] += 50
    panel = panel_of(counts)
    assert watch_panel(panel, range(60, 110), STRICT) == before != []


def test_fine_and_coarse_theme_are_one_event() -> None:
    counts = noise(5)
    counts[7, 100] += 40
    counts[8] = counts[:8].sum(axis=0)
    events = told(panel_of(counts), kin=Kin({f"t{row}": "t8" for row in range(8)}))
    [one] = [event for event in events if {"t7", "t8"} & set(event.themes)]
    assert "t7" in one.themes


def test_a_trouble_of_one_source_is_told_there() -> None:
    shop, other = noise(6, 20), noise(7, 20)
    shop[4, 100] += 40
    streams = [
        Stream(f"t{row}", *part) for part in (("", ""), ("source", "shop"), ("source", "other")) for row in range(20)
    ]
    panel = panel_of(np.concatenate([shop + other, shop, other]), streams, list(range(20)) * 3)
    exposure = np.repeat(np.stack([(shop + other).sum(0), shop.sum(0), other.sum(0)]), 20, axis=0).astype(np.float32)
    (event,) = told(replace(panel, exposure=exposure))
    assert (event.place, event.headline.stream.theme) == (("source", "shop"), "t4")


def test_more_unhappy_people_are_told_without_more_people() -> None:
    counts = noise(8) + 3
    panel = panel_of(counts)
    gone = counts // 4
    gone[6, 120:] = counts[6, 120:]
    unhappy = panel_of(gone)
    (event,) = of("t6", told(replace(panel, unhappy=unhappy.counts)))
    assert event.headline.kind == "sentiment"
    assert event.opened < 135


def in_two_sources(shop: np.ndarray, other: np.ndarray) -> Panel:
    """Both sources and the whole; the last theme of each is everything, of which those who complain are counted."""
    parts = (("", ""), ("source", "shop"), ("source", "other"))
    names = [f"t{row}" for row in range(len(shop) - 1)] + [EVERYTHING]
    streams = [Stream(name, *part) for part in parts for name in names]
    panel = panel_of(np.concatenate([shop + other, shop, other]), streams, list(range(len(names))) * 3)
    of_part = np.repeat([0, 1, 2], len(names))
    exposure = np.stack([rows.sum(axis=0) for rows in (shop + other, shop, other)]).astype(np.float32)[of_part]
    everything = np.array([stream.theme == EVERYTHING and not stream.whole for stream in streams])
    exposure[everything] = exposure[0]
    unhappy = {w: np.where(everything[:, None], rows, 0).astype(np.int32) for w, rows in panel.counts.items()}
    return replace(panel, exposure=exposure, unhappy=unhappy)


def test_a_second_larger_trouble_of_a_theme_is_an_event_of_its_own() -> None:
    counts = noise(12)
    counts[7, 100:125] += 20
    assert len(of("t7", told(panel_of(counts)))) == 1, "lasting is not growing"
    counts[7, 115:118] += 150
    first, second = of("t7", told(panel_of(counts)))
    assert (first.opened in (100, 101), second.opened in (115, 116)) == (True, True)


def test_what_grows_in_the_first_days_is_one_event() -> None:
    counts = noise(13)
    counts[7, 100:104] += np.array([15, 40, 90, 160])
    assert [event.opened for event in of("t7", told(panel_of(counts)))] == [100]


def test_another_trouble_of_the_same_source_is_not_swallowed() -> None:
    shop, other = noise(14, 20), noise(15, 20)
    shop[4, 100:112] += 15
    shop[9, 108:110] += 40
    found = told(in_two_sources(shop, other))
    assert 100 <= min(event.opened for event in found if "t4" in event.themes) < 108
    [second] = of("t9", found)
    assert (second.opened, second.place) == (108, ("source", "shop"))


def test_one_outage_through_several_channels_is_one_event() -> None:
    """Every channel complains, of themes that no coarse theme joins; the same people speak of them."""
    shop, other = noise(26, 20), noise(27, 20)
    for rows in (shop, other):
        rows[3, 100] += 40
        rows[8, 100] += 25
        rows[-1, 100] += 40

    def people(stream: Stream, kind: Kind, first: int, last: int) -> set[int]:
        del kind
        outage = stream.theme in ("t3", "t8", EVERYTHING) and first <= 100 <= last
        return set(range(80) if stream.whole else range(40)) if outage else {hash(stream) % 997 + 1000}

    panel = in_two_sources(shop, other)
    assert len([event for event in told(panel) if event.opened == 100]) > 1
    assert len([event for event in told(panel, kin=Kin(people=people)) if event.opened == 100]) == 1


def test_what_goes_up_with_it_in_the_same_source_is_one_event() -> None:
    shop, other = noise(16, 20), noise(17, 20)
    shop[4:8, 100:102] += 30
    found = [event for event in told(in_two_sources(shop, other)) if event.opened in (100, 101)]
    assert len(found) == 1
    assert {"t4", "t5", "t6", "t7"} <= set(found[0].themes)


def test_a_new_source_is_silent_until_it_has_a_history() -> None:
    shop, other = noise(18, 20), noise(19, 20)
    shop[:, :80] = 0
    found = told(in_two_sources(shop, other))
    assert [event for event in found if event.place == ("source", "shop") and event.opened < 80 + 21] == []


def test_a_rush_elsewhere_excuses_no_outage() -> None:
    """Two apps: what people say in one never went along with the other."""
    rng = np.random.default_rng(20)
    shop, other = noise(21, 20), noise(22, 20)
    other[:19] *= rng.integers(1, 7, DAYS)
    assert power(shop[-1:].astype(float), other[:19].sum(axis=0)[None].astype(float)) < 1
    shop[-1, 120] += 30
    other[:19, 120] += 20
    shown = [event for event in told(in_two_sources(shop, other)) if event.place == ("source", "shop")]
    assert shown[0].opened == 120


def test_steady_sources_that_double_together_are_no_event() -> None:
    """Where volume wanders by chance alone, history can't say that sources do not go along: the total is believed."""
    rng = np.random.default_rng(30)
    shop, other = rng.poisson(3, (20, DAYS)), rng.poisson(3, (20, DAYS))
    assert power(shop[-1:].astype(float), other[:19].sum(axis=0)[None].astype(float)) == 1.0
    for rows in (shop, other):
        rows[:, 120:123] = rng.poisson(6, (20, 3))
    assert [event for event in told(in_two_sources(shop, other)) if event.opened >= 118] == []


def test_channels_that_swell_together_are_measured_against_everybody() -> None:
    swell = np.random.default_rng(23).integers(1, 7, DAYS)
    shop, other = noise(24, 20) * swell, noise(25, 20) * swell
    assert power(shop[-1:].astype(float), other.sum(axis=0)[None].astype(float)) == 1.0


def test_days_without_anybody_and_short_histories_break_nothing() -> None:
    assert not told(panel_of(np.zeros((3, 80), np.int64)))
    counts = noise(9)
    counts[:, 90:93] = 0
    assert not told(panel_of(counts))
    assert all((found.news.p == 1).all() for found in night(panel_of(noise(10, days=10))))


def test_events_lend_some_of_the_level_for_four_weeks() -> None:
    counts = noise(11)
    counts[7, 100:105] += 60
    events = of("t7", told(panel_of(counts)))
    usual = level([], 150, STRICT)
    assert level(events, 110, STRICT) > usual == level(events, 129, STRICT)
    assert usual == pytest.approx(STRICT.false_alarms / 30)
