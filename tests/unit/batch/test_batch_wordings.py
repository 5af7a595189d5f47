"""A text is scored in each language that it was found in: the item around a short mention decides which."""

from __future__ import annotations

from voc.batch import Corpus, distinct_texts, wordings
from voc.model import Feedback, Mention


def test_each_mention_has_its_own_text_and_language_and_nothing_is_scored_twice():
    said = [("OK good", "es"), ("No llega", "es"), ("OK good", "en"), ("OK good", "en")]
    items = tuple(Feedback(item_id=str(at), id=str(at), source="s", text=text) for at, (text, _) in enumerate(said))
    mentions = tuple(Mention(str(at), 1, 0, 0, len(text), text, lang) for at, (text, lang) in enumerate(said))
    corpus = Corpus(items, mentions, {}, {})
    texts = distinct_texts(corpus, supported=None)
    found = wordings(texts.text_of, [lang for _, lang in said])
    told = [(texts.texts[row], lang) for row, lang in zip(found.rows.tolist(), found.langs, strict=True)]
    assert len(told) == len(set(told)) == 3
    assert [told[at] for at in found.of_mention.tolist()] == said
