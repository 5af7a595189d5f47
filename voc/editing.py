"""Making edits, listing them, taking them out as training data. What they change is the business of `voc.queries`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from voc.edits import ITEM_SENTIMENTS, OPERATOR, SCORE, UNDO, Edit, Status, corrections, digest_of
from voc.errors import UsageError
from voc.model import URGENCIES, Feedback
from voc.ports import Tools
from voc.queries.corrected import correction_of
from voc.queries.shapes import moment
from voc.writing import whole_file

Said = Mapping[str, str | None]
"""What a caller says of an edit, by name; None says nothing."""


def make_edit(tools: Tools, kind: str, said: Said, *, actor: str = OPERATOR) -> Edit:
    """Store one edit. Raises UsageError, NotFound, Ambiguous."""
    if kind not in _MAKERS:
        raise UsageError("Unknown kind of edit.", f"Known are: {', '.join(_MAKERS)}.")
    names, maker = _MAKERS[kind]
    if not said.keys() <= names:
        raise UsageError(f"An edit of the kind {kind} says something else.", f"It takes: {', '.join(sorted(names))}.")
    edit = replace(maker(tools, said), actor=actor)
    tools.edits.add(edit)
    return edit


def list_edits(tools: Tools) -> list[Edit]:
    """Every edit with its status, newest first."""
    edits = tools.edits.all()
    texts = _texts(tools, edits)
    return [_judged(edit, texts.get(edit.target)) for edit in reversed(edits)]


def export_corrections(tools: Tools, out: Path) -> int:
    """Corrections that hold, as JSON lines by item_id: the text as stored, redacted, with what a person says of it.

    A figure that nobody corrected is null, so that no head learns from a head. Returns the number of lines.
    """
    rows = list(_training_rows(tools))
    with whole_file(out) as part, part.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return len(rows)


def _training_rows(tools: Tools) -> Iterator[dict[str, Any]]:
    edits = tools.edits.all()
    said = corrections(edits)
    for _, feedback in sorted(_texts(tools, edits).items()):
        correction = correction_of(said, feedback)
        if correction is not None:
            yield {
                "text": feedback.text,
                "lang": feedback.lang,
                "sentiment": correction.sentiment,
                "urgency": correction.urgency,
                "created_at": moment(feedback.created_at),
            }


def _texts(tools: Tools, edits: Sequence[Edit]) -> dict[str, Feedback]:
    """The items that edits speak of, as they are now."""
    targets = sorted({edit.target for edit in edits if edit.text_digest is not None})
    known = tools.feedback.known(targets)
    found = tools.feedback.get([(item_id, stored.revision) for item_id, stored in known.items()])
    return {item_id: feedback for (item_id, _), feedback in found.items()}


def _judged(edit: Edit, feedback: Feedback | None) -> Edit:
    if edit.status is not Status.ACTIVE or edit.text_digest is None:
        return edit
    holds = feedback is not None and digest_of(feedback.text) == edit.text_digest
    return edit if holds else replace(edit, status=Status.LAPSED)


def _score(tools: Tools, said: Said) -> Edit:
    given = {name: value for name in ("sentiment", "urgency") if (value := said.get(name)) is not None}
    if not given:
        raise UsageError("A correction says a sentiment, an urgency, or both.", "Such as: --sentiment negative.")
    for name, known in (("sentiment", ITEM_SENTIMENTS), ("urgency", URGENCIES)):
        if name in given and given[name] not in known:
            raise UsageError(f"Unknown {name}.", f"Known are: {', '.join(known)}.")
    feedback = tools.feedback.find(_named(said, "item"), source=said.get("source"))
    return Edit(
        edit_id=tools.new_id("edit"),
        kind=SCORE,
        target=feedback.item_id,
        says=given,
        at=tools.now(),
        text_digest=digest_of(feedback.text),
    )


def _undo(tools: Tools, said: Said) -> Edit:
    return Edit(edit_id=tools.new_id("edit"), kind=UNDO, target=_named(said, "edit"), at=tools.now())


def _named(said: Said, name: str) -> str:
    value = said.get(name)
    if not value:
        raise UsageError(f"The edit does not say which {name}.", f"Name the {name} by its id.")
    return value


_MAKERS: Mapping[str, tuple[frozenset[str], Callable[[Tools, Said], Edit]]] = {
    SCORE: (frozenset(("item", "source", "sentiment", "urgency")), _score),
    UNDO: (frozenset(("edit",)), _undo),
}
"""Kind of edit → what a caller may say of it, and what makes it."""
