"""A person corrects what the model says: at once, everywhere, through later runs, and back."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

from voc.engine import Engine
from voc.errors import Ambiguous, NotFound, UsageError
from voc.model import SENTIMENTS, Level

ROWS = [
    {"id": "1", "text": "Thank you, the parcel came a day early.", "created_at": "2026-03-01T09:00:00Z"},
    {"id": "2", "text": "배송이 너무 늦어요. 일주일째 기다리고 있어요.", "created_at": "2026-03-02T09:00:00Z"},
    {"id": "3", "text": "The app crashes whenever I open the cart.", "created_at": "2026-03-03T09:00:00Z"},
    {"id": "4", "text": "색상이 사진과 똑같아서 마음에 들어요.", "created_at": "2026-03-04T09:00:00Z"},
    {"id": "5", "text": "How do I change my address? Mail me at kim@example.com", "created_at": "2026-03-05T09:00:00Z"},
]


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)))
        writer.writeheader()
        writer.writerows(rows)
    return path


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    """A home with one run over five rows. Read it; write to a copy."""
    home = tmp_path_factory.mktemp("small") / "home"
    with Engine(home) as engine:
        engine.run([write(home.parent / "rows.csv", ROWS)])
    return home


@pytest.fixture
def home(small, tmp_path) -> Path:
    return shutil.copytree(small, tmp_path / "home")


@pytest.fixture
def engine(home):
    with Engine(home) as engine:
        yield engine


@pytest.fixture
def demo_copy(demo_home, tmp_path):
    """An engine over a copy of the demo's home, whose themes have many items."""
    with Engine(shutil.copytree(demo_home, tmp_path / "demo"), tz="Asia/Seoul") as engine:
        yield engine


def told(engine: Engine, folder: Path) -> dict[str, object]:
    """Everything that shows a score."""
    rows = {}
    for what in ("items", "mentions", "themes"):
        engine.export(what, folder / f"{what}.jsonl")
        rows[what] = lines(folder / f"{what}.jsonl")
    return {
        **rows,
        "attention": engine.attention(),
        "search": engine.search("delivery", k=50),
        "themes of the engine": [engine.themes(level) for level in Level],
        "report": engine.report_text("json"),
        "item": engine.item("1"),
    }


def test_the_command_line_corrects_shows_and_takes_back(voc, home, tmp_path):
    flags = ("--home", home, "--json")
    before = voc("attention", *flags).json
    assert "1" not in [hit["id"] for hit in before]

    made = voc("edit", "score", "1", "--sentiment", "negative", "--urgency", "critical", *flags)
    assert made.code == 0, made.err
    edit = made.json
    assert (edit["kind"], edit["says"]) == ("score", {"sentiment": "negative", "urgency": "critical"})
    assert (edit["actor"], edit["status"], edit["undone_at"]) == ("operator", "active", None)

    (hit,) = [hit for hit in voc("attention", *flags).json if hit["id"] == "1"]
    assert (hit["corrected"], hit["urgency"]["level"]) == (True, "critical")
    assert hit["sentiment"] == {"label": "negative", "score": -1.0}
    assert hit["item_id"] == edit["target"]

    out = tmp_path / "train.jsonl"
    assert voc("edits", "export", "--out", out, *flags).json == {"rows": 1, "out": str(out)}
    assert [(row["text"], row["sentiment"], row["urgency"]) for row in lines(out)] == [
        (ROWS[0]["text"], "negative", "critical")
    ]

    undone = voc("edit", "undo", edit["edit_id"], *flags).json
    assert (undone["kind"], undone["target"]) == ("undo", edit["edit_id"])
    assert voc("attention", *flags).json == before
    listed = voc("edits", *flags).json
    assert [(row["edit_id"], row["status"]) for row in listed] == [
        (undone["edit_id"], "active"),
        (edit["edit_id"], "undone"),
    ]
    assert listed[1]["undone_at"] == listed[0]["at"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (("edit", "score", "1"), 2),
        (("edit", "score", "1", "--sentiment", "cross"), 2),
        (("edit", "score", "1", "--urgency", "later"), 2),
        (("edit", "score", "nobody", "--sentiment", "negative"), 4),
        (("edit", "undo", "edit_none"), 4),
    ],
)
def test_wrong_use_and_unknown_ids_are_told_apart(voc, home, said, code):
    done = voc(*said, "--home", home)
    assert (done.code, done.out) == (code, "")
    assert voc("edits", "--home", home, "--json").json == []


