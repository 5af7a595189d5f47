"""What one run works on, and what it publishes: the glue between the stages, without a rule of its own."""

from voc.batch.carried import Carried
from voc.batch.corpus import Corpus, Texts, bare_texts, distinct_texts, languages_of, reason_against, voices, wordings
from voc.batch.linking import Keys, link_themes
from voc.batch.naming import name_themes
from voc.batch.places import Places, directions_of
from voc.batch.points import Placed, Points, place_mentions, points_of
from voc.batch.results import Speakers, mention_table, period_of, published_themes, sightings_of
from voc.batch.scored import ScoreColumns, score_corpus
from voc.batch.standing import Ground

__all__ = [
    "Carried",
    "Corpus",
    "Ground",
    "Keys",
    "Placed",
    "Places",
    "Points",
    "ScoreColumns",
    "Speakers",
    "Texts",
    "bare_texts",
    "directions_of",
    "distinct_texts",
    "languages_of",
    "link_themes",
    "mention_table",
    "name_themes",
    "period_of",
    "place_mentions",
    "points_of",
    "published_themes",
    "reason_against",
    "score_corpus",
    "sightings_of",
    "voices",
    "wordings",
]
