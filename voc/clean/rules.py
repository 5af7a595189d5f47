"""What a rule for personal data is, and how it looks at the words around a number.

Rules read folded text (`clean.normalise.folded`): ASCII digits, "-" for every dash, nothing invisible. Every quantifier
in a rule is bounded, so that a hostile cell of a megabyte takes linear time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

Check = Callable[[re.Match[str]], bool]

NOT_AFTER_CODE = r"(?<![A-Za-z0-9])(?<![0-9][-.,])(?<![A-Za-z]-)"
"""A number starts here: no letter, digit or part of a longer code stands before it. Hangul may: "번호는010"."""
NOT_BEFORE_CODE = r"(?![A-Za-z0-9]|-[A-Za-z0-9]|[.,][0-9])"
"""A number ends here."""

DATE_LIKE = re.compile(
    r"(?:19|20)[0-9]{2}[-. /]{0,2}(?:0[1-9]|1[0-2]|[1-9])[-. /]{0,2}(?:0[1-9]|[12][0-9]|3[01]|[1-9])(?![0-9])"
)
_OTHER_NUMBER = re.compile(
    r"(?:주문|송장|운송장|승인|접수|예약|거래|신청|쿠폰|상품|제품|법인|사업자|시리얼|모델|오류|에러|버전|코드"
    r"|order|tracking|invoice|booking|confirmation|reference|\bref|\bcase|ticket|error|code|version|serial|model|coupon"
    r"|product|build|\bsku|\bid)[^0-9\n]{0,14}\Z",
    re.IGNORECASE,
)

MANY_DIGITS = re.compile(r"[0-9](?:[^0-9]{0,4}[0-9]){5}")
"""Six digits, close to each other."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Finds one kind of personal data: the group `pii` of a match, or all of it, where `check` agrees.

    `needs` is a cheap pattern without which a text cannot match; most texts are let go by it.
    """

    kind: str
    pattern: re.Pattern[str]
    check: Check = bool
    needs: re.Pattern[str] = MANY_DIGITS


def found(match: re.Match[str]) -> str:
    """The stretch that the rule speaks of."""
    return match["pii"] if "pii" in match.re.groupindex else match[0]


def where(match: re.Match[str]) -> tuple[int, int]:
    """Its place."""
    return match.span("pii") if "pii" in match.re.groupindex else match.span()


def digits_of(match: re.Match[str]) -> str:
    """Its digits alone."""
    return "".join(char for char in found(match) if char.isdigit())


def before(match: re.Match[str], width: int) -> str:
    """Up to `width` characters before it."""
    start = where(match)[0]
    return match.string[max(0, start - width) : start]


def after(match: re.Match[str], width: int) -> str:
    """Up to `width` characters after it."""
    end = where(match)[1]
    return match.string[end : end + width]


def is_other_number(match: re.Match[str]) -> bool:
    """Whether the words just before call it an order, version, error or other number that names no person."""
    return _OTHER_NUMBER.search(before(match, 28)) is not None


def is_date(match: re.Match[str]) -> bool:
    """Whether it starts as a calendar date does."""
    return DATE_LIKE.match(found(match)) is not None
