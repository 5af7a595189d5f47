"""Before and after on the command line: over the sample, and over a small home whose every figure is known."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from voc.demo import sample_path
from voc.engine import Engine
from voc.errors import NotFound, UsageError
from voc.ports import UNDATED
from voc.trend import Calendar

SEOUL = ZoneInfo("Asia/Seoul")
RELEASE = "2026-10-27"
"""The day from which on 5.3.0 can't upload photos."""


@pytest.fixture
def regression(demo, planted):
    """Key of the theme that most of the planted complaints are in."""
    found = Counter(key for one in planted["regression"]["ids"] for key in demo.item(one).themes)
    return found.most_common(1)[0][0]


def people(engine, key, first, end):
    """Who spoke on the days from `first` until before `end`, and who of them of the theme: counted anew."""
    table, calendar = engine.snapshot().published.mentions, Calendar(SEOUL)
    bounds = [calendar.day(datetime.fromisoformat(f"{day}T12:00+09:00")) for day in (first, end)]
    rows = [row for row in range(len(table)) if bounds[0] <= table.day[row] < bounds[1]]
    return len({table.person[row] for row in rows}), len({table.person[row] for row in rows if table.theme[row] == key})


def test_the_planted_regression_goes_up_at_its_date(voc, demo, demo_home, regression):
    done = voc("compare", "--at", RELEASE, "--theme", regression, "--home", demo_home, "--json")
    assert done.code == 0, done.err
    (row,) = done.json
    assert (row["verdict"], row["metric"], row["change"]["measure"]) == ("up", "reach", "ratio")
    assert row["change"]["low"] > 2
    assert row["change"]["q"] == row["change"]["p"] < 0.01
    for side, first, end in (("before", "2026-10-07", RELEASE), ("after", RELEASE, "2026-11-16")):
        told = row[side]
        assert (told["people"], told["speaking"]) == people(demo, regression, first, end)
        assert told["value"] == pytest.approx(told["speaking"] / told["people"], abs=0.0001)
        assert told["start"] == f"{date.fromisoformat(first) - timedelta(days=1)}T15:00:00Z"  # midnight in Seoul
    # 20 days of 28 fit behind the date: as many are taken before it, and 11 earlier dates have 20 days on both sides.
    assert row["placebo"]["dates"] == 11
    assert not row["placebo"]["enough"]
    assert "earlier dates (11)" in row["sentence"]


def test_of_all_themes_the_planted_regression_changed_most(voc, demo_home, regression):
    done = voc("compare", "--at", RELEASE, "--home", demo_home, "--json")
    rows = done.json
    assert rows[0]["theme"] == regression
    assert [row["verdict"] for row in rows].count("up") == 1
    chances = [row["change"]["p"] for row in rows]
    assert chances == sorted(chances)
    assert all(row["change"]["q"] >= row["change"]["p"] for row in rows)
    assert rows[0]["change"]["q"] > rows[0]["change"]["p"]
    assert "under-powered" in {row["verdict"] for row in rows}


def test_the_version_with_the_regression_is_worse_than_the_one_before(voc, demo_home, regression):
    shown = voc("compare", "--by", "version", "5.2.0", "5.3.0", "--theme", regression, "--home", demo_home)
    assert shown.code == 0, shown.err
    assert shown.out.startswith("up. ")
    assert "5.3.0: 2026-" in shown.out
    back = voc("compare", "--by", "version", "5.3.0", "5.2.0", "--theme", regression, "--home", demo_home, "--json")
    (row,) = back.json
    assert (row["before"]["name"], row["after"]["name"], row["verdict"]) == ("5.3.0", "5.2.0", "down")
    assert (row["change"]["value"], row["placebo"]) == (0.0, None)


def test_a_table_is_drawn_for_people(voc, demo_home):
    shown = voc("compare", "--by", "version", "5.1.0", "5.2.0", "5.3.0", "--metric", "sentiment", "--home", demo_home)
    assert shown.code == 0, shown.err
    lines = shown.out.splitlines()
    assert [line.split(": ")[0] for line in lines[:3]] == ["5.1.0", "5.2.0", "5.3.0"]
    assert lines[3].split() == ["value", "theme", "label", "before", "after", "change", "q", "earlier", "verdict"]
    assert len(lines) > 40
    assert "Traceback" not in shown.err


