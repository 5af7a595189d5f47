"""Shapes of what the routes of own tags answer, for OpenAPI; see `answers`."""

from __future__ import annotations

from typing import Literal

from voc.api.answers_base import Answer, Listed, Moment, Share


class TagRef(Answer):
    """An own tag that an item or a mention has."""

    name: str
    version: int
    probability: Share


class Figure(Answer):
    """A figure of cross-validation with its 95 % interval."""

    value: Share
    low: Share
    high: Share


class TagVersion(Answer):
    """One version of an own tag; `usable` says whether it was taught with the encoder that is active now."""

    name: str
    version: int
    active: bool
    usable: bool
    description: str
    created_at: Moment
    model: str
    examples: int
    counterexamples: int
    background: int
    doubtful: int
    folds: int
    threshold: Share
    cross_validation: dict[Literal["precision", "recall", "f1", "auc"], Figure]
    warning: str | None


class Tag(TagVersion):
    """A tag in use and how many items have it: null before the first run, or where the run has another encoder."""

    items: int | None


class TagOut(Tag):
    """A tag with all its versions, newest first."""

    versions: list[TagVersion]


class TagForgotten(Answer):
    """What was erased."""

    name: str
    versions: int


class Tags(Listed):
    """The tags in use, by name."""

    data: list[Tag]
