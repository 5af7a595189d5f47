"""Mentions to sentiment and urgency: heads on the encoder's forward pass, their wording, and an explainable layer."""

from voc.score.company import Company
from voc.score.heads import Heads
from voc.score.items import ItemParts, score_item
from voc.score.mentions import MentionScores, score_mentions
from voc.score.shares import sentiment_shares, urgency_shares
from voc.score.spans import in_item

__all__ = [
    "Company",
    "Heads",
    "ItemParts",
    "MentionScores",
    "in_item",
    "score_item",
    "score_mentions",
    "sentiment_shares",
    "urgency_shares",
]
