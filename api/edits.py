"""Shapes of edits, as they come in and as they are answered. What an edit may say is `voc.editing`'s business."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from voc.api.members import Answer, Listed, Moment

_KEY = Field(description="Key of a theme.")


class _EditIn(BaseModel):
    """What every edit may say."""

    reason: str | None = Field(None, max_length=1000, description="Why, for those who read the log.")


class ScoreEditIn(_EditIn):
    """A correction of an item: a sentiment, an urgency, or both."""

    model_config = ConfigDict(extra="forbid", title="Score")

    kind: Literal["score"]
    item: str = Field(description="Your id of the item, or its item_id.")
    source: str | None = Field(None, description="Where your id alone stands for several items.")
    sentiment: Literal["negative", "neutral", "positive", "mixed"] | None = None
    urgency: Literal["low", "normal", "high", "critical"] | None = None


class RenameEditIn(_EditIn):
    """Gives a theme a name."""

    model_config = ConfigDict(extra="forbid", title="Rename")

    kind: Literal["rename"]
    theme: str = _KEY
    label: str = Field(max_length=200, description="1 to 80 characters; no other theme of the level has it.")


class PinEditIn(_EditIn):
    """Keeps a theme listed, whatever a run finds."""

    model_config = ConfigDict(extra="forbid", title="Pin")

    kind: Literal["pin"]
    theme: str = _KEY


class HideEditIn(_EditIn):
    """Leaves a theme out of lists."""

    model_config = ConfigDict(extra="forbid", title="Hide")

    kind: Literal["hide"]
    theme: str = _KEY


class MergeEditIn(_EditIn):
    """Makes other themes of the same level one with this one."""

    model_config = ConfigDict(extra="forbid", title="Merge")

    kind: Literal["merge"]
    theme: str = Field(description="Key of the theme that stays.")
    others: list[str] = Field(min_length=1, max_length=100, description="Keys of the themes that are the same.")


class SplitEditIn(_EditIn):
    """Takes out of a fine theme what a query means. `says.key` of the answer is the new theme's key."""

    model_config = ConfigDict(extra="forbid", title="Split")

    kind: Literal["split"]
    theme: str = _KEY
    query: str = Field(min_length=1, max_length=1000, description="What the mentions to be taken out say.")
    label: str | None = Field(None, max_length=200, description="Name of the new theme; the query without one.")


class MoveEditIn(_EditIn):
    """Puts an item into a fine theme."""

    model_config = ConfigDict(extra="forbid", title="Move")

    kind: Literal["move"]
    item: str = Field(description="Your id of the item, or its item_id.")
    source: str | None = Field(None, description="Where your id alone stands for several items.")
    theme: str = _KEY


class LinkEditIn(_EditIn):
    """Says of two items that the other one belongs where the first does, or that it does not."""

    model_config = ConfigDict(extra="forbid", title="Link")

    kind: Literal["must-link", "cannot-link"]
    item: str = Field(description="Your id of the item, or its item_id.")
    other: str = Field(description="The item that is put beside the first, or kept from it.")
    source: str | None = Field(None, description="Where your ids alone stand for several items.")


class UndoEditIn(_EditIn):
    """Takes an edit back."""

    model_config = ConfigDict(extra="forbid", title="Undo")

    kind: Literal["undo"]
    edit: str = Field(description="edit_id")


EditIn = (
    RenameEditIn
    | PinEditIn
    | HideEditIn
    | MergeEditIn
    | SplitEditIn
    | MoveEditIn
    | LinkEditIn
    | ScoreEditIn
    | UndoEditIn
)


class Edit(Answer):
    """A person's decision. The target is an item_id of a score, move or link, an edit_id of an undo, else a key."""

    edit_id: str
    kind: Literal["rename", "pin", "hide", "merge", "split", "move", "must-link", "cannot-link", "score", "undo"]
    target: str
    says: dict[str, str]
    at: Moment
    actor: str
    status: Literal["active", "lapsed", "undone"]
    undone_at: Moment | None


class Edits(Listed):
    """Edits, newest first."""

    data: list[Edit]
