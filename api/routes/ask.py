"""What a reader can ask: search, themes, trends, items, and who needs a person."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from voc.api import answers
from voc.api.cursors import cursor_at, offset_of
from voc.api.paging import Question, hits_from
from voc.api.rows import answer, item_row, listed, theme_page_row
from voc.api.schemas import SearchIn
from voc.api.service import Here, Service
from voc.errors import UsageError
from voc.model import Hit
from voc.queries.shapes import Row, hit_row, theme_row, trend_row

router = APIRouter(prefix="/v1")

Where = Annotated[str | None, Query(description='Filter, such as "lang=ko and rating<=2".')]
Cursor = Annotated[str | None, Query(description="`next` of the page before.")]
Since = Annotated[
    str | None,
    Query(
        description="Items of this date or time (ISO 8601; without an offset in the run's zone) and later ones only."
    ),
]
Limit = Annotated[int, Query(ge=1, le=200, description="Rows of one page.")]


@router.get("/search", tags=["search"], responses={200: {"model": answers.Hits}})
def search(
    here: Here,
    q: Annotated[str, Query(description="What customers might have said, in any language.")],
    k: Annotated[int, Query(description="Items of one page, 1 to 1,000.")] = 10,
    mode: Annotated[str, Query(description="hybrid, dense or lexical")] = "hybrid",
    where: Where = None,
    cursor: Cursor = None,
) -> Response:
    """Items that mean what the query says, best first, a row an item."""
    return _search(here, SearchIn(q=q, k=k, mode=mode, where=where, cursor=cursor))


@router.post("/search", tags=["search"], responses={200: {"model": answers.Hits}})
def post_search(here: Here, body: SearchIn) -> Response:
    """The same, with the question in the body."""
    return _search(here, body)


def _search(here: Service, asked: SearchIn) -> Response:
    question = Question(asked.q, asked.k, asked.mode, asked.where)
    offset = offset_of(asked.cursor, question)
    hits = hits_from(here.engine, question, offset)
    here.metrics.search(asked.mode)
    following = cursor_at(offset + asked.k, question) if len(hits) == asked.k else None
    return answer(listed([hit_row(hit) for hit in hits], following))


@router.get("/themes", tags=["themes"], responses={200: {"model": answers.Themes}})
def themes(
    here: Here,
    level: Annotated[str | None, Query(description="fine (what pages show) or coarse")] = None,
    hidden: Annotated[bool, Query(description="Themes that people hid, too.")] = False,  # noqa: FBT002
) -> Response:
    """Published themes, largest reach first."""
    return answer(listed([theme_row(theme) for theme in here.engine.themes(level, hidden=hidden)]))


@router.get("/themes/{key}", tags=["themes"], responses={200: {"model": answers.ThemeOut}})
def theme(here: Here, key: str) -> Response:
    """One theme, with its finer themes and its weeks."""
    found = here.engine.theme(key)
    return answer(theme_page_row(found, here.engine.children(key), here.engine.trends(key)))


@router.get("/themes/{key}/items", tags=["themes"], responses={200: {"model": answers.Hits}})
def theme_items(here: Here, key: str, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """What customers said of a theme and of its finer themes, newest first; the score is the mention's strength."""
    question = ("theme", key, limit)
    offset = offset_of(cursor, *question)
    return answer(_page(here.engine.theme_items(key, limit=limit + 1, offset=offset), limit, offset, question))


@router.get("/trends", tags=["themes"], responses={200: {"model": answers.Trends}})
def trends(
    here: Here,
    theme: Annotated[str | None, Query(description="Key of one theme.")] = None,
    by: Annotated[str, Query(description="week or day")] = "week",
) -> Response:
    """Themes over time: reach per window beside what was to be expected."""
    if by not in ("week", "day"):
        raise UsageError("Unknown width of windows.", "Known are: week, day.")
    return answer(listed([trend_row(trend, by=by) for trend in here.engine.trends(theme)]))


@router.get("/attention", tags=["items"], responses={200: {"model": answers.Hits}})
def attention(here: Here, since: Since = None, limit: Limit = 100, cursor: Cursor = None) -> Response:
    """Items with a critical or high mention, newest first, with why."""
    question = ("attention", since, limit)
    offset = offset_of(cursor, *question)
    hits = here.engine.attention(since=since, limit=limit + 1, offset=offset)
    return answer(_page(hits, limit, offset, question))


@router.get("/items/{id:path}", tags=["items"], responses={200: {"model": answers.ItemOut}})
def item(
    here: Here,
    id: str,  # noqa: A002 - the contract's word
    source: Annotated[str | None, Query(description="Where the caller's id alone stands for several items.")] = None,
) -> Response:
    """One item by the caller's id or ours, redacted, with its mentions and their themes."""
    return answer(item_row(here.engine.item(id, source=source)))


def _page(hits: list[Hit], limit: int, offset: int, question: tuple[object, ...]) -> Row:
    """The first `limit` of hits of which one more was asked for, and the cursor behind them."""
    following = cursor_at(offset + limit, *question) if len(hits) > limit else None
    return listed([hit_row(hit) for hit in hits[:limit]], following)
