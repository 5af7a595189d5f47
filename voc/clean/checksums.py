"""Check digits and value ranges of numbers that name a person, a card or a company.

Pure arithmetic on strings of ASCII digits. Knows nothing of text around a number.
"""

from __future__ import annotations

from datetime import date

_CARD_LENGTHS = {
    "3": (14, 15, 16),
    "4": (13, 16, 19),
    "5": (12, 16, 19),
    "6": (12, 16, 19),
    "2": (16,),
    "1": (15,),
    "9": (16,),
}
_RRN_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
_BUSINESS_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)


def luhn(digits: str) -> bool:
    """Luhn's check (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = int(char) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def card_range(digits: str) -> bool:
    """Whether length and first digits are those of a payment card (ISO/IEC 7812 issuer ranges).

    First digit 9 covers Korean domestic cards, 1 and 2131 old JCB cards of 15 digits.
    """
    if digits.startswith("2"):
        return (len(digits) == 16 and 2221 <= int(digits[:4]) <= 2720) or (len(digits) == 15 and digits[:4] == "2131")
    if digits.startswith("1"):
        return len(digits) == 15 and digits[:4] == "1800"
    if digits.startswith("3"):
        return len(digits) in _CARD_LENGTHS["3"] and digits[1] in "045678"
    return len(digits) in _CARD_LENGTHS.get(digits[:1], ())


def resident_date(digits: str) -> bool:
    """Whether 13 digits begin with a calendar date and the sex-and-century digit 1 to 8 of a Korean resident number.

    From October 2020 on the last six digits are random (Resident Registration Act, enforcement rule article 2), so a
    plausible date is all that holds for every number. The century digit is not held against the date: 29 February
    passes if either century had one.
    """
    if digits[6] not in "12345678":
        return False
    return any(_is_date(century + int(digits[:2]), int(digits[2:4]), int(digits[4:6])) for century in (1900, 2000))


def resident_check(digits: str) -> bool:
    """The check digit of Korean resident numbers (1–4) and foreigner numbers (5–8) issued before October 2020."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, _RRN_WEIGHTS, strict=False))
    return int(digits[12]) in ((11 - total % 11) % 10, (13 - total % 11) % 10 if digits[6] in "5678" else -1)


def business_check(digits: str) -> bool:
    """The check digit of a Korean business registration number of 10 digits (National Tax Service)."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, _BUSINESS_WEIGHTS, strict=False))
    return (total + int(digits[8]) * 5 // 10) % 10 == (10 - int(digits[9])) % 10


def iban_check(iban: str) -> bool:
    """The check of an IBAN without blanks: 97 divides it with 1 left over (ISO 13616, ISO 7064 MOD 97-10)."""
    moved = iban[4:] + iban[:4]
    return int("".join(str(int(char, 36)) for char in moved)) % 97 == 1


def ean_check(digits: str) -> bool:
    """The check digit of a 13-digit article number (GS1 general specifications 7.9)."""
    return sum(int(digit) * (1 + 2 * (place % 2)) for place, digit in enumerate(digits)) % 10 == 0


def ssn_range(digits: str) -> bool:
    """Whether 9 digits may be a US social security number (SSA: area not 000, 666 or 900 and up; no part all zero)."""
    return digits[:3] not in ("000", "666") and digits[0] != "9" and digits[3:5] != "00" and digits[5:] != "0000"


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
