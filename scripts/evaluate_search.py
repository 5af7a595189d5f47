"""Search across languages on the sample feedback, whose items carry the topic they were written for.

    python scripts/evaluate_search.py --home voc-demo

Precision at 5: of the first five hits in the other language, the share that has the query's topic; and among all hits
of both languages. The queries are development queries: the weights of the parts were chosen while looking at them.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections import defaultdict
from pathlib import Path

from voc.demo import planted_path
from voc.engine import Engine
from voc.queries import fusion

DEPTH = 5
KINDS = ("Korean to English", "English to Korean", "own language", "any language")
PARTS = {"vectors": (0, 0), "vectors, own words": (1, 0), "vectors, own words, glossary": (1, 1)}
KOREAN = {
    "결제가 안 돼요": "payment",
    "카드 결제 오류": "payment",
    "배송이 너무 늦어요": "late_delivery",
    "환불이 안 들어왔어요": "refund",
    "로그인이 안 돼요": "login",
    "쿠폰이 적용이 안 됩니다": "coupon_price",
    "사진 업로드가 안 돼요": "regression_photo",
    "과일이 상했어요": "freshness_complaint",
    "다른 물건이 왔어요": "wrong_item",
    "상담원 연결이 안 됩니다": "support_wait",
    "앱이 너무 느려요": "app_slow",
    "멤버십 해지하고 싶어요": "cancel_plus",
    "최소 주문 금액이 너무 높아요": "minimum_order",
    "포장 쓰레기가 많아요": "packaging_waste",
    "배달 기사님이 불친절해요": "courier",
    "글씨가 작아서 안 보여요": "accessibility",
    "앱이 안 열려요": "outage",
    "포인트 적립": "points_wallet",
    "검색이 잘 안 돼요": "search_in_app",
}
ENGLISH = {
    "can't pay with my card": "payment",
    "delivery is late": "late_delivery",
    "refund has not arrived": "refund",
    "can't log in": "login",
    "coupon does not apply": "coupon_price",
    "photo upload fails": "regression_photo",
    "fruit was rotten": "freshness_complaint",
    "wrong item delivered": "wrong_item",
    "cannot reach an agent": "support_wait",
    "app is slow": "app_slow",
    "cancel my membership": "cancel_plus",
    "minimum order is too high": "minimum_order",
    "too much packaging": "packaging_waste",
    "rude driver": "courier",
    "text is too small to read": "accessibility",
    "app does not open": "outage",
    "loyalty points": "points_wallet",
    "search finds nothing": "search_in_app",
}


def precision(engine: Engine, topics: dict[str, str]) -> dict[str, float]:
    """P@5 per direction."""
    found: defaultdict[str, list[float]] = defaultdict(list)
    for queries, own, other, name in ((KOREAN, "ko", "en", KINDS[0]), (ENGLISH, "en", "ko", KINDS[1])):
        for query, topic in queries.items():
            for where, kind in ((f"lang={other}", name), (f"lang={own}", KINDS[2]), (None, KINDS[3])):
                hits = engine.search(query, k=DEPTH, where=where)
                found[kind].append(statistics.mean(topics.get(hit.id) == topic for hit in hits))
    return {kind: statistics.mean(values) for kind, values in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", default="voc-demo", help="a home with the sample feedback: voc demo --home voc-demo")
    options = parser.parse_args()
    planted = json.loads(Path(planted_path()).read_text(encoding="utf-8"))
    topics = {item: topic for topic, items in planted["topics"].items() for item in items}
    chosen = fusion.LEXICAL_WEIGHT, fusion.TRANSLATED_WEIGHT
    print(f"| parts | {' | '.join(KINDS)} | ms a search |")
    print("|---|---|---|---|---|---|")
    with Engine(options.home, tz="Asia/Seoul") as engine:
        precision(engine, topics)  # loads the model; the queries are then remembered, and times are without encoding
        for name, weights in PARTS.items():
            fusion.LEXICAL_WEIGHT, fusion.TRANSLATED_WEIGHT = (w * on for w, on in zip(chosen, weights, strict=True))
            begin = time.perf_counter()
            row = precision(engine, topics)
            each = 1000 * (time.perf_counter() - begin) / (3 * (len(KOREAN) + len(ENGLISH)))
            print(f"| {name} | {' | '.join(f'{row[kind]:.3f}' for kind in KINDS)} | {each:.1f} |")


if __name__ == "__main__":
    main()
