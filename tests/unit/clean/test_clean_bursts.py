"""One text sent many times within a few days."""

from __future__ import annotations

import random

from voc.clean.bursts import DAYS, LEAST_COPIES, Sent, bursts

SPAM = "Cheap followers for your shop, only today, write to us now and save"


def sent(days, text=SPAM, name="s"):
    return [Sent(f"{name}{at:04}", f"{name}{at:04}", text, day) for at, day in enumerate(days)]


def spans(found):
    return [(burst[0].day, burst[-1].day, len(burst)) for burst in found]


def test_twenty_copies_in_a_week_are_a_burst_and_nineteen_or_eight_days_are_none():
    week = [10 + at % DAYS for at in range(LEAST_COPIES)]
    assert spans(bursts(sent(week))) == [(10, 16, 20)]
    assert bursts(sent(week[1:])) == []
    assert bursts(sent([*week[:-1], 17])) == []


def test_copies_with_other_numbers_links_and_signs_are_one_text():
    texts = [
        SPAM.replace("only today", f"only {at} today!!" + " " * (at % 3)) + f" https://x.example/{at}"
        for at in range(30)
    ]
    found = bursts([Sent(f"s{at:03}", f"s{at:03}", text, 5) for at, text in enumerate(texts)])
    assert spans(found) == [(5, 5, 30)]


def test_a_copy_goes_with_its_original_whatever_its_letters():
    many = [Sent(f"s{at:03}", "s000", SPAM + chr(97 + at), 5) for at in range(LEAST_COPIES)]
    assert spans(bursts(many)) == [(5, 5, LEAST_COPIES)]
    apart = [Sent(one.item_id, one.item_id, one.text, one.day) for one in many]
    assert bursts(apart) == []


def test_different_texts_of_one_customer_are_no_burst():
    words = "slow app crash login photo map order food late bill refund price coupon chat agent search cart card wait call".split()
    assert len(words) == LEAST_COPIES
    assert (
        bursts(
            [
                Sent(f"s{at:03}", f"s{at:03}", f"The {word} of this service is what I do not like", 5)
                for at, word in enumerate(words)
            ]
        )
        == []
    )


def test_short_texts_are_what_people_write_on_their_own():
    assert bursts(sent([5] * 100, "좋아요 최고예요")) == []


def test_two_bursts_of_one_text_are_told_apart_and_the_latest_comes_first():
    found = bursts(sent([5] * 20 + [8] * 3 + [15] + [40] * 25))
    assert spans(found) == [(40, 40, 25), (5, 8, 23)]


def test_a_burst_that_goes_on_is_one():
    assert spans(bursts(sent([day for day in range(5, 45) for _ in range(4)]))) == [(5, 44, 160)]


def test_the_order_of_items_does_not_matter():
    rows = sent([5] * 30 + [6] * 30) + sent(
        [5] * 25, "배송이 너무 늦어서 주문을 취소하고 싶은데 상담원 연결이 전혀 되지 않습니다 환불해 주세요", "k"
    )
    once = bursts(rows)
    assert len(once) == 2
    random.Random(1).shuffle(rows)
    assert bursts(rows) == once
