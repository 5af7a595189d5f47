"""Which column means what."""

from __future__ import annotations

import pytest

from voc.errors import UsageError
from voc.ingest import IngestOptions, parse_map
from voc.ingest.mapping import layout_of


def test_a_map_is_pairs_of_field_and_column() -> None:
    assert parse_map(["text=body,created_at=date", "id = Ticket No"]) == {
        "text": "body",
        "created_at": "date",
        "id": "Ticket No",
    }


def test_a_column_with_a_comma_is_quoted_and_an_equals_sign_is_kept() -> None:
    assert parse_map(['"text=Comment, long",id=a=b']) == {"text": "Comment, long", "id": "a=b"}


@pytest.mark.parametrize("spec", ["body", "txt=body", "text=a,text=b", "item_id=x", "=body"])
def test_a_malformed_map_is_wrong_use_with_a_hint(spec: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_map([spec])
    assert caught.value.hint


def test_a_misspelt_field_is_guessed() -> None:
    with pytest.raises(UsageError) as caught:
        IngestOptions(mapping={"creatd_at": "date"})
    assert "created_at" in caught.value.hint


def test_names_match_without_regard_to_case_blanks_and_punctuation() -> None:
    layout = layout_of(["Text ", "Created At", "customerId", "NPS", "Plan"], {})
    assert layout.fields == {"text": "Text ", "created_at": "Created At", "customer_id": "customerId", "nps": "NPS"}
    assert layout.attributes == ("Plan",)


def test_an_exact_name_wins_over_a_similar_one() -> None:
    layout = layout_of(["TEXT", "text"], {})
    assert (layout.fields["text"], layout.attributes) == ("text", ("TEXT",))


def test_a_mapped_column_wins_and_the_one_it_replaces_is_an_attribute() -> None:
    layout = layout_of(["text", "body"], {"text": "body"})
    assert (layout.fields, layout.attributes) == ({"text": "body"}, ("text",))


def test_a_field_mapped_to_nothing_is_not_looked_for() -> None:
    layout = layout_of(["id", "text"], {"id": ""})
    assert layout.fields == {"text": "text"}


def test_one_column_may_serve_two_fields() -> None:
    assert layout_of(["email", "text"], {"customer_id": "email", "id": "email"}).fields["id"] == "email"
