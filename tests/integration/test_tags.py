"""Own tags over the sample feedback, with the real model: past items, posted items, versions, forgetting."""

from __future__ import annotations

import json
import shutil
import sqlite3

import numpy as np
import pytest

from voc.engine import Engine
from voc.errors import InputError, ModelMismatch, NotFound, UsageError
from voc.tags import warning
from voc.tags.head import TagHead

LATE = [
    "배송이 너무 늦어요",
    "주문한 지 일주일인데 아직도 안 왔어요",
    "My parcel is late again",
    "Delivery took ten days instead of two",
    "배달이 예정보다 두 시간 늦었어요",
    "The courier came hours after the slot",
    "새벽배송이 점심에 도착했어요",
    "Still waiting for my order from last week",
    "Late delivery every single time",
    "배송 지연 때문에 선물을 못 줬어요",
    "The package was supposed to arrive on Monday and it is Friday",
    "도착 예정일이 계속 미뤄져요",
]
PRAISE = ["The fruit was fresh and sweet", "Friendly courier, thank you", "포장이 꼼꼼해서 좋아요"]
SECRET = "My parcel is late again, call Erzebet at erzebet@example.org"


@pytest.fixture
def home(demo_home, tmp_path):
    """A home that a test may teach."""
    return shutil.copytree(demo_home, tmp_path / "home")


@pytest.fixture
def engine(home):
    with Engine(home, tz="Asia/Seoul") as opened:
        yield opened


def teach(engine, name="late delivery", examples=LATE, **more):
    return engine.teach(name, "Something came later than was promised", examples, **more)


def test_past_items_have_the_tag_at_once_and_a_filter_finds_them(engine, planted):
    tag = teach(engine)
    assert (tag.name, tag.version, tag.examples, tag.folds) == ("late_delivery", 1, 12, 5)
    topics = {item: topic for topic, items in planted["topics"].items() for item in items}
    hits = engine.search("late", k=50, where="tag=late_delivery")
    assert len(hits) >= 5
    assert sum(topics.get(hit.id) == "late_delivery" for hit in hits) > len(hits) / 2
    assert all([ref.name for ref in hit.tags] == ["late_delivery"] for hit in hits)
    assert all(ref.probability >= tag.threshold for hit in hits for ref in hit.tags)
    without = engine.search("late", k=1000, mode="dense", where="tag != late_delivery")
    assert without
    assert not any(hit.tags for hit in without)
    assert {hit.item_id for hit in hits}.isdisjoint(hit.item_id for hit in without)


def test_the_export_agrees_with_the_filter(engine, tmp_path):
    teach(engine)
    tagged = engine.snapshot().tags.items("late_delivery")
    engine.export("items", tmp_path / "items.jsonl")
    engine.export("mentions", tmp_path / "mentions.jsonl")
    items, mentions = (
        [json.loads(line) for line in (tmp_path / f"{what}.jsonl").read_text(encoding="utf-8").splitlines()]
        for what in ("items", "mentions")
    )
    assert {row["item_id"] for row in items if row["tags"]} == tagged
    assert {row["item_id"] for row in mentions if row["tags"]} == tagged
    best: dict[str, float] = {}
    for row in mentions:
        for ref in row["tags"]:
            best[row["item_id"]] = max(best.get(row["item_id"], 0.0), ref["probability"])
    assert {row["item_id"]: row["tags"][0]["probability"] for row in items if row["tags"]} == best


def test_a_posted_item_has_the_tag_and_so_has_the_item_page(engine):
    teach(engine)
    engine.accept(
        [{"id": "new", "text": "My parcel is late again, it took ten days"}, {"id": "other", "text": PRAISE[0]}]
    )
    assert [ref.name for ref in engine.item("new").tags] == ["late_delivery"]
    assert [ref.name for mention in engine.item("new").mentions for ref in mention.tags]
    assert engine.item("other").tags == ()
    assert "new" in {hit.id for hit in engine.search("parcel", k=200, where="tag=late_delivery")}


def test_an_older_text_of_an_item_does_not_keep_its_tag(engine):
    teach(engine)
    engine.accept([{"id": "moved", "text": LATE[2]}])
    assert engine.item("moved").tags
    engine.accept([{"id": "moved", "text": PRAISE[0]}])
    assert engine.item("moved").tags == ()
    assert not any(hit.id == "moved" for hit in engine.search("parcel", k=500, where="tag=late_delivery"))


def test_teaching_again_makes_a_version_that_can_be_taken_back(engine):
    teach(engine)
    first = engine.snapshot().tags.items("late_delivery")
    second = teach(engine, examples=LATE[:8], counterexamples=PRAISE)
    assert (second.version, second.counterexamples, second.folds) == (2, 3, 8)
    assert [(tag.version, tag.active) for tag in engine.tags.versions("Late delivery")] == [(2, True), (1, False)]
    engine.tags.rollback("late_delivery", 1)
    assert engine.snapshot().tags.items("late_delivery") == first
    with pytest.raises(NotFound):
        engine.tags.rollback("late_delivery", 9)


def test_the_same_lesson_gives_the_same_tag(engine):
    one, two = teach(engine), teach(engine, examples=list(LATE))
    first, second = (engine._tools.tags.activate("late_delivery", v) and engine._tools.tags.active()[0] for v in (1, 2))
    assert first.head == second.head
    assert (one.threshold, one.f1, one.auc) == (two.threshold, two.f1, two.auc)


