"""A night reads what is new; what it copies equals what reading it again would give."""

from __future__ import annotations

from dataclasses import fields, replace
from types import SimpleNamespace

import numpy as np
import pytest

from voc import pipeline
from voc.batch import Carried, Corpus, ScoreColumns, distinct_texts, score_corpus
from voc.model import Feedback
from voc.score import Heads
from voc.segment import segment

BASIS = {"model": {"hash": "a"}, "heads": {"digest": "b"}, "voc": "1", "state": 4, "input": "first"}
SAID = [
    "The refund never came. I want to cancel today!",
    "배송이 너무 늦어요. 기사님은 친절했어요.",
    "Great app",
    "결제가 두 번 됐어요. 당장 환불해 주세요.",
    "Great app",
]


class Table(SimpleNamespace):
    """The columns that are asked for."""

    def __len__(self) -> int:
        return len(self.item_id)


def corpus(*said: tuple[str, str, int]) -> Corpus:
    items = tuple(
        Feedback(item_id=name, id=name, source="s", text=text, lang="ko" if text[0] > "z" else "en", revision=revision)
        for name, text, revision in said
    )
    return Corpus(items, tuple(mention for item in items for mention in segment(item)), {}, {})


def first() -> Corpus:
    return corpus(*((f"i{at}", text, 1) for at, text in enumerate(SAID)))


def features_of(texts) -> np.ndarray:
    """Made of the text alone, as an encoder's are."""
    width = Heads.load("multilingual-e5-small").standardiser.width
    rows = [np.random.default_rng(list(text.encode())).normal(size=width) for text in texts]
    return np.array(rows, np.float16).reshape(-1, width)


def read(whole: Corpus, carried: Carried) -> tuple[ScoreColumns, np.ndarray, np.ndarray]:
    texts = distinct_texts(whole, supported=None)
    unread = carried.unread(texts)
    features = features_of([texts.texts[at] for at in unread.tolist()])
    columns = score_corpus(whole, texts, unread, features, Heads.load("multilingual-e5-small"), carried)
    vectors = carried.vectors(texts, unread, features[:, :8].astype(np.float32))
    return columns, vectors[texts.text_of], unread


def published(whole: Corpus) -> SimpleNamespace:
    columns, vectors, _ = read(whole, Carried.of(whole, None, BASIS))
    table = Table(
        **{field.name: getattr(columns, field.name) for field in fields(columns)},
        item_id=np.array([m.item_id for m in whole.mentions], object),
        revision=np.array([m.revision for m in whole.mentions], np.int32),
        index=np.array([m.index for m in whole.mentions], np.int32),
        start=np.array([m.start for m in whole.mentions], np.int32),
        end=np.array([m.end for m in whole.mentions], np.int32),
        lang=np.array([m.lang for m in whole.mentions], object),
    )
    run = SimpleNamespace(manifest={"basis": BASIS})
    return SimpleNamespace(mentions=table, vectors=vectors.astype(np.float16), run=run)


def later() -> Corpus:
    """A changed item, an item gone, and new ones between the others."""
    kept = [("i0", SAID[0], 1), ("i1", "배송이 너무 늦어요. 기사님도 별로예요.", 2), ("i2", SAID[2], 1)]
    return corpus(*kept, ("i35", "The refund never came. Nobody answers.", 1), ("i4", SAID[4], 1))


def test_what_is_copied_equals_what_reading_again_gives():
    before, whole = published(first()), later()
    carried = Carried.of(whole, before, BASIS | {"input": "second"})
    columns, vectors, unread = read(whole, carried)
    expected, all_vectors, everything = read(whole, Carried.of(whole, None, BASIS))
    assert 0 < len(unread) < len(everything)
    for field in fields(columns):
        np.testing.assert_array_equal(getattr(columns, field.name), getattr(expected, field.name), err_msg=field.name)
        assert getattr(columns, field.name).dtype == getattr(expected, field.name).dtype
    np.testing.assert_array_equal(vectors, all_vectors)


def test_only_mentions_of_new_and_changed_items_are_read():
    whole = later()
    carried = Carried.of(whole, published(first()), BASIS)
    assert {whole.mentions[at].item_id for at in carried.fresh.tolist()} == {"i1", "i35"}


@pytest.mark.parametrize("part", ["model", "heads", "voc", "state"])
def test_another_model_or_other_rules_read_everything_again(part):
    whole = first()
    assert len(Carried.of(whole, published(whole), BASIS | {part: "other"}).fresh) == len(whole.mentions)
    assert len(Carried.of(whole, published(whole), BASIS).fresh) == 0


def test_an_item_that_is_cut_in_another_way_is_read_again_whole():
    before, whole = published(first()), first()
    at = next(at for at, mention in enumerate(whole.mentions) if mention.index == 1)
    moved = replace(whole.mentions[at], start=whole.mentions[at].start + 1)
    whole = replace(whole, mentions=(*whole.mentions[:at], moved, *whole.mentions[at + 1 :]))
    fresh = {whole.mentions[row].item_id for row in Carried.of(whole, before, BASIS).fresh.tolist()}
    assert fresh == {moved.item_id}
    assert sum(mention.item_id == moved.item_id for mention in whole.mentions) > 1


@pytest.mark.parametrize(("state", "carried"), [("ok", True), ("damaged", False), ("missing", False)])
def test_nothing_is_carried_from_files_that_are_not_what_was_written(state, carried):
    before = published(first())
    before.run.run_id = "run"
    tools = SimpleNamespace(runs=SimpleNamespace(verify=lambda _: {"manifest.json": "ok", "vectors.npy": state}))
    assert (pipeline._undamaged(tools, before) is before) == carried
    assert pipeline._undamaged(tools, None) is None
