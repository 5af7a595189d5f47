"""Making edits, listing them, taking them out as training data. What they change is the business of `voc.queries`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from voc.clean import clean
from voc.discover import meant
from voc.edits import (
    CANNOT_LINK,
    HIDE,
    ITEM_SENTIMENTS,
    MERGE,
    MOVE,
    MUST_LINK,
    OPERATOR,
    PIN,
    RENAME,
    SCORE,
    SPLIT,
    UNDO,
    Edit,
    Status,
    corrections,
    digest_of,
)
from voc.errors import UsageError
from voc.link import birth_key
from voc.model import URGENCIES, Feedback, How, Level, Theme
from voc.ports import Tools
from voc.queries import Snapshot, theme, themes
from voc.queries.corrected import correction_of
from voc.queries.placing import neutral_of
from voc.queries.shapes import moment
from voc.spans import mention_name
from voc.writing import whole_file

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Said = Mapping[str, str | None]
"""What a caller says of an edit, by name; None says nothing."""
LONGEST_LABEL = 80
MOST_SEEDS = 200
"""Mentions that a split writes down; the others are placed by these."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What makers of edits work with: the home, the themes as readers see them now (raises NoRun), and what a query
    is in a snapshot's space without languages, float32 (1, dim)."""

    tools: Tools
    snapshot: Callable[[], Snapshot]
    meaning: Callable[[str, Snapshot], NDArray[np.float32]]

    def edit(
        self, kind: str, target: str, says: Mapping[str, str] | None = None, *, of: Feedback | None = None
    ) -> Edit:
        """A new edit; `of` is the item that it speaks of."""
        digest = digest_of(of.text) if of is not None else None
        edit_id, at = self.tools.new_id("edit"), self.tools.now()
        return Edit(edit_id=edit_id, kind=kind, target=target, says=says or {}, at=at, text_digest=digest)

    def theme(self, said: Said, name: str = "theme") -> Theme:
        """The theme that a caller names. Raises UsageError, NotFound, NoRun."""
        return theme(self.snapshot(), _named(said, name))

    def item(self, said: Said) -> Feedback:
        """The item that a caller names. Raises UsageError, NotFound, Ambiguous."""
        return self.tools.feedback.find(_named(said, "item"), source=said.get("source"))


def make_edit(desk: Desk, kind: str, said: Said, *, actor: str = OPERATOR) -> Edit:
    """Store one edit. Raises UsageError, NotFound, Ambiguous, NoRun."""
    if kind not in _MAKERS:
        raise UsageError("Unknown kind of edit.", f"Known are: {', '.join(_MAKERS)}.")
    names, maker = _MAKERS[kind]
    if not said.keys() <= names | {"reason"}:
        raise UsageError(f"An edit of the kind {kind} says something else.", f"It takes: {', '.join(sorted(names))}.")
    edit = replace(maker(desk, said), actor=actor)
    if said.get("reason"):
        edit = replace(edit, says={**edit.says, "reason": _redacted(str(said["reason"]))})
    desk.tools.edits.add(edit)
    return edit


def list_edits(tools: Tools) -> list[Edit]:
    """Every edit with its status, newest first."""
    edits = tools.edits.all()
    texts = _texts(tools, edits)
    return [_judged(edit, texts) for edit in reversed(edits)]


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
    of_items = [edit for edit in edits if edit.text_digest is not None]
    targets = sorted({item for edit in of_items for item in (edit.target, edit.says.get("other")) if item})
    known = tools.feedback.known(targets)
    found = tools.feedback.get([(item_id, stored.revision) for item_id, stored in known.items()])
    return {item_id: feedback for (item_id, _), feedback in found.items()}


def _judged(edit: Edit, texts: Mapping[str, Feedback]) -> Edit:
    if edit.status is not Status.ACTIVE or edit.text_digest is None:
        return edit
    spoken_of = {edit.target: edit.text_digest}
    if "other" in edit.says:
        spoken_of[edit.says["other"]] = edit.says["other_digest"]
    holds = all(item in texts and digest_of(texts[item].text) == digest for item, digest in spoken_of.items())
    return edit if holds else replace(edit, status=Status.LAPSED)


# ---------------------------------------------------------------------------------------------------------- makers


def _score(desk: Desk, said: Said) -> Edit:
    given = {name: value for name in ("sentiment", "urgency") if (value := said.get(name)) is not None}
    if not given:
        raise UsageError("A correction says a sentiment, an urgency, or both.", "Such as: --sentiment negative.")
    for name, known in (("sentiment", ITEM_SENTIMENTS), ("urgency", URGENCIES)):
        if name in given and given[name] not in known:
            raise UsageError(f"Unknown {name}.", f"Known are: {', '.join(known)}.")
    feedback = desk.item(said)
    return desk.edit(SCORE, feedback.item_id, given, of=feedback)


def _rename(desk: Desk, said: Said) -> Edit:
    found = desk.theme(said)
    label = _free_label(desk, _named(said, "label"), found.level, of=found.key)
    return desk.edit(RENAME, found.key, {"label": label})