def test_an_id_of_two_sources_needs_the_source(engine):
    engine.ingest([{"id": "1", "text": "Another shop altogether", "source": "other"}])
    with pytest.raises(Ambiguous):
        engine.edit("score", item="1", sentiment="negative")
    made = engine.edit("score", item="1", source="other", sentiment="negative")
    assert made.target == engine.item("1", source="other").feedback.item_id


def test_a_correction_shows_in_every_answer_and_its_undo_leaves_no_trace(engine, tmp_path):
    before = told(engine, tmp_path)
    made = engine.edit("score", item="1", sentiment="negative", urgency="critical")
    after = told(engine, tmp_path)
    # Five rows make no theme; those of the demo have a test of their own.
    assert {name for name in before if before[name] == after[name]} <= {"themes", "themes of the engine"}
    (item,) = [row for row in after["items"] if row["id"] == "1"]
    assert (item["sentiment"]["label"], item["urgency"]["level"], item["corrected"]) == ("negative", "critical", True)
    for row in after["mentions"]:
        assert row["corrected"] == (row["id"] == "1")
        if row["id"] == "1":
            assert row["sentiment"] == {
                "label": "negative",
                "score": -1.0,
                "probs": {"negative": 1.0, "neutral": 0.0, "positive": 0.0},
            }
            assert row["urgency"]["level"] == "critical"
    assert [hit.id for hit in engine.search("parcel", where="sentiment=negative and urgency=critical")] == ["1"]
    engine.edit("undo", edit=made.edit_id)
    assert told(engine, tmp_path) == before


def test_a_correction_outlives_the_next_run_and_the_one_before(engine, tmp_path):
    engine.edit("score", item="3", sentiment="positive", urgency="low")
    first = engine.snapshot().published.run.run_id
    engine.run([write(tmp_path / "more.csv", [{"id": "6", "text": "The voucher does not work at the till."}])])
    assert engine.snapshot().published.run.run_id != first
    for run_id in (None, first):
        if run_id:
            engine.runs.rollback(run_id)
        scores = engine.item("3").scores
        assert (scores.sentiment.label, scores.urgency.level, scores.corrected) == ("positive", "low", True)
        assert all(mention.score.sentiment.label == "positive" for mention in engine.item("3").mentions)


def test_what_a_run_publishes_is_what_the_heads_said(engine, home):
    untouched = engine.runs.open(engine.snapshot().published.run.run_id).mentions.sentiment.copy()
    engine.edit("score", item="1", sentiment="negative")
    engine.snapshot()
    run_id = engine.snapshot().published.run.run_id
    assert (engine.runs.open(run_id).mentions.sentiment == untouched).all()
    assert set(engine.runs.verify(run_id).values()) == {"ok"}


def test_a_correction_lapses_with_the_text_and_not_with_other_fields(engine, tmp_path):
    engine.edit("score", item="1", sentiment="negative")
    engine.run([write(tmp_path / "rated.csv", [{**ROWS[0], "rating": "5"}])])
    assert engine.item("1").feedback.revision == 2
    assert engine.item("1").scores.corrected
    assert [edit.status for edit in engine.edits()] == ["active"]

    engine.ingest([{**ROWS[0], "text": "Thank you, but the second parcel never came."}])
    assert [edit.status for edit in engine.edits()] == ["lapsed"]
    assert not engine.item("1").scores.corrected
    # Until a run has read the new text, answers show the old one, as it was corrected.
    assert [hit.corrected for hit in engine.search("thank you for the parcel") if hit.id == "1"] == [True]
    engine.run()
    assert [hit.corrected for hit in engine.search("thank you for the parcel") if hit.id == "1"] == [False]
    assert engine.export_corrections(tmp_path / "train.jsonl") == 0


