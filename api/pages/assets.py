"""The three static files, read once: the style sheet (the report's, and the page's on top of it), some lines of script,
the icon. Their addresses carry a digest, so that browsers may keep them for ever."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from starlette.exceptions import HTTPException
from starlette.responses import Response

FOREVER = "public, max-age=31536000, immutable"
MEDIA_TYPES = {"page.css": "text/css", "page.js": "text/javascript", "icon.svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file and the digest of what it holds."""

    content: bytes
    digest: str


@cache
def asset(name: str) -> Asset:
    """A static file by its name."""
    content = (files("voc.api") / "static" / name).read_bytes()
    if name == "page.css":
        content = (files("voc.report") / "templates" / "report.css").read_bytes() + b"\n" + content
    return Asset(content, hashlib.sha256(content).hexdigest()[:12])


def address(name: str) -> str:
    """Where a page finds a static file."""
    return f"/static/{name}?v={asset(name).digest}"


def serve(name: str) -> Response:
    """The answer for a static file; 404 for a name that is none of ours."""
    if name not in MEDIA_TYPES:
        raise HTTPException(404)
    return Response(asset(name).content, media_type=MEDIA_TYPES[name], headers={"Cache-Control": FOREVER})
