"""Shapes of edits, as they come in and as they are answered. What an edit may say is `voc.editing`'s business."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from voc.api.members import Answer, Listed, Moment


class ScoreEditIn(BaseModel):
    """A correction of an item: a sentiment, an urgency, or both."""

    model_config = ConfigDict(extra="forbid", title="Score")

    kind: Literal["score"]
    item: str = Field(description="Your id of the item, or its item_id.")
    source: str | None = Field(None, description="Where your id alone stands for several items.")
    sentiment: Literal["negative", "neutral", "positive", "mixed"] | None = None
    urgency: Literal["low", "normal", "high", "critical"] | None = None


class UndoEditIn(BaseModel):
    """Takes an edit back."""

    model_config = ConfigDict(extra="forbid", title="Undo")

    kind: Literal["undo"]
    edit: str = Field(description="edit_id")


EditIn = ScoreEditIn | UndoEditIn


class Edit(Answer):
    """A person's decision. Of a score the target is an item_id, of an undo an edit_id."""

    edit_id: str
    kind: Literal["score", "undo"]
    target: str
    says: dict[str, str]
    at: Moment
    actor: str
    status: Literal["active", "lapsed", "undone"]
    undone_at: Moment | None


class Edits(Listed):
    """Edits, newest first."""

    data: list[Edit]