def test_the_nps_of_the_sample_is_what_its_file_says(demo):
    (found,) = demo.compare("*", metric="nps", at="2026-10-12", days=21)
    with sample_path().open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if (row["nps"] or "x").isdigit() and int(row["nps"]) <= 10]
    days = {"before": ("2026-09-21", "2026-10-12"), "after": ("2026-10-12", "2026-11-02")}
    for side in (found.before, found.after):
        first, end = days[side.name]
        last = {}  # of everybody, the last answer
        for row in sorted(rows, key=lambda row: row["created_at"]):
            if first <= row["created_at"][:10] < end:
                last[row["customer_id"] or row["id"]] = int(row["nps"])
        given = list(last.values())
        assert side.speaking == side.people == len(given)
        score = 100 * (sum(one >= 9 for one in given) - sum(one <= 6 for one in given)) / len(given)
        assert side.value == pytest.approx(score)


def test_a_coarse_theme_is_compared_by_its_key(demo):
    coarse = demo.themes("coarse")[0]
    (found,) = demo.compare(coarse.key, at=RELEASE)
    fine = [demo.compare(child.key, at=RELEASE)[0].before.speaking for child in demo.children(coarse.key)]
    assert max(fine) <= found.before.speaking <= sum(fine)


def test_undated_feedback_is_left_out(demo):
    table = demo.snapshot().published.mentions
    sources = {str(item): demo.item(str(item)).feedback.source for item in set(table.item_id)}
    spoken = list(zip(table.person, table.item_id, table.day, strict=True))
    assert any(day == UNDATED and sources[item] == "play_store" for _, item, day in spoken)
    found = demo.compare(demo.themes()[0].key, by="source", values=("play_store", "app_store"))[0]
    for side in (found.before, found.after):
        assert side.people == len({p for p, item, day in spoken if day != UNDATED and sources[item] == side.name})


@pytest.mark.parametrize(
    ("said", "code", "hint"),
    [
        ((), 2, "--at DATE"),
        (("--at", "soon"), 2, "2026-10-01"),
        (("--at", "2020-01-01"), 2, "2026-09-07 to 2026-11-15"),
        (("--at", "2027-01-01"), 2, "2026-09-07 to 2026-11-15"),
        (("--at", RELEASE, "--theme", "t_nothing"), 4, "voc themes"),
        (("--at", RELEASE, "--theme", "*"), 2, "another metric"),
        (("--at", RELEASE, "--days", "0"), 2, "--days"),
        (("--at", RELEASE, "--metric", "csat"), 2, "compare --help"),
        (("--at", RELEASE, "--where", "source=nowhere"), 2, "Widen --where"),
        (("--at", RELEASE, "--where", "what?"), 2, "comparisons joined"),
        (("--at", RELEASE, "--by", "version", "5.2.0", "5.3.0"), 2, "--at DATE"),
        (("--at", RELEASE, "--all", "--theme", "t_1"), 2, "compare --help"),
        (("--by", "colour", "red", "blue"), 2, "version"),
        (("--by", "version", "5.2.0", "9.9"), 2, "5.3.0"),
        (("--by", "version", "5.2.0"), 2, "--by version"),
        (("--by", "version", "5.2.0", "5.3.0", "5.3.0"), 2, "once"),
        (("--at", RELEASE, "5.2.0"), 2, "--by version"),
    ],
)
def test_what_can_not_be_compared_is_a_sentence_and_a_hint(voc, demo_home, said, code, hint):
    done = voc("compare", *said, "--home", demo_home)
    assert (done.code, done.out) == (code, "")
    assert "Error: " in done.err
    assert hint in done.err
    assert "Traceback" not in done.err


