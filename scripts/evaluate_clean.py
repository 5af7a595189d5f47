"""Measures cleaning on open sets: personal data found, languages told, copies marked, mentions per item.

    python scripts/evaluate_clean.py [--data ../shared/data] [--half test]

Rules and thresholds were chosen on the rows of even position ("dev"); the other half ("test") is what is reported.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from voc.clean import clean, detect, mark_duplicates
from voc.clean.pii import find
from voc.model import UNDETERMINED, Feedback
from voc.segment import segment

Row = Mapping[str, Any]

STRUCTURED = {
    "pii_presidio_en": {
        "EMAIL_ADDRESS": "email",
        "CREDIT_CARD": "card",
        "PHONE_NUMBER": "phone",
        "IBAN_CODE": "iban",
        "US_SSN": "ssn",
        "IP_ADDRESS": "ip",
        "US_DRIVER_LICENSE": "driver_licence",
    },
    "pii_testcases_ko": {
        "이메일": "email",
        "전화번호": "phone",
        "주민등록번호": "rrn",
        "여권번호": "passport",
        "카드번호": "card",
        "계좌번호": "account",
        "IP주소": "ip",
        "생년월일": "birth_date",
    },
}
LOOSE = {"PERSON": "name", "이름": "name", "STREET_ADDRESS": "address", "주소": "address"}
STREAMS = ("app_reviews_ko_finance_stream", "airline_tweets_en", "steam_reviews_ko")


def rows(path: Path, half: str = "all") -> list[Row]:
    with path.open(encoding="utf-8") as lines:
        read = [json.loads(line) for line in lines]
    return read if half == "all" else read[0::2] if half == "dev" else read[1::2]


def personal_data(data: Path, half: str) -> None:
    """Recall: a gold span is found if a span of any kind covers at least half of it. Precision: a span found is right
    if it touches any gold span; kinds that the set does not label are left out of it."""
    for name, kinds in STRUCTURED.items():
        found, gold, wrong, right = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
        for row in rows(data / name / "data.jsonl", half):
            spans = find(row["text"])
            entities = placed(row)
            for entity in entities:
                kind = kinds.get(entity["type"]) or LOOSE.get(entity["type"])
                if kind:
                    gold[kind] += 1
                    found[kind] += (
                        2 * covered(entity, ((s.start, s.end) for s in spans)) >= entity["end"] - entity["start"]
                    )
            for span in spans:
                touches = any(span.start < entity["end"] and entity["start"] < span.end for entity in entities)
                (right if touches else wrong)[span.kind] += 1
        print(f"\n{name} ({half})\n| kind | gold | recall | found | precision |\n|---|---|---|---|---|")
        for kind in sorted(gold.keys() | right.keys() | wrong.keys()):
            total = right[kind] + wrong[kind]
            recall = f"{found[kind] / gold[kind]:.3f}" if gold[kind] else "–"
            print(f"| {kind} | {gold[kind]} | {recall} | {total} | {f'{right[kind] / total:.3f}' if total else '–'} |")
        exact = [kind for kind in gold if kind in kinds.values()]
        hits, all_gold = sum(found[kind] for kind in exact), sum(gold[kind] for kind in exact)
        good = sum(right[kind] for kind in kinds.values())
        bad = sum(wrong[kind] for kind in kinds.values())
        print(f"| **structured** | {all_gold} | {hits / all_gold:.3f} | {good + bad} | {good / (good + bad):.3f} |")


def placed(row: Row) -> list[Row]:
    """Gold spans, every occurrence of a value: the Korean set marks the first alone, and some without a place."""
    spans = {}
    for entity in row.get("entities") or []:
        if entity["start"] is not None:
            spans[entity["start"], entity["end"]] = entity
        at = row["text"].find(entity["value"])
        while at >= 0:
            end = at + len(entity["value"])
            spans.setdefault((at, end), {**entity, "start": at, "end": end})
            at = row["text"].find(entity["value"], end)
    return list(spans.values())


def covered(entity: Row, spans: Iterable[tuple[int, int]]) -> int:
    return sum(max(0, min(end, entity["end"]) - max(start, entity["start"])) for start, end in spans)


def languages(data: Path, half: str) -> None:
    """Norwegian Bokmål ("nb") counts as Norwegian ("no")."""
    by_kind: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows(data / "language_id_30" / "data.jsonl", half):
        by_kind[row["meta"]["kind"]].append(("no" if row["lang"] == "nb" else row["lang"], detect(row["text"])))
    print(f"\nlanguage_id_30 ({half})\n| kind | texts | right | abstained | right when it answers |")
    print("|---|---|---|---|---|")
    for kind, pairs in by_kind.items():
        right, silent = sum(gold == told for gold, told in pairs), sum(told == UNDETERMINED for _, told in pairs)
        shares = right / len(pairs), silent / len(pairs), right / (len(pairs) - silent)
        print(f"| {kind} | {len(pairs)} | {' | '.join(f'{share:.3f}' for share in shares)} |")
        print("  most frequent errors:", Counter(pair for pair in pairs if pair[0] != pair[1]).most_common(5))


def streams(data: Path) -> None:
    print("\n| file | items | clean s | redacted items | copies s | exact | near | segment s | mentions/item |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name in STREAMS:
        items = [
            Feedback(item_id=row["id"], id=row["id"], source=name, text=row["text"])
            for row in rows(data / name / "data.jsonl")
        ]
        cleaned, clean_seconds = timed(lambda items=items: [clean(item) for item in items])
        marks, mark_seconds = timed(lambda items=cleaned: mark_duplicates(items))
        mentions, segment_seconds = timed(lambda items=cleaned: [segment(item) for item in items])
        kinds = Counter(mark.kind for mark in marks.values())
        print(
            f"| {name} | {len(items)} | {clean_seconds:.1f} | {sum(bool(item.redactions) for item in cleaned)} | "
            f"{mark_seconds:.1f} | {kinds['exact']} | {kinds['near']} | {segment_seconds:.1f} | "
            f"{sum(map(len, mentions)) / len(items):.2f} |"
        )


def timed(work: Any) -> tuple[Any, float]:
    """CPU seconds of this process, which a busy machine does not distort."""
    start = time.process_time()
    return work(), time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "data")
    parser.add_argument("--half", choices=("dev", "test"), default="test")
    options = parser.parse_args()
    personal_data(options.data, options.half)
    languages(options.data, options.half)
    streams(options.data)


if __name__ == "__main__":
    main()
