"""In which language a reader sees a page: `?lang=`, then the cookie that it set, then what the browser prefers."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from voc.report.words import LANGUAGES

COOKIE = "voc_lang"
_YEAR = 365 * 24 * 3600


def language_of(request: Request) -> str:
    """One of LANGUAGES."""
    for wanted in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if wanted in LANGUAGES:
            return wanted
    return preferred(request.headers.get("accept-language", ""))


def remember(request: Request, response: Response) -> None:
    """Keep the language that `?lang=` asked for."""
    wanted = request.query_params.get("lang")
    if wanted in LANGUAGES:
        response.set_cookie(COOKIE, wanted, max_age=_YEAR, httponly=True, samesite="lax")


def preferred(header: str) -> str:
    """The best of LANGUAGES by an Accept-Language header (RFC 9110, section 12.5.4), else the first."""
    wishes: list[tuple[float, int, str]] = []
    for place, part in enumerate(header.split(",")):
        tag, _, weight = part.partition(";")
        primary = tag.strip().lower().partition("-")[0]
        if primary in LANGUAGES:
            wishes.append((-_quality(weight), place, primary))
    best = min(wishes, default=(0.0, 0, LANGUAGES[0]))
    return best[2] if best[0] < 0 or not wishes else LANGUAGES[0]


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0
