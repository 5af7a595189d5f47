from __future__ import annotations

from voc.clean import clean
from voc.model import Feedback


def feedback(**fields: object) -> Feedback:
    return Feedback(**({"item_id": "i", "id": "1", "source": "s", "text": ""} | fields))  # type: ignore[arg-type]


def test_cleaned_text_has_no_personal_data_and_keeps_the_rest() -> None:
    done = clean(feedback(text="<p>010-2345-6789 로  연락 주세요</p>"))
    assert done.text == "<p><PHONE> 로  연락 주세요</p>"
    assert done.redactions == {"phone": 1}
    assert done.lang == "ko"


def test_text_attributes_are_redacted_too() -> None:
    done = clean(feedback(text="느려요", attributes={"contact": "h@x.example.com", "plan": "pro", "age": 33.0}))
    assert done.attributes == {"contact": "<EMAIL>", "plan": "pro", "age": 33.0}
    assert done.redactions == {"email": 1}


def test_cleaning_a_clean_item_changes_nothing() -> None:
    once = clean(feedback(text="call me at 010-2345-6789 because the app is slow", lang="en"))
    assert clean(once) == once


def test_what_cannot_be_stored_is_dropped() -> None:
    assert clean(feedback(text="앱이\x00 느려요\ud800")).text == "앱이 느려요"