def _free_label(desk: Desk, wanted: str, level: Level, *, of: str | None = None) -> str:
    """The name on one line. Raises UsageError if it is none, or another theme's than `of`."""
    label = _redacted(wanted)
    if not label or len(label) > LONGEST_LABEL:
        raise UsageError("A name has 1 to 80 characters.", "Two to six words read best.")
    for other in themes(desk.snapshot(), level, hidden=True):
        if other.key != of and label.casefold() in {name.casefold() for name in (other.label, *other.labels.values())}:
            raise UsageError(f"The theme {other.key} has this name already.", "Choose another, or merge the two.")
    return label


def _redacted(text: str) -> str:
    """What a person wrote, on one line, personal data replaced as in feedback: a quote is quickly pasted."""
    item = clean(Feedback(item_id="edit", id="edit", source="edit", text=text))
    return " ".join(item.text.split())


def _pin(desk: Desk, said: Said) -> Edit:
    found = desk.theme(said)
    if found.pinned:
        raise UsageError("This theme is pinned already.", "`voc edits` lists the edit, `voc edit undo` takes it back.")
    return desk.edit(PIN, found.key, {"level": str(found.level)})


def _hide(desk: Desk, said: Said) -> Edit:
    found = desk.theme(said)
    if found.hidden:
        raise UsageError("This theme is hidden already.", "`voc edits` lists the edit, `voc edit undo` takes it back.")
    return desk.edit(HIDE, found.key)


def _merge(desk: Desk, said: Said) -> Edit:
    kept = desk.theme(said)
    others = dict.fromkeys(desk.theme({"others": key}, "others").key for key in _named(said, "others").split())
    if kept.key in others:
        raise UsageError("A theme can't be merged with itself.", "Name the theme that stays, then the others.")
    if {theme(desk.snapshot(), key).level for key in others} != {kept.level}:
        raise UsageError("Themes of two levels can't be one.", "Merge fine themes with fine ones, coarse with coarse.")
    return desk.edit(MERGE, kept.key, {"others": " ".join(others)})


def _split(desk: Desk, said: Said) -> Edit:
    import numpy as np

    whole, query, snapshot = desk.theme(said), _named(said, "query"), desk.snapshot()
    if whole.level is not Level.FINE:
        raise UsageError("Only fine themes can be split.", "`voc themes` lists them.")
    label = _free_label(desk, said.get("label") or shorten(query, LONGEST_LABEL, placeholder="…"), Level.FINE)
    run = snapshot.published
    # What a person put into the theme stays with the theme: a split is of what the run found.
    rows = np.flatnonzero((run.mentions.theme == whole.key) & (run.mentions.how != str(How.EDITED)))
    neutral = neutral_of(run, rows)
    cosines = (neutral.astype(np.float64) @ desk.meaning(query, snapshot)[0].astype(np.float64)).round(6)
    nearest = np.argsort(-cosines, kind="stable")[: min(int(meant(cosines).sum()), MOST_SEEDS)]
    chosen = rows[nearest]
    seeds = sorted(map(mention_name, run.mentions.item_id[chosen].tolist(), run.mentions.index[chosen].tolist()))
    if not seeds or len(seeds) == len(rows):
        raise UsageError("The query does not part this theme.", "Ask for what only some of its mentions say.")
    key = birth_key(Level.FINE, seeds, {*run.themes, *snapshot.decisions.splits, *snapshot.decisions.merged})
    says = {"key": key, "label": label, "query": _redacted(query), "seeds": " ".join(seeds)}
    return desk.edit(SPLIT, whole.key, says)


def _move(desk: Desk, said: Said) -> Edit:
    found = desk.theme(said)
    if found.level is not Level.FINE:
        raise UsageError("Items belong to fine themes.", "`voc themes` lists them.")
    feedback = desk.item(said)
    return desk.edit(MOVE, feedback.item_id, {"theme": found.key}, of=feedback)


def _link(kind: str, desk: Desk, said: Said) -> Edit:
    feedback, other = desk.item(said), desk.item({**said, "item": _named(said, "other")})
    if feedback.item_id == other.item_id:
        raise UsageError("An item can't be linked with itself.", "Name two items.")
    says = {"other": other.item_id, "other_digest": digest_of(other.text)}
    return desk.edit(kind, feedback.item_id, says, of=feedback)


def _undo(desk: Desk, said: Said) -> Edit:
    return desk.edit(UNDO, _named(said, "edit"))


def _named(said: Said, name: str) -> str:
    value = said.get(name)
    if not value or not value.strip():
        raise UsageError(f"The edit does not say which {name}.", f"Name the {name}.")
    return value


_MAKERS: Mapping[str, tuple[frozenset[str], Callable[[Desk, Said], Edit]]] = {
    RENAME: (frozenset(("theme", "label")), _rename),
    PIN: (frozenset(("theme",)), _pin),
    HIDE: (frozenset(("theme",)), _hide),
    MERGE: (frozenset(("theme", "others")), _merge),
    SPLIT: (frozenset(("theme", "query", "label")), _split),
    MOVE: (frozenset(("item", "source", "theme")), _move),
    MUST_LINK: (frozenset(("item", "other", "source")), partial(_link, MUST_LINK)),
    CANNOT_LINK: (frozenset(("item", "other", "source")), partial(_link, CANNOT_LINK)),
    SCORE: (frozenset(("item", "source", "sentiment", "urgency")), _score),
    UNDO: (frozenset(("edit",)), _undo),
}
"""Kind of edit → what a caller may say of it, and what makes it."""
