"""Days of made feedback about a shop's app, Korean and English, from topics whose sentences are put together anew for
every item."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

Row = dict[str, Any]
Rate = Callable[[int], float]
"""Day number → items to be expected on it."""

OPENINGS = ("", "", "", "어제 주문했는데 ", "요즘 ", "솔직히 ", "이번 주에 ", "세 번째 쓰는데 ", "부모님이 쓰시는데 ")
EN_OPENINGS = (
    "",
    "",
    "",
    "Since last week ",
    "Honestly, ",
    "Yesterday ",
    "For my second order ",
    "Again, ",
    "To be fair, ",
)
ENDS = ("", "", " 확인 부탁드려요.", " 아쉽네요.", " 다음에는 다르면 좋겠어요.", " 참고하세요.")
EN_ENDS = ("", "", " Please look into it.", " Just saying.", " Hope this helps.", " That is all.")
TOPICS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        (
            "배송이 {n}일이나 늦게 왔어요.",
            "택배가 예정보다 {n}일 늦어요.",
            "배송 조회가 {n}일째 그대로예요.",
            "도착 예정일이 자꾸 밀려요.",
        ),
        (
            "the parcel came {n} days late.",
            "delivery took {n} days longer than promised.",
            "tracking has not moved for {n} days.",
        ),
    ),
    (
        ("사진 올리기가 안 돼서 리뷰를 못 써요.", "리뷰에 사진을 {n}장 넣으면 멈춰요.", "사진 첨부하면 오류가 나요."),
        (
            "I cannot upload photos to my review.",
            "adding {n} pictures freezes the review page.",
            "photo upload fails with an error.",
        ),
    ),
    (
        ("쿠폰이 결제할 때 적용이 안 돼요.", "할인 쿠폰 {n}장이 사라졌어요.", "쿠폰 사용 조건이 너무 복잡해요."),
        (
            "the coupon is not applied at checkout.",
            "{n} of my discount coupons vanished.",
            "coupon conditions are confusing.",
        ),
    ),
    (
        ("상담원 연결까지 {n}분 기다렸어요.", "고객센터 전화가 연결이 안 돼요.", "채팅 상담 답변이 {n}시간 걸려요."),
        (
            "I waited {n} minutes for an agent.",
            "nobody answers the support phone.",
            "support chat replied after {n} hours.",
        ),
    ),
    (
        ("디자인이 깔끔해서 마음에 들어요.", "화면이 보기 편하고 예뻐요.", "새 디자인이 정말 좋아요."),
        ("I love the clean design.", "the new look is lovely and easy to read.", "the interface is pretty and simple."),
    ),
    (
        ("가격이 다른 곳보다 저렴해서 좋아요.", "할인 많이 해 줘서 만족해요.", "가성비가 아주 좋습니다."),
        ("prices are better than elsewhere.", "great value for the money.", "cheap and good, I am happy."),
    ),
    (
        ("환불 처리가 {n}일째 안 되고 있어요.", "반품했는데 환불이 아직이에요.", "환불 신청 절차가 너무 번거로워요."),
        ("my refund is {n} days overdue.", "returned the item and still no refund.", "the refund process is a hassle."),
    ),
    (
        ("포장이 꼼꼼하고 상품 상태가 좋았어요.", "물건이 새것처럼 깨끗하게 왔어요.", "포장 상자가 튼튼해서 좋아요."),
        (
            "packed carefully and in perfect condition.",
            "the box was sturdy and everything was clean.",
            "lovely packaging.",
        ),
    ),
    (
        ("검색해도 원하는 상품이 안 나와요.", "검색 필터가 {n}개뿐이라 불편해요.", "상품 찾기가 어려워요."),
        (
            "search does not find what I want.",
            "only {n} filters in search, hard to use.",
            "finding products is difficult.",
        ),
    ),
    (
        ("사이즈가 표보다 작게 나와요.", "옷이 한 치수 크게 왔어요.", "사이즈 안내가 실제와 달라요."),
        ("the size runs smaller than the chart.", "clothes came one size too big.", "the size guide is wrong."),
    ),
)
OUTAGE = (
    (
        "로그인이 안 돼요. 인증번호가 {n}분째 안 와요.",
        "앱에 로그인하면 계속 튕겨요.",
        "비밀번호가 맞는데 로그인 오류가 나요.",
        "로그인 화면에서 넘어가지 않아요.",
    ),
    (
        "I cannot log in, the code has not come for {n} minutes.",
        "login fails although my password is right.",
        "the app throws me out at the login screen.",
    ),
)
"""What is said when nobody can log in; never else."""
SPAM = "지금 바로 가입하면 무료 쿠폰 5만원을 드립니다! 친구에게도 알려 주세요. 오늘만 이 혜택을 받을 수 있어요."


BEGIN = date(2025, 10, 6)
"""Day number 0, a Monday."""


def ordinary(days: Iterable[int], rate: Rate = lambda day: 8.0, seed: int = 1) -> list[Row]:
    """Everyday feedback on these days, about `rate` items each, in two sources. A day is the same whenever it is made."""
    rows = []
    for day in days:
        rng = random.Random(f"ordinary {seed} {day}")
        number = sum(rng.random() < rate(day) / 40 for _ in range(40))
        rows += [_row(rng, rng.choice(TOPICS), f"d{day}-{at}", day) for at in range(number)]
    return rows


def outage(day: int, number: int) -> list[Row]:
    """People who cannot log in on one day."""
    rng = random.Random(f"outage {day}")
    return [_row(rng, OUTAGE, f"o{day}-{at}", day) for at in range(number)]


def spam(day: int, number: int) -> list[Row]:
    """One text by as many: word for word, or with other amounts, signs, blanks and links; half of them with a customer."""
    rng = random.Random(f"spam {day}")
    rows = []
    for at in range(number):
        text = SPAM
        if at % 2:
            text = text.replace("5만원", f"{rng.randint(1, 99)}만원").replace("!", rng.choice(("!!", ".", " ~", " ♥")))
            text = text.replace(" ", "  ", rng.randrange(5)) + rng.choice(("", f" https://s{at}.example/{at}"))
        row = {"id": f"s{day}-{at}", "text": text, "created_at": moment(day, time(10, at % 60)), "source": "shop_ios"}
        rows.append({**row, "channel": "app_review"} | ({"customer_id": f"z{at}"} if at % 4 < 2 else {}))
    return rows


def moment(day: int, clock: time) -> str:
    """A time of a day as a clock on the wall shows it."""
    return datetime.combine(BEGIN + timedelta(days=day), clock).isoformat()


def _row(rng: random.Random, topic: tuple[tuple[str, ...], tuple[str, ...]], name: str, day: int) -> Row:
    korean = rng.random() < 0.6
    said = rng.choice(topic[0] if korean else topic[1]).format(n=rng.randint(2, 9))
    opening, end = rng.choice(OPENINGS if korean else EN_OPENINGS), rng.choice(ENDS if korean else EN_ENDS)
    said = said if korean or opening else said[0].upper() + said[1:]
    return {
        "id": name,
        "text": opening + said + end,
        "created_at": moment(day, time(rng.randrange(24), rng.randrange(60))),
        "source": rng.choice(("shop_android", "shop_ios")),
        "channel": rng.choice(("app_review", "app_review", "ticket")),
        "customer_id": f"c{rng.randrange(100_000)}",
    }
