from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from voc.clean import Duplicate, mark_duplicates
from voc.clean.sketch import bands
from voc.model import Feedback

LONG = "어제 저녁에 주문한 상품이 오늘 아침까지 도착한다고 했는데 아직도 배송 준비중이라고만 나오고 상담원 연결도 되지 않습니다"


def feedback(item_id: str, text: str, *, day: int | None = None, role: str = "customer") -> Feedback:
    at = None if day is None else datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=day)
    return Feedback(item_id=item_id, id=item_id, source="s", text=text, created_at=at, author_role=role)


def test_equal_letters_are_an_exact_copy_whatever_blanks_and_signs() -> None:
    marks = mark_duplicates([feedback("a", "Great App!!"), feedback("b", "great   app"), feedback("c", "greatapp ^^")])
    assert marks == {"b": Duplicate("a", "exact", short=True), "c": Duplicate("a", "exact", short=True)}


def test_one_changed_word_in_a_long_text_is_a_near_copy() -> None:
    marks = mark_duplicates([feedback("a", LONG), feedback("b", LONG.replace("저녁에", "밤에"))])
    assert marks == {"b": Duplicate("a", "near", short=False)}


@pytest.mark.parametrize("other", [LONG + " 오류 5002", LONG.replace("주문한", "주문 안 한")])
def test_another_number_or_a_negation_is_no_copy(other: str) -> None:
    assert mark_duplicates([feedback("a", LONG + " 오류 5001"), feedback("b", other)]) == {}


def test_numbers_are_not_letters_glued_together() -> None:
    assert mark_duplicates([feedback("a", "version 1.5 crashes"), feedback("b", "version 15 crashes")]) == {}


def test_the_earliest_is_the_original_and_the_undated_come_last() -> None:
    items = [feedback("a", "또 튕겨요"), feedback("b", "또 튕겨요", day=5), feedback("c", "또 튕겨요", day=2)]
    assert {item: mark.original for item, mark in mark_duplicates(items).items()} == {"a": "c", "b": "c"}


def test_copies_of_a_near_copy_follow_the_first_original() -> None:
    near = LONG.replace("저녁에", "밤에")
    marks = mark_duplicates([feedback("a", LONG), feedback("b", near), feedback("c", near)])
    assert {item: mark.original for item, mark in marks.items()} == {"b": "a", "c": "a"}


def test_order_of_rows_does_not_matter() -> None:
    generator = random.Random(3)
    words = ["결제", "배송", "환불", "로그인", "오류", "상담원", "느림", "앱", "알림", "쿠폰", "화면", "업데이트"]
    texts = [" ".join(generator.choices(words, k=14)) for _ in range(60)]
    items = [
        feedback(f"i{n}", generator.choice(texts) + generator.choice(["", " 정말", "!!"]), day=n % 7)
        for n in range(300)
    ]
    expected = mark_duplicates(items)
    generator.shuffle(items)
    assert mark_duplicates(items) == expected
    assert {mark.kind for mark in expected.values()} == {"exact", "near"}


def test_an_original_is_never_a_copy() -> None:
    generator = random.Random(4)
    items = [feedback(f"i{n}", LONG[: 60 + n % 3] + generator.choice("가나다")) for n in range(100)]
    marks = mark_duplicates(items)
    assert marks
    assert not {mark.original for mark in marks.values()} & marks.keys()


def test_turns_of_agents_are_left_out() -> None:
    assert mark_duplicates([feedback("a", LONG, role="agent"), feedback("b", LONG)]) == {}


def test_different_texts_of_signs_alone_are_no_copies() -> None:
    assert mark_duplicates([feedback("a", "👍"), feedback("b", "😡"), feedback("c", "")]) == {}


def test_a_sketch_depends_on_its_own_text_alone() -> None:
    texts = ["abcdefgh" * 5, "가나다라마바사" * 4, "zzzzz"]
    assert bands(texts).tolist() == [bands([text])[0].tolist() for text in texts]
