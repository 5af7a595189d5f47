"""From mentions to the points that a run clusters, and back."""

from __future__ import annotations

import numpy as np

from voc.batch import Corpus, distinct_texts, place_mentions, points_of
from voc.batch.points import Points
from voc.clean import Duplicate
from voc.discover import Discovery
from voc.model import Feedback, How, Mention

WIDTH = 16


def corpus(items: dict[str, list[str]], copies: dict[str, str] | None = None) -> Corpus:
    """Items in the order given, each with its mentions."""
    feedback = tuple(Feedback(item_id=key, id=key, source="s", text=". ".join(said)) for key, said in items.items())
    mentions = tuple(
        Mention(key, 1, index, 0, len(text), text, "en")
        for key, said in items.items()
        for index, text in enumerate(said)
    )
    duplicates = {copy: Duplicate(original, "exact", short=False) for copy, original in (copies or {}).items()}
    return Corpus(feedback, mentions, duplicates, {})


def points(found: Corpus) -> Points:
    texts = distinct_texts(found, supported=None)
    rows = np.random.default_rng(1).standard_normal((len(texts.texts), WIDTH))
    places = np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)
    return points_of(found, texts, places, np.zeros(len(texts.texts), np.bool_))


def discovery(fine: list[int], strength: list[float]) -> Discovery:
    return Discovery(
        fine=np.array(fine, np.int32),
        strength=np.array(strength, np.float32),
        how=np.array([How.CLUSTERED if number >= 0 else None for number in fine], dtype=object),
        coarse=np.zeros(max(fine) + 1, np.int32),
        centroids=np.eye(max(fine) + 1, WIDTH, dtype=np.float32),
        threshold=0.1,
        near=0.1,
        judged=np.ones(len(fine), np.bool_),
        given=np.full(max(fine) + 1, -1),
        descent=None,
    )


def test_a_text_alone_in_its_items_is_one_point_for_all_of_them():
    found = points(corpus({"a": ["the parcel is late"], "b": ["the parcel is late"], "c": ["great app"]}))
    assert len(found.keys) == 2
    assert sorted(found.weights.tolist()) == [1, 2]
    assert found.point_of[0] == found.point_of[1]


def test_a_text_in_other_company_is_another_point():
    found = points(corpus({"a": ["three hours", "the parcel is late"], "b": ["three hours"]}))
    assert len(found.keys) == 3
    assert len(set(found.point_of.tolist())) == 3
    assert not np.array_equal(found.places[found.point_of[0]], found.places[found.point_of[2]])


def test_the_order_of_items_changes_no_point():
    items = {"a": ["three hours", "the parcel is late"], "b": ["three hours"], "c": ["great app", "three hours"]}
    one, other = corpus(items), corpus(dict(reversed(items.items())))
    assert points(one).keys == points(other).keys
    assert np.array_equal(points(one).places, points(other).places)


def test_a_duplicate_follows_its_original_mention_by_mention():
    said = ["the parcel is late", "nobody answers"]
    found = points(corpus({"a": said, "b": [*said, "nobody answers at all"]}, copies={"b": "a"}))
    assert found.point_of.tolist()[:2] == found.point_of.tolist()[2:4]
    assert found.point_of[4] == found.point_of[1]
    assert len(found.keys) == 2


def test_a_mention_without_content_has_no_point_and_says_why():
    whole = corpus({"a": ["!!!"], "b": ["the parcel is late"]})
    texts, found = distinct_texts(whole, supported=None), points(whole)
    placed = place_mentions(texts, found, discovery([0], [0.8]))
    assert found.point_of.tolist() == [-1, 0]
    assert placed.theme.tolist() == [-1, 0]
    assert placed.reason.tolist() == ["no_content", None]
    assert placed.how.tolist() == [None, "clustered"]


def test_what_names_nothing_goes_with_its_item_and_alone_stands_for_itself():
    whole = corpus({"a": ["the parcel is late", "i already did"], "b": ["i already did"]})
    texts = distinct_texts(whole, supported=None)
    bare = np.array([text == "i already did" for text in texts.texts])
    rows = np.eye(2, WIDTH, dtype=np.float32)
    found = points_of(whole, texts, rows, bare)
    late = rows[texts.texts.index("the parcel is late")]
    places = found.places[found.point_of]
    assert [float(place @ late) > 0.9 for place in places] == [True, True, False]
    assert np.array_equal(places[2], rows[texts.texts.index("i already did")])


def test_a_text_speaks_for_the_theme_of_most_of_its_mentions():
    whole = corpus({"a": ["three hours"], "b": ["three hours"], "c": ["three hours", "great app"]})
    texts, found = distinct_texts(whole, supported=None), points(whole)
    hours = [at for at in range(3) if texts.texts[found.text[at]] == "three hours"]
    fine, strength = [0, 0, 0], [0.4, 0.4, 0.4]
    for at in hours:
        fine[at] = 1 if found.weights[at] == 2 else 0
        strength[at] = 0.9 if found.weights[at] == 1 else 0.5
    theme = found.themes_of_texts(discovery(fine, strength), texts)
    assert theme[texts.texts.index("three hours")] == 1


def test_every_theme_has_a_text_that_speaks_for_it():
    whole = corpus({"a": ["three hours"], "b": ["three hours"], "c": ["three hours", "great app"], "d": ["great app"]})
    texts, found = distinct_texts(whole, supported=None), points(whole)
    # The points of one text lie in two themes; the second has no other text.
    fine = [0 if found.weights[at] == 2 or texts.texts[found.text[at]] == "great app" else 1 for at in range(4)]
    theme = found.themes_of_texts(discovery(fine, [0.5] * 4), texts)
    assert set(theme.tolist()) == {0, 1}


def test_a_text_belongs_to_the_first_item_that_holds_it():
    whole = corpus({"a": ["great app"], "b": ["three hours", "great app"], "c": ["three hours"], "d": ["!!!"]})
    texts = distinct_texts(whole, supported=None)
    first = dict(zip(texts.texts, points(whole).first_items(texts).tolist(), strict=True))
    assert first == {"great app": 0, "three hours": 1, "!!!": -1}
