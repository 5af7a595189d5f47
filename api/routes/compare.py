"""Before and after: what changed at a date, or from one version to another."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from voc.api import compare as shapes
from voc.api.rows import answer, listed
from voc.api.service import Here
from voc.queries.compared import comparison_row

router = APIRouter(prefix="/v1/compare", tags=["themes"])


@router.get("", responses={200: {"model": shapes.Comparisons}})
def compare(
    here: Here,
    theme: Annotated[
        str | None, Query(description="Key of one theme, * for all feedback; every theme without it.")
    ] = None,
    metric: Annotated[str, Query(description="reach, sentiment, nps or rating")] = "reach",
    at: Annotated[str | None, Query(description="Before this day and from it on, such as 2026-10-01.")] = None,
    days: Annotated[int, Query(description="Days on each side of the date, at most.")] = 28,
    by: Annotated[str | None, Query(description="version, source, country, or any other attribute.")] = None,
    value: Annotated[list[str] | None, Query(description="Its values; each is compared with the first one.")] = None,
    where: Annotated[str | None, Query(description='Filter, such as "lang=ko and rating<=2".')] = None,
) -> Response:
    """What changed at a date, or from one value of an attribute to another: most changed first, each with its interval,
    a verdict, and a sentence that says it."""
    found = here.engine.compare(theme, metric=metric, at=at, days=days, by=by, values=value or (), where=where)
    return answer(listed([comparison_row(one) for one in found]))
