"""What many answers have in common: how times, shares and lists are written."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Moment = Annotated[str, Field(description="ISO 8601 in UTC with Z.", examples=["2026-11-14T02:00:00Z"])]
Share = Annotated[float, Field(ge=0, le=1)]
Next = Annotated[str | None, Field(description="Cursor of the next page, or null on the last one.")]


class Answer(BaseModel):
    """Says what it describes and nothing else."""

    model_config = ConfigDict(extra="forbid")


class Listed(Answer):
    """A page of a list; a subclass says of what."""

    next: Next
