"""The JSON that only the API answers, made of the shapes that it shares with the command line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from starlette.responses import Response

from voc.intake import Accepted
from voc.model import Theme, Trend
from voc.queries import Item, ItemMention
from voc.queries.shapes import Row, feedback_row, item_scores_row, mention_score_row, tags_row, theme_row, trend_row


def answer(row: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Plain values as JSON in UTF-8. Halves of characters, which UTF-8 has no form for, become question marks."""
    return Response(written(row), status, headers, "application/json")


def written(row: Any) -> bytes:
    """The JSON itself."""
    return json.dumps(row, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8", "replace")


def listed(rows: Iterable[Any], following: str | None = None) -> Row:
    """A list as every route answers it."""
    return {"data": list(rows), "next": following}


def accepted_row(accepted: Accepted) -> Row:
    """What became of one posted item."""
    return {
        "id": accepted.id,
        "item_id": accepted.item_id,
        "status": accepted.status,
        "reason": accepted.reason,
    }


def theme_page_row(theme: Theme, children: Sequence[Theme], trends: Sequence[Trend]) -> Row:
    """One theme with its finer themes and its weeks."""
    windows = [window for trend in trends for window in trend_row(trend)["windows"]]
    return {
        **theme_row(theme),
        "children": [{"key": child.key, "label": child.label} for child in children],
        "windows": windows,
    }


def item_row(item: Item) -> Row:
    """One item with its mentions; `theme` is the one that holds most of its text."""
    return {
        **feedback_row(item.feedback),
        **item_scores_row(item.scores),
        "theme": item.themes[0] if item.themes else None,
        "themes": list(item.themes),
        "duplicate_of": item.duplicate_of,
        "tags": tags_row(item.tags),
        "mentions": [_mention(mention) for mention in item.mentions],
    }


def _mention(mention: ItemMention) -> Row:
    return {
        "start": mention.span.start,
        "end": mention.span.end,
        "theme": {"key": mention.theme, "label": mention.label} if mention.theme is not None else None,
        "strength": round(mention.strength, 4),
        "how": mention.how,
        "reason": mention.reason,
        **mention_score_row(mention.score),
        "tags": tags_row(mention.tags),
    }
