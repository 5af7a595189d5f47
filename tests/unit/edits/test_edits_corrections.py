"""Which corrections hold after which edits."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from voc.edits import Correction, Edit, corrections, digest_of

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DIGEST = digest_of("The parcel came late")


def score(number=1, item="a", digest=DIGEST, undone=False, **says):
    return Edit(
        edit_id=f"edit_{number}",
        kind="score",
        target=item,
        says=says,
        at=NOW,
        text_digest=digest,
        undone_at=NOW if undone else None,
    )


def test_of_two_corrections_the_newer_one_wins_field_by_field():
    edits = [score(1, sentiment="negative", urgency="high"), score(2, sentiment="positive")]
    assert corrections(edits) == {("a", DIGEST): Correction("positive", "high")}


def test_what_is_undone_gives_way_to_what_was_said_before():
    edits = [score(1, sentiment="negative"), score(2, sentiment="positive", urgency="low", undone=True)]
    assert corrections(edits) == {("a", DIGEST): Correction("negative", None)}


def test_each_text_of_an_item_has_corrections_of_its_own():
    other = digest_of("The parcel came at last")
    edits = [score(1, sentiment="negative"), score(2, digest=other, sentiment="positive")]
    assert corrections(edits) == {
        ("a", DIGEST): Correction("negative", None),
        ("a", other): Correction("positive", None),
    }


def test_an_undo_corrects_nothing_itself():
    assert corrections([Edit(edit_id="edit_1", kind="undo", target="edit_0", at=NOW)]) == {}


@given(st.text(), st.text())
def test_texts_have_one_digest_only_if_they_are_one(one, other):
    assert (digest_of(one) == digest_of(other)) == (one == other)


SAID = st.dictionaries(st.sampled_from(("sentiment", "urgency")), st.sampled_from("xyz"), min_size=1)


@given(st.lists(st.tuples(st.sampled_from("ab"), SAID, st.booleans()), max_size=12))
def test_an_undone_edit_is_as_if_it_had_never_been_made(rows):
    edits = [score(at, item, undone=undone, **said) for at, (item, said, undone) in enumerate(rows)]
    assert corrections(edits) == corrections([edit for edit in edits if edit.undone_at is None])
