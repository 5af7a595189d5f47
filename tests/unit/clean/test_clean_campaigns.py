"""Campaigns: many copies of one text with other numbers, links and emoji count as one voice."""

from __future__ import annotations

import random

import pytest

from voc.clean.campaigns import mark_campaigns
from voc.model import Feedback

AD = "{e} Earn {n} dollars a week from home, join our free trial room today {e} win.example.com/{n}"


def items(texts):
    return [Feedback(item_id=f"fb_{at:03}", id=str(at), source="s", text=text) for at, text in enumerate(texts)]


def test_copies_with_other_numbers_and_links_are_one_campaign():
    found = mark_campaigns(items([AD.format(e="🔥💰"[n % 2], n=100 + n) for n in range(6)]))
    assert set(found.values()) == {"fb_000"}
    assert len(found) == 6


@pytest.mark.parametrize("link", ["https://shop{n}.example/{n}", "www.{n}.example", "s{n}.example.co.kr", "<URL>", ""])
def test_whether_and_where_a_link_leads_does_not_matter(link):
    plain, linked = AD.replace("win.example.com/{n}", ""), AD.replace("win.example.com/{n}", link)
    texts = [(linked if n % 2 else plain).format(e="", n=n) for n in range(8)]
    assert set(mark_campaigns(items(texts)).values()) == {"fb_000"}


def test_four_people_who_quote_each_other_are_no_campaign():
    assert mark_campaigns(items([AD.format(e="", n=n) for n in range(4)])) == {}


def test_short_texts_that_many_write_are_no_campaign():
    assert mark_campaigns(items(["Great app!", "great app", "Great app 5"] * 10)) == {}


def test_other_words_are_another_text():
    texts = [AD.format(e="", n=n) for n in range(5)] + ["The parcel came late again and nobody told me why it did"]
    assert "fb_005" not in mark_campaigns(items(texts))


def test_the_order_of_items_does_not_matter():
    rows = items([AD.format(e="", n=n) for n in range(9)])
    shuffled = rows[:]
    random.Random(3).shuffle(shuffled)
    assert mark_campaigns(rows) == mark_campaigns(shuffled)
