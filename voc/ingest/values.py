"""One cell to one value: words, figures, languages, roles, attributes. Dates are in `dates`.

Strings that leave here can be written as UTF-8 anywhere: NUL and lone surrogates are replaced by U+FFFD.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import date, time

from voc.ingest.mapping import FIGURES
from voc.model import AttributeValue

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
_CANONICAL = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{0,14}[1-9])?")
"""Numbers that survive the way to float and back. `007`, `1.10` and order numbers of 16 digits stay words."""
_EXACT = 2**53

_ROLES = {
    role: name
    for name, roles in {
        "customer": "customer user client consumer guest end-user enduser end_user 고객 사용자",
        "agent": "agent staff support operator employee admin representative rep 상담원 상담사 직원",
        "bot": "bot chatbot assistant ai 챗봇",
        "system": "system auto automatic 시스템",
    }.items()
    for role in roles.split()
}
_LANGUAGES = {
    "korean": "ko", "kor": "ko", "한국어": "ko", "english": "en", "eng": "en", "영어": "en", "jpn": "ja",
    "japanese": "ja", "zho": "zh", "chi": "zh", "chinese": "zh",
    "spa": "es", "spanish": "es", "fra": "fr", "fre": "fr", "french": "fr",
    "deu": "de", "ger": "de", "german": "de", "por": "pt", "portuguese": "pt", "ita": "it", "italian": "it",
    "rus": "ru", "russian": "ru", "vie": "vi", "tha": "th", "ind": "id", "ara": "ar", "hin": "hi", "tur": "tr",
}  # fmt: skip
_NO_LANGUAGE = {"und", "unknown", "unk", "none", "null", "mul", "mis", "zxx", "na", "n/a", "auto", "other"}


def is_blank(value: object) -> bool:
    """Whether a cell holds nothing: null, blanks, or what stands for null in data frames (NaN, NaT, NA)."""
    if value is None:
        return True
    if isinstance(value, str):
        return not value.strip(" \t\r\n\f\v\0\u00a0\u3000\ufeff")
    if isinstance(value, bool | int | Mapping | list | tuple):
        return False
    try:
        return bool(value != value)  # true of NaN, NaT and Decimal("NaN") alone
    except (TypeError, ValueError):
        return type(value).__name__ == "NAType"  # pandas.NA is neither true nor false


def writable(text: str) -> str:
    """`text` with NULs and lone surrogates replaced, and surrogate pairs joined."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def words(value: object) -> str | None:
    """A cell as a string, or None if it is blank. Whole numbers lose their `.0`; objects become JSON."""
    if isinstance(value, str):
        return value if not is_blank(value) else None
    if is_blank(value):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return str(value)


def figure(name: str, value: object) -> tuple[float | None, str | None]:
    """A survey figure, and what was wrong if it is null although something was given."""
    if is_blank(value):
        return None, None
    least, most = FIGURES[name]
    number = _number(value)
    if number is None:
        return None, f"{name} is not a number"
    if not least <= number <= most:
        return None, f"{name} is not between {least:g} and {most:g}"
    return number, None


def _number(value: object) -> float | None:
    if isinstance(value, str):
        return float(value) if _NUMBER.fullmatch(value := value.strip()) else None
    if isinstance(value, bool | date | time | bytes | Mapping | list | tuple):
        return None
    try:
        return float(value)  # type: ignore[arg-type]  # int, float, Decimal, numpy numbers
    except (TypeError, ValueError, OverflowError):
        return None


def language(value: object) -> tuple[str | None, str | None]:
    """ISO 639-1 code where there is one (`ko-KR` → `ko`), and what was wrong if the value says nothing."""
    given = (words(value) or "").strip().casefold()
    if not given or given in _NO_LANGUAGE:
        return None, None
    main = re.split(r"[-_]", given)[0]
    if main in _NO_LANGUAGE:
        return None, None
    code = _LANGUAGES.get(main, main)
    if re.fullmatch(r"[a-z]{2,3}", code):
        return code, None
    return None, "lang is not a language code"


def author_role(value: object) -> tuple[str, str | None]:
    """`customer` (also where nothing is given), `agent`, `bot`, `system`, or the role as given and a warning."""
    given = (words(value) or "customer").strip().casefold()
    if given in _ROLES:
        return _ROLES[given], None
    return given, "author_role is not known: kept as context"


def attribute(value: object) -> AttributeValue | None:
    """An attribute's value: true and false, numbers in canonical form, else words; None if it is blank or infinite.

    A string counts as the number or truth value it spells, so that one table gives the same items in every format.
    """
    if is_blank(value):
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        if isinstance(value, float) and math.isinf(value):
            return None
        return float(value) if isinstance(value, float) or abs(value) <= _EXACT else str(value)
    text = (words(value) or "").strip()
    if _CANONICAL.fullmatch(text) and text != "-0":
        return float(text)
    if text.casefold() in ("true", "false"):
        return text.casefold() == "true"
    return text or None
