"""What no sentence file holds: the spam burst, survey answers without words, and the broken rows."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta

from demo import when
from demo.dice import Dice
from demo.people import Customer
from demo.rows import COLUMNS, Row, stamp

SPAM_COPIES = 30
SILENT_SURVEYS = 26

BROKEN: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("rejected", "no text and no figure", {"id": "RV-90001", "rating": "", "text": ""}),
    (
        "rejected",
        "blank text and no figure",
        {"id": "TK-90002", "channel": "ticket", "source": "helpdesk", "text": "   "},
    ),
    ("warning", "rating 9 is out of range", {"id": "RV-90003", "rating": "9", "text": "별점 9개 주고 싶어요 진심"}),
    (
        "warning",
        "nps 14 is out of range",
        {"id": "SV-90004", "channel": "survey", "source": "survey", "nps": "14", "text": "I'd recommend it to anyone"},
    ),
    (
        "warning",
        "csat is not a number",
        {"id": "SV-90005", "channel": "survey", "source": "survey", "csat": "매우 만족", "text": "상담이 빨랐어요"},
    ),
    (
        "warning",
        "created_at is no date",
        {"id": "RV-90009", "rating": "4", "created_at": "어제 저녁쯤", "text": "주말 특가 알림 좀 더 일찍 보내주세요"},
    ),
)
"""Expected outcome, why, and the cells: rows with the right number of fields."""
TORN = (
    ("rejected", "too few fields", "RV-90006,화면이 갑자기"),
    ("rejected", "too few fields", "TK-90007,My parcel,2026-10-02T10:11:00+09:00,helpdesk"),
    (
        "rejected",
        "too many fields",
        "SO-90008,so, like, where, is, my, milk,2026-10-20T01:30:00Z,social,social,,,,,,,,,,SG,Bandal Basket,,android",
    ),
)
"""Expected outcome, why, and the line as a careless export wrote it."""


def spam(dice: Dice) -> list[Row]:
    """One advertisement, thirty times in two hours, each a little different as such senders make it."""
    start, end = when.SPAM
    marks = ("🔥", "💰", "✅", "⭐", "📢", "💎")
    rows = []
    for number in range(SPAM_COPIES):
        share = (number + dice.number("spam", number)) / SPAM_COPIES
        time = (start + (end - start) * share).replace(microsecond=0)
        mark = marks[dice.below(len(marks), "mark", number)]
        amount = 200 + 50 * dice.below(4, "amount", number)
        code = f"{dice.below(46656, 'code', number):04x}"
        text = (
            f"{mark}하루 10분 투자로 월 {amount}만원{mark} 집에서 하는 재택부업, 초보 가능! "
            f"선착순 무료체험방 입장 👉 bonus.example.com/{code} #반달바스켓 #부업 #재테크"
        )
        cells = {"text": text, "created_at": stamp(time, "social"), "source": "social", "channel": "social"}
        rows.append(Row("spam", "social", time, f"spam/{number:02}", kind="spam", cells=cells))
    return rows


def silent_surveys(customers: list[Customer], dice: Dice) -> list[Row]:
    """Survey answers that are figures only."""
    rows = []
    for number in range(SILENT_SURVEYS):
        customer = customers[dice.below(len(customers), "silent", number)]
        day = when.FIRST_DAY + timedelta(int((number + dice.number("day", number)) / SILENT_SURVEYS * when.DAYS))
        hour, minute = when.hour_of("survey", dice, "silent", number), dice.below(60, "minute", number)
        time = datetime(day.year, day.month, day.day, hour, minute, tzinfo=when.KST)
        nps = dice.pick((2, 1, 2, 2, 2, 5, 6, 9, 14, 15, 13), "nps", number)
        cells = {
            "created_at": stamp(time, "survey"),
            "source": "survey",
            "channel": "survey",
            "customer_id": customer.id,
            "nps": str(nps),
            "csat": str(1 + (nps + dice.below(3, "csat", number)) * 4 // 12),
            "ces": str(2 + nps // 2) if dice.number("ces", number) < 0.4 else "",
            "country": customer.country,
            "product": "Bandal Basket",
            "segment": customer.segment,
        }
        rows.append(Row("no_text", "survey", time, f"silent/{number:02}", kind="no_text", cells=cells))
    return rows


def broken_lines() -> list[tuple[str, str, str]]:
    """Expected outcome (rejected or warning), why, and the CSV line of each broken row."""
    whole = []
    for number, (outcome, why, cells) in enumerate(BROKEN):
        base = {
            "created_at": f"2026-10-{2 + 3 * number:02}T12:30:00+09:00",
            "source": "play_store",
            "channel": "app_review",
            "country": "KR",
            "product": "Bandal Basket",
        }
        out = io.StringIO()
        csv.writer(out, lineterminator="").writerow([{**base, **cells}.get(column, "") for column in COLUMNS])
        whole.append((outcome, why, out.getvalue()))
    return [*whole, *TORN]
