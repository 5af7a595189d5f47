"""Draws templates: the report's environment with the page's own templates, and what every page knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import HTMLResponse, Response

from voc.api.errors import Problem
from voc.api.pages.assets import address
from voc.api.pages.language import language_of, remember
from voc.api.service import Service
from voc.errors import NoRun
from voc.model import Run
from voc.report.html import environment as report_environment
from voc.report.html import filters_in
from voc.report.words import LANGUAGES, WORDS, Words

if TYPE_CHECKING:
    from jinja2 import Environment

    from voc.queries import ItemMention


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Templates of the pages; they find the report's pieces by name."""
    from jinja2 import ChoiceLoader, PackageLoader

    base = report_environment()
    own = base.overlay(loader=ChoiceLoader([PackageLoader("voc.api"), base.loader] if base.loader else []))
    own.filters = {
        **base.filters,
        "pieces": pieces,
        "known": lambda name, words: words(name) if name in WORDS else name,
    }
    own.globals = {**base.globals, "address": address}
    return own


def draw(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    """A page in the reader's language."""
    here: Service = request.app.state.service
    words = Words(language_of(request))
    page = environment().get_template(template)
    html = page.render(
        words=words,
        path=request.url.path,
        other=other_language(request, words.language),
        run=_run(here),
        **filters_in(here.engine.zone),
        **{"q": "", "where": "", **values},
    )
    response = HTMLResponse(
        html, status, headers={"Vary": "Accept-Language, Cookie", "Content-Language": words.language}
    )
    remember(request, response)
    return response


def draw_problem(request: Request, problem: Problem) -> Response:
    """A problem as a page; before the first run it says what to do, and is no problem."""
    if problem.code == NoRun.code:
        return draw(request, "first.html.j2", home=request.app.state.service.engine.settings.home)
    response = draw(request, "problem.html.j2", status=problem.status, problem=problem)
    response.headers.update(problem.headers)
    return response


def other_language(request: Request, language: str) -> str:
    """The address of this page in the other language."""
    other = next(name for name in LANGUAGES if name != language)
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return "?" + urlencode([*kept, ("lang", other)])


def _run(here: Service) -> Run | None:
    try:
        return here.engine.snapshot().published.run
    except NoRun:
        return None


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an item's text, and the number of the mention that it is, from 1."""

    text: str
    number: int | None = None
    mood: str | None = None


def pieces(text: str, mentions: Sequence[ItemMention]) -> list[Piece]:
    """The whole text in order, cut where mentions begin and end. Where two overlap, the later one is cut."""
    found: list[Piece] = []
    at = 0
    for number, mention in sorted(enumerate(mentions, start=1), key=lambda row: row[1].span.start):
        start, end = max(at, mention.span.start), min(len(text), mention.span.end)
        if start > at:
            found.append(Piece(text[at:start]))
        if end > start:
            found.append(Piece(text[start:end], number, mention.score.sentiment.label))
            at = end
    if at < len(text):
        found.append(Piece(text[at:]))
    return found
