"""The pages' addresses: themes, one theme, search, one item, what is urgent, the report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from voc.api.guards import REPORT_POLICY
from voc.api.pages.assets import serve
from voc.api.pages.frame import draw
from voc.api.pages.language import language_of
from voc.api.paging import Question, hits_from
from voc.api.service import Here, Service
from voc.errors import NoRun, UsageError
from voc.model import Hit, Level, Theme

router = APIRouter(include_in_schema=False)

PER_PAGE = 20
FURTHEST = 500
"""Last page that is shown: nobody reads on by hand."""
PageNumber = Annotated[int, Query(ge=1, le=FURTHEST)]


@router.get("/")
def home(request: Request, here: Here, level: str = Level.FINE.value) -> Response:
    """Themes: what is new or growing, unusual days, then all of them."""
    shown = Level.COARSE if level == Level.COARSE else Level.FINE
    return draw(request, "themes.html.j2", report=here.overview(), level=shown.value)


@router.get("/themes/{key}")
def theme(request: Request, here: Here, key: str, page: PageNumber = 1) -> Response:
    """One theme."""
    found = here.engine.theme(key)
    trends = here.engine.trends(key)
    hits = here.engine.theme_items(key, limit=PER_PAGE + 1, offset=(page - 1) * PER_PAGE)
    return draw(
        request,
        "theme.html.j2",
        theme=found,
        trend=trends[0] if trends else None,
        parent=here.engine.theme(found.parent) if found.parent else None,
        children=here.engine.children(key),
        told=[one for one in here.engine.alerts(everything=True) if found.key in one.alert.themes],
        hits=hits[:PER_PAGE],
        page=page,
        more=len(hits) > PER_PAGE and page < FURTHEST,
    )


@router.get("/search")
def search(request: Request, here: Here, q: str = "", where: str = "", page: PageNumber = 1) -> Response:
    """Search results; a filter that can't be read is shown beside its field."""
    complaint: UsageError | None = None
    hits: list[Hit] = []
    try:
        if q.strip():
            hits = hits_from(here.engine, Question(q, PER_PAGE, where=where or None), (page - 1) * PER_PAGE)
            here.metrics.search("hybrid")
    except UsageError as error:
        complaint = error
    return draw(
        request,
        "search.html.j2",
        status=400 if complaint else 200,
        q=q,
        where=where,
        hits=hits,
        page=page,
        more=len(hits) == PER_PAGE,
        complaint=complaint,
        theme_of=theme_of(here),
    )


@router.get("/items/{id:path}")
def item(request: Request, here: Here, id: str, source: str | None = None) -> Response:  # noqa: A002
    """One item with its mentions."""
    return draw(request, "item.html.j2", item=here.engine.item(id, source=source), theme_of=theme_of(here))


@router.get("/attention")
def attention(request: Request, here: Here, page: PageNumber = 1) -> Response:
    """Items that need a person."""
    start = (page - 1) * PER_PAGE
    hits = here.engine.attention(limit=PER_PAGE + 1, offset=start)
    return draw(
        request,
        "attention.html.j2",
        hits=hits[:PER_PAGE],
        page=page,
        more=len(hits) > PER_PAGE and page < FURTHEST,
        theme_of=theme_of(here),
    )


@router.get("/report")
def report(request: Request, here: Here) -> Response:
    """The theme report, in the reader's language."""
    text = here.engine.report_text("html", language_of(request), links="")
    return Response(text, media_type="text/html", headers={"Content-Security-Policy": REPORT_POLICY})


@router.get("/static/{name}")
async def static(name: str) -> Response:
    """A static file."""
    return serve(name)


def theme_of(here: Service) -> Callable[[str | None], Theme | None]:
    """Key → theme, for labels in the reader's language; knows none before the first run."""
    try:
        return here.engine.snapshot().theme
    except NoRun:
        return lambda _: None