def test_a_home_without_a_run_is_told_so(voc, tmp_path):
    done = voc("compare", "--at", RELEASE, "--home", tmp_path / "none")
    assert done.code == 3
    assert not (tmp_path / "none").exists()


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Twenty days of ten people who complain of deliveries, the last ten of whom half say so of payments."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    begin = today - timedelta(days=20)
    rows = []
    for day in range(21):  # the last day is not over
        for customer in range(10):
            late = day < 10 or customer % 2
            text = f"The parcel came {day + 2} days late" if late else f"My card was declined {day + 2} times"
            rows.append(
                {
                    "id": f"{day}-{customer}",
                    "text": f"{text}, case {customer}",
                    "created_at": (begin + timedelta(days=day, hours=9)).isoformat(),
                    "customer_id": f"c{customer}",
                    "rating": 4 if late else 1,
                    "level": float(customer % 2),
                    "premium": customer < 5,
                }
            )
    rows += [
        {
            "id": f"nps-{day}-{customer}",
            "nps": 10 if day < 10 else 3,
            "created_at": (begin + timedelta(days=day, hours=10)).isoformat(),
            "customer_id": f"n{customer}",
        }
        for day in range(21)
        for customer in range(4)
    ]
    home = tmp_path_factory.mktemp("compared") / "home"
    with Engine(home) as engine:
        engine.ingest(rows)
        engine.run()
        engine.middle = (begin + timedelta(days=10)).date()
        yield engine


def test_customers_count_once_a_part_and_today_does_not_count(small):
    (found,) = small.compare("*", metric="rating", at=small.middle)
    assert (found.before.people, found.after.people) == (10, 10)
    assert found.before.value == 4.0
    assert found.after.value == pytest.approx(2.5)  # five people always 4, five always 1
    assert found.after.end == datetime.combine(datetime.now(UTC).date(), datetime.min.time(), UTC)
    assert found.before.start == found.after.end - timedelta(days=20)


def test_answers_without_words_count_in_the_nps(small):
    (found,) = small.compare("*", metric="nps", at=small.middle)
    assert (found.before.people, found.before.value) == (4, 100.0)
    assert (found.after.people, found.after.value) == (4, -100.0)
    assert found.verdict == "down"
    with pytest.raises(UsageError):
        small.compare("*", metric="nps", at=small.middle, where="theme=x")


def test_a_filter_chooses_who_is_compared(small):
    (found,) = small.compare("*", metric="rating", at=small.middle, where="level=0")
    assert (found.before.people, found.after.people, found.after.value) == (5, 5, 1.0)
    (found,) = small.compare("*", metric="nps", at=small.middle, where="customer_id=n1")
    assert found.before.people == 1


def test_any_attribute_can_be_compared_as_the_file_writes_it(small):
    (found,) = small.compare("*", metric="rating", by="level", values=("1", "0"))
    assert (found.before.name, found.before.people, found.before.value) == ("1", 10 // 2, 4.0)
    assert found.after.value == pytest.approx((10 * 4 + 10 * 1) / 20)
    (found,) = small.compare("*", metric="rating", by="premium", values=("true", "false"))
    assert (found.before.people, found.after.people) == (5, 5)
    with pytest.raises(UsageError) as refused:
        small.compare(by="level", values=("1", "secret word"))
    assert "secret" not in refused.value.message + refused.value.hint


def test_days_are_cut_to_what_both_sides_have(small):
    (found,) = small.compare("*", metric="rating", at=small.middle + timedelta(days=7))
    assert found.after.end - found.after.start == timedelta(days=3) == found.before.end - found.before.start
    assert found.placebo.dates == 12  # the days 3 to 14, whose after ends before the real date
    assert not found.placebo.enough


def test_a_hidden_theme_is_compared_by_its_key_and_is_in_no_list(small):
    key = small.themes()[0].key
    (shown,) = small.compare(key, at=small.middle)
    made = small.edit("hide", theme=key)
    (hidden,) = small.compare(key, at=small.middle)
    assert (hidden.before, hidden.after) == (shown.before, shown.after)
    assert key not in {one.theme for one in small.compare(at=small.middle)}
    small.edit("undo", edit=made.edit_id)


def test_an_unknown_theme_is_not_found(small):
    with pytest.raises(NotFound):
        small.compare("t_nothing", at=small.middle)
    with pytest.raises(UsageError):
        small.compare("*", metric="csat", at=small.middle)
