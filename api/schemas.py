"""Shapes of requests, for OpenAPI and for the check of what comes in. What an item may hold is `voc.ingest`'s business:
a row of feedback is taken as it is, and rejected there with a reason."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from voc.api.answers_base import Moment

MOST_ITEMS = 1000
"""Most items, rows or texts in one request."""


class FeedbackIn(BaseModel):
    """One item. Any other member is an attribute that can be filtered by."""

    model_config = ConfigDict(extra="allow", title="Feedback")

    text: str = Field("", description="May be empty if a survey figure is there.")
    id: str | None = Field(None, description="Unique within source; without it, identity is the content.")
    created_at: Moment | None = None
    source: str = "default"
    channel: str | None = None
    lang: str | None = None
    customer_id: str | None = None
    rating: float | None = Field(None, description="1 to 5")
    nps: float | None = Field(None, description="0 to 10")
    csat: float | None = Field(None, description="1 to 5")
    ces: float | None = Field(None, description="1 to 7")
    thread_id: str | None = None
    author_role: str = "customer"
    version: str | None = None
    country: str | None = None
    product: str | None = None
    segment: str | None = None
    stage: str | None = None


class SearchIn(BaseModel):
    """A search as a document, for queries that do not fit into an address."""

    q: str
    k: int = 10
    mode: str = Field("hybrid", description="hybrid, dense or lexical")
    where: str | None = Field(None, examples=["lang=ko and rating<=2"])
    cursor: str | None = None


class TagIn(BaseModel):
    """What a tag is taught from: texts, or ids of stored items; 8 to 1,000 different ones together."""

    name: str = Field(examples=["mentions_competitor"])
    description: str = Field(examples=["The customer compares us with a competitor."])
    examples: list[str] = Field([], max_length=MOST_ITEMS)
    counterexamples: list[str] = Field([], max_length=MOST_ITEMS, description="Texts that look alike and are not it.")
    items: list[str] = Field([], max_length=MOST_ITEMS, description="Ids of stored items that carry the tag.")
    source: str | None = Field(None, description="Where an id in `items` stands for several items.")


class TextIn(BaseModel):
    """A text to score."""

    model_config = ConfigDict(title="Text")

    id: str | None = None
    text: str = Field(examples=["결제가 안 돼요"])


class EmbeddingsIn(BaseModel):
    """OpenAI's shape, with `input_type`."""

    input: str | Annotated[list[str], Field(min_length=1, max_length=MOST_ITEMS)]
    model: str | None = None
    input_type: Literal["query", "passage"] = "passage"
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: int | None = None


def one_or_many(*single: type[BaseModel] | dict[str, str]) -> dict[str, object]:
    """OpenAPI's request body of a route that takes one row, or `{"items": [...]}` of up to MOST_ITEMS."""
    rows = [row if isinstance(row, dict) else row.model_json_schema() for row in single]
    many = {
        "title": "Batch",
        "type": "object",
        "required": ["items"],
        "properties": {"items": {"type": "array", "maxItems": MOST_ITEMS, "items": {"anyOf": rows}}},
    }
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": {"anyOf": [many, *rows]}}}}}
