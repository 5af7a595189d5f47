"""The filter grammar: what a filter's text asks of the store and of the run."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from voc.errors import UsageError
from voc.ports import Condition
from voc.queries.where import parse_where


def only(text: str) -> Condition:
    (condition,) = parse_where(text).item
    return condition


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("order_value>100", 100.0),
        ("order_value>=1.50", 1.5),
        ("order_value=120", 120.0),
        ("delta<-3.5", -3.5),
        ("vip=TRUE", True),
        ('order_value="120"', "120"),
        ("branch=007", "007"),
        ("order_no=12345678901234567", "12345678901234567"),
        ("branch=nan", "nan"),
    ],
)
def test_a_bare_number_is_a_number_to_an_attribute(text, value):
    found = only(text).value
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("text", ["version=5.3", "id=120", "customer_id=7", "thread_id>=10", "segment=true"])
def test_a_bare_number_stays_a_word_to_a_text_field_of_the_item(text):
    assert isinstance(only(text).value, str)


def test_a_time_is_told_in_utc():
    assert only("created_at>=2026-10-01T09:00:00+09:00").value == datetime(2026, 10, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "created_at>=0001-01-01T00:00:00+14:00",
        "created_at<9999-12-31T23:59:59-14:00",
        "created_at=soon",
        "rating<=nan",
        "nps>inf",
        "csat=good",
    ],
)
def test_a_value_that_cannot_be_compared_is_the_callers_mistake(text):
    with pytest.raises(UsageError):
        parse_where(text)
