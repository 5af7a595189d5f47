"""How the parts of a search become one order."""

from __future__ import annotations

from voc.queries.fusion import Matches, by_words, fuse

NEAR = {"a": 0.9, "b": 0.7, "c": 0.5}


def order(*rows: object) -> list[str]:
    return [item for item, _, _ in fuse(*rows)]  # type: ignore[arg-type]


def test_without_a_lexical_hit_the_cosine_decides():
    assert order(NEAR, Matches(), Matches()) == ["a", "b", "c"]


def test_a_full_match_outweighs_a_small_lead_in_cosine():
    assert order(NEAR, Matches({"b": 4.0}, 1.0), Matches())[0] == "b"


def test_a_match_of_few_words_weighs_little():
    assert order(NEAR, Matches({"b": 4.0}, 0.1), Matches())[0] == "a"


def test_the_names_of_another_language_lift_what_cosine_alone_leaves_behind():
    assert order({"a": 0.9, "b": 0.7, "c": 0.6, "d": 0.1}, Matches(), Matches({"c": 1.0}, 1.0), {"c"})[0] == "c"


def test_a_brand_or_a_code_is_found_in_any_language():
    assert order(NEAR, Matches({"b": 3.0}, 1.0), Matches({"c": 1.0}, 0.1), {"b", "c"})[0] == "b"


def test_a_glossary_that_answers_does_not_bury_a_third_language():
    found = order({"de": 0.9, "en": 0.6, "ko": 0.3}, Matches(), Matches({"ko": 1.0}, 1.0), {"de", "ko"})
    assert found.index("de") < found.index("en")


def test_the_only_candidate_is_as_close_as_can_be():
    assert fuse({"a": 0.4}, Matches(), Matches())[0][1] == 1.0


def test_scores_lie_between_nought_and_one():
    rows = fuse(NEAR, Matches({"a": 2.0}, 1.0), Matches({"a": 1.0, "b": 0.2}, 1.0), {"b"})
    assert all(0.0 <= score <= 1.0 for _, score, _ in rows)


def test_of_two_that_answer_alike_the_one_in_the_readers_language_comes_first():
    alike = {"a": 0.8, "b": 0.8, "c": 0.1}
    assert order(alike, Matches({"b": 2.0}, 1.0), Matches({"a": 1.0}, 1.0), {"a"})[:2] == ["b", "a"]


def test_parts_say_who_found_what():
    parts = {item: found for item, _, found in fuse({"a": 0.5}, Matches({"b": 3.0}, 1.0), Matches({"b": 0.4}, 0.5))}
    assert (parts["a"].dense, parts["a"].lexical, parts["a"].translated) == (0.5, None, None)
    assert (parts["b"].dense, parts["b"].lexical, parts["b"].translated) == (None, 3.0, 0.4)


def test_words_alone_are_ordered_by_bm25_whatever_the_coverage():
    assert [row[:2] for row in by_words(Matches({"x": 1.0, "y": 2.0, "a": 1.0}, 0.0))] == [
        ("y", 2.0),
        ("a", 1.0),
        ("x", 1.0),
    ]
