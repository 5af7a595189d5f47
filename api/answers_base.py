"""What the shapes of answers are made of, for OpenAPI; see `answers`."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Moment = Annotated[str, Field(description="ISO 8601 in UTC with Z.", examples=["2026-11-14T02:00:00Z"])]
Share = Annotated[float, Field(ge=0, le=1)]
Next = Annotated[str | None, Field(description="Cursor of the next page, or null on the last one.")]


class Answer(BaseModel):
    """What every answer has in common: nothing in it that is not described."""

    model_config = ConfigDict(extra="forbid")


class Listed(Answer):
    """What every list has in common."""

    next: Next
