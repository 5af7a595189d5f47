"""The answer sheet: what was planted where, as `planted.json` tells it to tests and readers."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from demo import when
from demo.rows import Row

_PERSONAL = re.compile(r"[\w.]+@example\.com|DE\d\d[ \d]+\d|\d{1,3}(?:\.\d{1,3}){3}|\+?\d[\d -]{6,}\d")
"""What the invented personal data look like: only good enough for our own sentences."""
VOICE = ("", "exact_copy", "near_copy")
"""Kinds of rows in which a customer opens a subject of their own (the rest: later turns, spam, figures only)."""
PRAISE = ("praise_app", "praise_delivery", "praise_freshness")
KEYWORDS = {
    "outage": {
        "ko": ["열려", "접속", "장애", "먹통", "서버", "복구", "결제"],
        "en": ["down", "outage", "open", "unavailable", "error"],
    },
    "regression": {
        "ko": ["사진", "업로드", "첨부", "업데이트", "5.3.0"],
        "en": ["photo", "upload", "update", "attach", "5.3.0"],
    },
    "late_delivery": {
        "ko": ["지연", "늦", "도착", "배송"],
        "en": ["late", "slot", "hours", "still", "delivery"],
    },
    "praise": {"ko": ["신선", "맛", "빠", "편", "좋"], "en": ["fresh", "quick", "best"]},
}
"""Words of each plant that its people use, as stems: at least two items hold each."""


def answers(rows: Sequence[Row], broken: Sequence[dict[str, object]], edited: Sequence[str], seed: int) -> str:
    """The answer sheet as JSON, a line a heading. `rows` are the well-formed rows of the CSV in its order.

    `broken` describes the broken rows, `edited` holds the ids that stand twice.
    """
    outcomes = [entry["outcome"] for entry in broken]
    read = len(rows) + len(broken)
    rejected, warnings = outcomes.count("rejected"), outcomes.count("warning")
    return _document(
        {
            "seed": seed,
            "counts": {
                "read": read,
                "added": read - rejected - len(edited),
                "updated": len(edited),
                "rejected": rejected,
                "warnings": warnings,
            },
            "outage": _window(rows, "outage", when.OUTAGE) | {"keywords": KEYWORDS["outage"]},
            "regression": _window(rows, "regression_photo", when.REGRESSION)
            | {"version": when.BAD_RELEASE, "keywords": KEYWORDS["regression"]},
            "late_delivery": _ramp(rows) | {"keywords": KEYWORDS["late_delivery"]},
            "praise": {"ids": [row.cells["id"] for row in rows if row.topic in PRAISE and row.kind in VOICE]}
            | {"keywords": KEYWORDS["praise"]},
            "spam": _window(rows, "spam", when.SPAM),
            "duplicates": _duplicates(rows),
            "personal_data": {
                row.cells["id"]: {"kinds": row.hints["pii"].split(","), "values": _PERSONAL.findall(row.cells["text"])}
                for row in rows
                if "pii" in row.hints and not row.kind
            },
            "urgent": {row.cells["id"]: row.hints["urgent"] for row in rows if "urgent" in row.hints and not row.kind},
            "emoji": _marked(rows, "emoji"),
            "punctuation": _marked(rows, "punctuation"),
            "html": _marked(rows, "html"),
            "no_text": [row.cells["id"] for row in rows if row.kind == "no_text"],
            "edited": list(edited),
            "broken": list(broken),
            "topics": _topics(rows),
        }
    )


def _document(headings: dict[str, object]) -> str:
    lines = [f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in headings.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _window(rows: Iterable[Row], topic: str, window: tuple[datetime, datetime]) -> dict[str, object]:
    start, end = window
    own = [row for row in rows if row.topic == topic]
    return {
        "topic": topic,
        "start": start.isoformat(),
        "end": end.isoformat(),
        "ids": [row.cells["id"] for row in own if row.kind in (*VOICE, "spam")],
        "follow_ups": [row.cells["id"] for row in own if row.kind == "follow_up"],
    }


def _ramp(rows: Iterable[Row]) -> dict[str, object]:
    own = [row for row in rows if row.topic == "late_delivery" and row.kind in VOICE]
    weekly = [0] * when.WEEKS
    for row in own:
        weekly[(row.time.date() - when.FIRST_DAY).days // 7] += 1
    return {"topic": "late_delivery", "weekly": weekly, "ids": [row.cells["id"] for row in own]}


def _duplicates(rows: Iterable[Row]) -> list[dict[str, object]]:
    """Each group: the original's id, and the copies' ids with their kind."""
    groups: dict[str, dict[str, object]] = {}
    copies: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        original, mark, _ = row.key.rpartition("#")
        if row.kind.endswith("_copy") and mark:
            copies[original][row.cells["id"]] = row.kind.removesuffix("_copy")
    for row in rows:
        if row.key in copies:
            groups[row.key] = {"original": row.cells["id"], "copies": copies[row.key]}
    return list(groups.values())


def _marked(rows: Iterable[Row], kind: str) -> list[str]:
    return [row.cells["id"] for row in rows if row.hints.get("kind") == kind and row.kind in VOICE]


def _topics(rows: Iterable[Row]) -> dict[str, list[str]]:
    topics: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.kind in VOICE and row.cells["id"] not in topics[row.topic]:
            topics[row.topic].append(row.cells["id"])
    return dict(sorted(topics.items(), key=lambda item: (-len(item[1]), item[0])))
