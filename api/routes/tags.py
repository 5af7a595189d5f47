"""Own tags: taught from examples, shown with their figures, forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.responses import Response

from voc.api import tags as shapes
from voc.api.rows import answer, listed
from voc.api.schemas import TagIn
from voc.api.service import Here
from voc.queries.shapes import Row, tag_row

if TYPE_CHECKING:
    from voc.engine import Engine
    from voc.model import Tag

router = APIRouter(prefix="/v1/tags", tags=["tags"])


@router.get("", responses={200: {"model": shapes.Tags}})
def tags(here: Here) -> Response:
    """The tags in use, by name, and how many items have each."""
    return answer(listed([_row(here.engine, tag) for tag in here.engine.tags.active()]))


@router.post("", status_code=201, responses={201: {"model": shapes.TagOut}})
def teach(here: Here, body: TagIn) -> Response:
    """Teach a tag from 8 to 1,000 examples, or its next version; past items have it when the answer comes."""
    taught = here.engine.teach(
        body.name, body.description, body.examples, body.counterexamples, items=body.items, source=body.source
    )
    return answer(_page(here.engine, taught.name), 201, {"Location": f"/v1/tags/{taught.name}"})


@router.get("/{name}", responses={200: {"model": shapes.TagOut}})
def tag(here: Here, name: str) -> Response:
    """One tag with its figures, and all its versions."""
    return answer(_page(here.engine, name))


@router.delete("/{name}", responses={200: {"model": shapes.TagForgotten}})
def forget(here: Here, name: str) -> Response:
    """Erase a tag in all its versions."""
    return answer({"name": name, "versions": here.engine.tags.forget(name)})


def _page(engine: Engine, name: str) -> Row:
    versions = engine.tags.versions(name)
    current = next(tag for tag in versions if tag.active)
    return {
        **_row(engine, current),
        "versions": [tag_row(tag, usable=engine.tags.usable(tag)) for tag in versions],
    }


def _row(engine: Engine, tag: Tag) -> Row:
    return {**tag_row(tag, usable=engine.tags.usable(tag)), "items": engine.tags.carried(tag)}
