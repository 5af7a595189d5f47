"""One POST over HTTP, and what its answer means for trying again. No redirect is followed, no answer's body is read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from voc.delivery import Delivery

if TYPE_CHECKING:
    from email.message import Message as Headers

PATIENCE_S = 10.0
"""For a connection, and for each piece of an answer."""
_AGAIN = frozenset({408, 425, 429})
"""Statuses of 400 to 499 that speak of this moment and not of the message."""
_RESTING = frozenset({429, 503})
LONGEST_REST_S = 86_400.0
"""What a receiver may ask for, at most."""


def post(url: str, body: bytes, headers: Mapping[str, str], *, at: datetime) -> Delivery:
    """Post JSON. `at` is the moment that a date in Retry-After is counted from."""
    import http.client
    import urllib.error
    import urllib.request

    class Stays(urllib.request.HTTPRedirectHandler):
        """A message goes where the operator sent it, or nowhere."""

        def redirect_request(self, *_: object) -> None:
            return None

    request = urllib.request.Request(  # noqa: S310 - the settings take http and https only
        url, data=body, headers={"Content-Type": "application/json", "User-Agent": "voc", **headers}, method="POST"
    )
    try:
        with urllib.request.build_opener(Stays).open(request, timeout=PATIENCE_S):
            return Delivery()
    except urllib.error.HTTPError as error:
        with error:
            return of_status(error.code, error.headers, at=at)
    except (OSError, http.client.HTTPException) as error:
        return Delivery(code_of(error))


def of_status(status: int, headers: Headers, *, at: datetime) -> Delivery:
    """What an answer other than 2xx means."""
    final = 300 <= status < 500 and status not in _AGAIN
    rest = _seconds(headers.get("Retry-After"), at) if status in _RESTING else None
    return Delivery(f"http_{status}", final=final, retry_after=rest)


def code_of(error: Exception) -> str:
    """One word for what went wrong on the way; never the message, which may quote an address."""
    import ssl

    reason = getattr(error, "reason", None)
    cause = reason if isinstance(reason, Exception) else error
    if isinstance(cause, ssl.SSLError):
        return "tls"
    if isinstance(cause, TimeoutError):
        return "timeout"
    return "unreachable" if isinstance(cause, OSError) else "protocol"


def _seconds(said: str | None, at: datetime) -> float | None:
    """Retry-After in seconds, from a number or a date (RFC 9110, 10.2.3); None for anything else."""
    from email.utils import parsedate_to_datetime

    if said is None:
        return None
    try:
        seconds = float(said) if said.strip().isdigit() else (_utc(parsedate_to_datetime(said)) - at).total_seconds()
    except ValueError:
        return None
    return min(max(seconds, 0.0), LONGEST_REST_S)


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
