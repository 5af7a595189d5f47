"""What stands before every route: who may call under which name, how large a body may be, what a browser may do.

There are no keys yet; `voc serve` binds to loopback only. Against web pages of others that reach for a local service:
the Host header must be a known one (DNS rebinding), and a browser's cross-site writes are refused
(Fetch Metadata, else Origin): pages have forms, which any site can send without asking.
"""

from __future__ import annotations

from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from voc.api.errors import of_status

LOOPBACK = ("localhost", "127.0.0.1", "[::1]", "testserver")
"""Host names of a service that listens on loopback; `testserver` is what test clients call it."""
PROBES = ("/healthz", "/readyz")
"""Asked by orchestrators under whatever address they know; they tell nothing about customers."""
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
MOST_BYTES = 10_000_000
"""Largest body of a request."""

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; sandbox"
"""Of the report: one file with its styles inside, which may run nothing at all."""

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Content-Security-Policy": PAGE_POLICY,
    "Cache-Control": "no-store",
}


class SecurityHeaders:
    """Sets the header fields of `_HEADERS` wherever an answer has not set its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; see the class."""

        async def dress(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message.setdefault("headers", []))
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, dress)


class KnownCallers:
    """Refuses unknown Host names (421) and cross-site writes of a browser (403)."""

    def __init__(self, app: ASGIApp, hosts: Collection[str] = LOOPBACK) -> None:
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; see the class."""
        if scope["type"] == "http" and scope["path"] not in PROBES:
            refused = self._refusal(scope["method"], Headers(scope=scope))
            if refused is not None:
                await of_status(refused).response()(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _refusal(self, method: str, headers: Headers) -> int | None:
        if "*" not in self._hosts and host_name(headers.get("host", "")) not in self._hosts:
            return 421
        return 403 if method not in SAFE_METHODS and _from_elsewhere(headers) else None


def _from_elsewhere(headers: Headers) -> bool:
    """Whether a browser says that a page of another site asks. Browsers without Fetch Metadata send the Origin of every
    write; programs send neither."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        return site not in ("none", "same-origin")
    return origin is not None and origin.partition("://")[2].lower() != headers.get("host", "").lower()


def host_name(host: str) -> str:
    """A Host header without its port, in lower case: `[::1]:8000` → `[::1]`."""
    if host.startswith("["):
        return host.partition("]")[0].lower() + "]"
    return host.partition(":")[0].lower()


class BodyLimit:
    """Refuses bodies over `MOST_BYTES` (413): by their stated length, and by counting where that is missing."""

    def __init__(self, app: ASGIApp, most: int = MOST_BYTES) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; see the class."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        stated = Headers(scope=scope).get("content-length", "")
        if stated.isdigit() and int(stated) > self._most:
            await of_status(413).response()(scope, receive, send)
            return
        seen = 0

        async def count() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._most:
                raise HTTPException(413)
            return message

        await self._app(scope, count, send)
