"""A person's decisions: make one, take one back, list them all."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body
from starlette.responses import Response

from voc.api.edits import Edit, EditIn, Edits, MergeEditIn
from voc.api.rows import answer, listed
from voc.api.service import Here
from voc.queries.shapes import edit_row

router = APIRouter(prefix="/v1", tags=["edits"])


@router.post("/edits", status_code=201, responses={201: {"model": Edit}})
def post_edit(here: Here, body: Annotated[EditIn, Body(discriminator="kind")]) -> Response:
    """Name, pin, hide, merge or split themes, move or link items, correct an item's scores, or undo an edit.

    Shows in the next answer, without a run.
    """
    said = body.model_dump(exclude={"kind"})
    if isinstance(body, MergeEditIn):
        said["others"] = " ".join(body.others)
    return answer(edit_row(here.engine.edit(body.kind, **said)), 201)


@router.get("/edits", responses={200: {"model": Edits}})
def edits(here: Here) -> Response:
    """Every edit, newest first: active, undone, or lapsed because the item's text has changed."""
    return answer(listed([edit_row(edit) for edit in here.engine.edits()]))