def test_a_posted_item_can_be_corrected_before_the_next_run_and_stays_so(engine):
    engine.accept([{"id": "p", "text": "My account was opened by somebody else"}])
    engine.edit("score", item="p", urgency="low", sentiment="neutral")
    (hit,) = [hit for hit in engine.search("somebody opened my account", k=3) if hit.id == "p"]
    assert (hit.urgency.level, hit.sentiment.label, hit.corrected) == ("low", "neutral", True)
    assert "p" not in [hit.id for hit in engine.attention()]
    engine.run()
    assert engine.item("p").scores.corrected
    assert "p" not in [hit.id for hit in engine.attention()]


def test_another_engine_over_the_home_sees_a_correction_in_its_next_answer(engine, home):
    with Engine(home) as other:
        assert "1" not in [hit.id for hit in other.attention()]
        engine.edit("score", item="1", urgency="high")
        assert "1" in [hit.id for hit in other.attention()]


def test_training_rows_hold_redacted_text_and_say_only_what_a_person_said(engine, tmp_path):
    engine.edit("score", item="5", sentiment="neutral")
    engine.edit("score", item="4", urgency="low")
    engine.edit("score", item="5", sentiment="mixed")
    out = tmp_path / "train.jsonl"
    assert engine.export_corrections(out) == 2
    rows = {row["created_at"]: row for row in lines(out)}
    assert rows["2026-03-05T09:00:00Z"] == {
        "text": "How do I change my address? Mail me at <EMAIL>",
        "lang": "en",
        "sentiment": "mixed",
        "urgency": None,
        "created_at": "2026-03-05T09:00:00Z",
    }
    assert (rows["2026-03-04T09:00:00Z"]["sentiment"], rows["2026-03-04T09:00:00Z"]["urgency"]) == (None, "low")


def test_mixed_stands_at_the_item_and_leaves_its_mentions(engine):
    before = [mention.score for mention in engine.item("2").mentions]
    engine.edit("score", item="2", sentiment="mixed")
    assert [mention.score for mention in engine.item("2").mentions] == before
    assert engine.item("2").scores.sentiment.label == "mixed"


def test_an_item_can_be_corrected_before_the_first_run(tmp_path):
    with Engine(tmp_path / "home") as engine:
        engine.ingest(ROWS[:1])
        engine.edit("score", item="1", sentiment="negative", urgency="high")
        scores = engine.item("1").scores
        assert (scores.sentiment.label, scores.urgency.level, scores.corrected) == ("negative", "high", True)


def test_an_unknown_kind_or_word_is_refused(engine):
    for kind, said in [("shout", {"item": "1"}), ("score", {"item": "1", "mood": "bad"}), ("undo", {})]:
        with pytest.raises(UsageError):
            engine.edit(kind, **said)
    with pytest.raises(NotFound):
        engine.edit("score", item="nobody", sentiment="negative")


def test_shares_of_a_theme_follow_its_items_to_the_mention(demo_copy, tmp_path):
    engine = demo_copy
    theme = max(engine.themes(), key=lambda theme: theme.sentiment.negative * theme.mentions)
    chosen = [hit.item_id for hit in engine.theme_items(theme.key, limit=5)]
    edits = [engine.edit("score", item=item, sentiment="positive", urgency="critical") for item in chosen]
    for level in Level:
        for found in engine.themes(level):
            assert_counts(engine, found, tmp_path)
    assert engine.theme(theme.key).sentiment != theme.sentiment
    assert engine.theme(theme.parent).critical > 0
    # Whom nobody corrected is as before, and so is everything once the edits are undone.
    for edit in edits:
        engine.edit("undo", edit=edit.edit_id)
    assert engine.theme(theme.key) == theme


def assert_counts(engine, theme, folder):
    """A theme's shares are those of its exported mentions."""
    path = folder / f"{engine.snapshot().published.run.run_id}.jsonl"
    if not path.exists():
        engine.export("mentions", path)
    under = {theme.key} | {child.key for child in engine.children(theme.key)}
    rows = [row for row in lines(path) if row["theme"] in under]
    assert len(rows) == theme.mentions
    for label in SENTIMENTS:
        count = sum(row["sentiment"]["label"] == label for row in rows)
        assert getattr(theme.sentiment, label) == pytest.approx(count / len(rows))
    for name in ("critical", "high"):
        assert getattr(theme, name) == pytest.approx(sum(row["urgency"]["level"] == name for row in rows) / len(rows))
