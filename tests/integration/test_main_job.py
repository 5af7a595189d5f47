"""The main job on the bundled feedback with the real model: what was planted is found, and nothing is lost."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from voc.engine import Engine
from voc.errors import NotFound
from voc.model import Level, State


def theme_with_most(demo, ids):
    """(theme, how many of these items have it)."""
    held = Counter(key for id in ids for key in demo.item(id).themes)
    key, count = held.most_common(1)[0]
    return demo.theme(key), count


def test_the_outage_is_a_theme_and_its_day_stands_out(demo, planted):
    theme, count = theme_with_most(demo, planted["outage"]["ids"])
    assert count >= 30, theme.label
    (trend,) = demo.trends(theme.key)
    assert any(f"{spike.start:%Y-%m-%d}" == "2026-10-13" and spike.observed >= 20 for spike in trend.spikes)


def test_more_than_half_of_the_outage_stands_in_themes_that_are_unusual_that_day(demo, planted):
    unusual = {
        trend.theme
        for trend in demo.trends()
        if any(f"{spike.start:%Y-%m-%d}" == "2026-10-13" for spike in trend.spikes)
    }
    found = [id for id in planted["outage"]["ids"] if unusual & set(demo.item(id).themes)]
    assert len(found) > len(planted["outage"]["ids"]) / 2, len(found)


def test_the_release_regression_is_a_theme_and_its_week_stands_out(demo, planted):
    theme, count = theme_with_most(demo, planted["regression"]["ids"])
    assert count >= 0.7 * len(planted["regression"]["ids"])
    (trend,) = demo.trends(theme.key)
    assert trend.spikes
    assert min(f"{spike.start:%m-%d}" for spike in trend.spikes) >= "10-26"


def test_themes_hold_both_languages(demo):
    mixed = [t for t in demo.themes() if min(t.languages.get("ko", 0), t.languages.get("en", 0)) >= 3]
    assert len(mixed) >= 5


def test_every_fine_theme_has_a_coarse_parent(demo):
    coarse = {theme.key for theme in demo.themes(Level.COARSE)}
    assert coarse
    assert {theme.parent for theme in demo.themes(Level.FINE)} == coarse


def test_labels_are_unique_and_short(demo):
    for level in Level:
        labels = [theme.label for theme in demo.themes(level)]
        assert len(labels) == len(set(labels))
        assert all(1 <= len(label.split()) <= 8 for label in labels), labels


def test_counts_add_up(demo, demo_home):
    run = demo.runs.get(demo.runs.current_id())
    table = demo.snapshot().published.mentions
    assert len(table) == run.mentions
    with_theme = sum(key is not None for key in table.theme)
    assert with_theme == sum(theme.mentions for theme in demo.themes(Level.FINE))
    assert with_theme == sum(theme.mentions for theme in demo.themes(Level.COARSE))
    assert run.unassigned_share == pytest.approx(1 - with_theme / run.mentions)
    reasons = [reason for key, reason in zip(table.theme, table.reason, strict=True) if key is None]
    assert all(reason in ("no_content", "unique", "unsupported_language", "redacted_empty") for reason in reasons)


def test_at_least_85_percent_of_mentions_have_a_theme(demo):
    assert demo.runs.get(demo.runs.current_id()).unassigned_share <= 0.15


def test_a_duplicate_carries_its_originals_themes(demo):
    table = demo.snapshot().published.mentions
    themes: dict[str, list] = {}
    for item, key in zip(table.item_id, table.theme, strict=True):
        themes.setdefault(item, []).append(key)
    copies = {i: o for i, o in zip(table.item_id, table.duplicate_of, strict=True) if o is not None}
    assert copies
    assert all(set(themes[copy]) <= set(themes[original]) for copy, original in copies.items())


def test_offsets_cut_the_mention_out_of_the_text(demo):
    for theme in demo.themes():
        for exemplar in theme.exemplars:
            assert 0 <= exemplar.start < exemplar.end <= len(exemplar.text)
            assert demo.item(exemplar.item_id).feedback.text == exemplar.text


def test_personal_data_is_nowhere_in_the_home(demo_home, planted):
    values = [value for row in planted["personal_data"].values() for value in row["values"]]
    assert len(values) >= 15
    for path in demo_home.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            found = [value for value in values if value.encode() in data]
            assert not found, (path.name, len(found))


@pytest.mark.parametrize(
    ("query", "words"),
    [("결제가 안 돼요", ("pay", "card", "checkout", "charge")), ("can't log in", ("로그인", "인증", "접속"))],
)
def test_a_query_finds_the_other_language(demo, query, words):
    other = "en" if query[0] > "z" else "ko"
    hits = demo.search(query, k=10, where=f"lang={other}")
    assert len(hits) == 10
    assert all(hit.lang == other for hit in hits)
    sensible = [hit for hit in hits[:5] if any(word in hit.text.lower() for word in words)]
    assert len(sensible) >= 3, [hit.text for hit in hits[:5]]


def test_a_word_of_the_text_is_found_by_words(demo):
    hits = demo.search("coupon", k=5, mode="lexical")
    assert hits
    assert all("coupon" in hit.text.lower() for hit in hits)
    assert all(hit.parts["dense"] is None for hit in hits)


def test_filters_hold_for_every_hit(demo):
    hits = demo.search("배송이 늦어요", k=20, where="channel=app_review and rating<=2 and sentiment=negative")
    assert hits
    assert all(hit.channel == "app_review" for hit in hits)
    assert all(demo.item(hit.item_id).feedback.rating <= 2 for hit in hits)


def test_sentiment_agrees_with_what_was_praised_and_what_failed(demo, planted):
    def share(ids, label):
        found = [mention.score.sentiment.label for id in ids for mention in demo.item(id).mentions]
        return sum(one == label for one in found) / len(found)

    assert share(planted["praise"]["ids"], "positive") > 0.6
    assert share(planted["praise"]["ids"], "negative") < 0.25
    assert share(planted["outage"]["ids"], "negative") > 0.6
    outage, _ = theme_with_most(demo, planted["outage"]["ids"])
    assert outage.sentiment.net < -0.2


def test_urgent_items_are_listed_for_attention(demo, planted):
    listed = {hit.id for hit in demo.attention(limit=1000)}
    wanted = set(planted["urgent"])
    assert len(wanted & listed) >= 0.7 * len(wanted), sorted(wanted - listed)


def test_the_report_says_what_was_planted_in_customers_own_words(demo, planted):
    page = demo.report_text("html", "en")
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "<script" not in page
    rows = json.loads(demo.report_text("json"))
    spiking = {row["theme"] for row in rows["spikes"]}
    for name in ("outage", "regression"):
        theme, _ = theme_with_most(demo, planted[name]["ids"])
        assert theme.key in spiking
        assert theme.exemplars
    coverage = rows["coverage"]
    assert coverage["mentions"] == coverage["assigned"] + sum(coverage["unassigned"].values())
    for parts in (coverage["languages"].values(), coverage["channels"]):
        assert sum(part["mentions"] for part in parts) == coverage["mentions"]
        assert all(part["mentions"] == part["assigned"] + sum(part["unassigned"].values()) for part in parts)
    assert {"ko", "en"} <= coverage["languages"].keys()
    assert len(coverage["channels"]) > 1
    assert demo.report_text("md", "ko").startswith("# 고객의 목소리")


def test_a_report_is_the_same_twice(demo):
    assert demo.report_text("json") == demo.report_text("json")


def test_exports_hold_a_row_each(demo, tmp_path):
    run = demo.runs.get(demo.runs.current_id())
    assert demo.export("assignments", tmp_path / "a.jsonl") == run.mentions
    rows = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()]
    assert all((row["theme"] is None) == (row["reason"] is not None) for row in rows)
    import pyarrow.parquet as pq

    count = demo.export("items", tmp_path / "i.parquet", file_format="parquet")
    assert pq.read_table(tmp_path / "i.parquet").num_rows == count


def test_an_unknown_item_is_one_clear_error(demo):
    with pytest.raises(NotFound):
        demo.item("no-such-item")


def test_an_accepted_item_is_searchable_at_once_and_keeps_its_theme(demo_home, tmp_path):
    import shutil

    home = tmp_path / "home"
    shutil.copytree(demo_home, home)
    with Engine(home, tz="Asia/Seoul") as engine:
        engine.search("warm up")
        text = "환불 신청하려는데 사진 첨부가 계속 실패해요. 업데이트하고 나서 그래요"
        (answer,) = engine.accept([{"id": "LIVE-1", "text": text, "created_at": "2026-11-15T20:00:00+09:00"}])
        assert answer.status == "added"
        hits = engine.search("사진 첨부 실패", k=5)
        assert "LIVE-1" in [hit.id for hit in hits]
        before = engine.item("LIVE-1").themes
        assert before
        assert engine.accept([{"id": "LIVE-1", "text": text, "created_at": "2026-11-15T20:00:00+09:00"}])[0].status == (
            "unchanged"
        )
        run = engine.run()
        assert run.status == "published"
        assert set(engine.item("LIVE-1").themes) & set(before)
        assert not engine.snapshot().live.mentions


def test_keys_go_on_when_the_next_days_feedback_comes(demo_home, tmp_path):
    import shutil

    from voc.demo import extra_path

    home = tmp_path / "home"
    shutil.copytree(demo_home, home)
    with Engine(home, tz="Asia/Seoul") as engine:
        before = {theme.key for theme in engine.themes() if theme.mentions >= 30}
        run = engine.run([extra_path()])
        assert run.status == "published"
        after = {theme.key for theme in engine.themes()}
        assert len(before & after) >= 0.9 * len(before)
        assert engine.snapshot().published.lineage


def test_the_slow_ramp_of_late_deliveries_is_told_as_rising(demo, planted):
    ids = planted["late_delivery"]["ids"]
    theme, count = theme_with_most(demo, ids)
    assert count > len(ids) / 2
    assert theme.state is State.RISING
    assert theme.key in json.loads(demo.report_text("json"))["fresh"]
    said = " ".join(quote.text[quote.start : quote.end] for quote in theme.exemplars).lower()
    assert sum(word in said for word in ("늦", "late", "도착", "지연", "hours")) >= 2


def test_a_spam_burst_counts_as_one_voice_and_is_no_news(demo, planted):
    theme, count = theme_with_most(demo, planted["spam"]["ids"])
    assert count >= 0.9 * len(planted["spam"]["ids"])
    assert theme.copied > 0.5
    assert theme.reach <= theme.items - count + 1
    rows = json.loads(demo.report_text("json"))
    assert theme.key in rows["copied"]
    assert theme.key not in rows["fresh"]
    assert theme.key not in {row["theme"] for row in rows["spikes"]}