def test_stored_items_teach_as_well_and_their_encodings_are_there(engine, planted):
    ids = planted["topics"]["late_delivery"][:10]
    tag = engine.teach("late", "Something came late", items=[engine.item(own).feedback.item_id for own in ids])
    assert tag.examples == 10
    with pytest.raises(NotFound):
        engine.teach("late", "Something came late", LATE, items=["nobody"])


def test_nothing_of_the_examples_is_kept(engine, home):
    before = sqlite3.connect(next((home / "cache").glob("encodings-*.db"))).execute("SELECT count(*) FROM encodings")
    known = before.fetchone()[0]
    teach(engine, examples=[*LATE, SECRET])
    after = sqlite3.connect(next((home / "cache").glob("encodings-*.db"))).execute("SELECT count(*) FROM encodings")
    assert after.fetchone()[0] == known
    engine.close()
    held = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert b"Erzebet" not in held
    assert "주문한 지 일주일인데 아직도".encode() not in held


def test_a_forgotten_tag_is_gone_everywhere(engine):
    teach(engine)
    item = next(iter(engine.snapshot().tags.items("late_delivery")))
    assert engine.tags.forget("late_delivery") == 1
    assert engine.tags.active() == []
    assert engine.item(item).tags == ()
    with pytest.raises(UsageError):
        engine.search("late", where="tag=late_delivery")
    assert teach(engine).version == 1


@pytest.mark.parametrize(
    ("examples", "error"),
    [
        (LATE[:7], UsageError),
        (LATE[:4] * 5, UsageError),
        ([f"late {n}" for n in range(1001)], UsageError),
        ([*LATE, " "], InputError),
    ],
)
def test_lessons_that_can_not_be_learnt_say_why(engine, examples, error):
    with pytest.raises(error) as refused:
        teach(engine, examples=examples)
    assert refused.value.hint
    assert engine.tags.active() == []


def test_examples_without_anything_in_common_come_with_a_warning(engine, planted):
    one_of_each = {ids[0] for ids in planted["topics"].values()}
    mixed = [hit.text for hit in engine.search("the", k=1000, mode="dense") if hit.id in one_of_each]
    assert len(set(mixed)) >= 12
    tag = teach(engine, "loose", mixed)
    assert tag.f1.value < 0.5
    assert "hang together" in warning(tag)


def test_an_empty_home_is_taught_against_the_sample_feedback(tmp_path):
    with Engine(tmp_path / "empty") as engine:
        tag = teach(engine)
        assert 200 <= tag.background <= 300
        vectors = engine.embed([LATE[0], PRAISE[0]], "query").astype(np.float16)
        late, praise = TagHead.from_bytes(engine._tools.tags.active()[0].head).probabilities(vectors)
        assert late >= tag.threshold > praise


def test_a_tag_of_another_encoder_says_so(engine, home):
    teach(engine)
    with sqlite3.connect(home / "voc.db") as connection:
        connection.execute("UPDATE tags SET tag = json_set(tag, '$.vector_hash', 'other', '$.model', 'another-model')")
        connection.execute("UPDATE counters SET value = value + 1")
    (tag,) = engine.tags.active()
    assert not engine.tags.usable(tag)
    with pytest.raises(ModelMismatch, match="another-model"):
        engine.search("late", where="tag=late_delivery")
    assert not any(hit.tags for hit in engine.search("late", k=20))


def test_the_command_line_teaches_lists_and_forgets(voc, home, tmp_path):
    file = tmp_path / "late.txt"
    file.write_text("\n".join(LATE), encoding="utf-8")
    table = tmp_path / "late.csv"
    table.write_text("body\n" + "\n".join(f'"{text}"' for text in LATE[:9]), encoding="utf-8")
    about = ("--description", "Something came late", "--home", home)
    taught = voc("tags", "teach", "late-delivery", "--examples", file, "--json", *about)
    assert taught.code == 0, taught.err
    assert (taught.json["name"], taught.json["version"], taught.json["usable"]) == ("late_delivery", 1, True)
    assert taught.json["items"] > 3
    again = voc("tags", "teach", "late_delivery", "--examples", table, "--map", "text=body", "--json", *about)
    assert (again.json["version"], again.json["examples"]) == (2, 9)
    assert voc("tags", "rollback", "late_delivery", 1, "--json", "--home", home).json["version"] == 1
    shown = voc("tags", "show", "late_delivery", "--json", "--home", home).json
    assert [row["version"] for row in shown["versions"]] == [2, 1]
    assert [row["items"] for row in voc("tags", "list", "--json", "--home", home).json] == [taught.json["items"]]
    found = voc("search", "late", "--where", "tag=late_delivery", "--json", "--home", home).json
    assert {ref["name"] for hit in found for ref in hit["tags"]} == {"late_delivery"}
    few = voc("tags", "teach", "few", "--examples", table, "--item", "x", "--json", *about)
    assert few.code == 4
    assert voc("tags", "forget", "late_delivery", "--json", "--home", home).json == {
        "name": "late_delivery",
        "versions": 2,
    }
    assert voc("tags", "show", "late_delivery", "--home", home).code == 4
