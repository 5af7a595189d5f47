"""What a reader sees: one published run, the items that came in since, and people's edits of both. Never a mixture of
two runs.

`Snapshots.now()` is cheap: it reopens only when the store's pointer or the stamp of what came in and of edits moved.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from voc.alerts import Alert
from voc.edits import Correction, Corrections, Decisions, ItemText, corrections, decisions
from voc.errors import NoRun
from voc.model import Exemplar, Feedback, Theme
from voc.ports import LiveMention, PublishedRun, Tools, VectorIndex
from voc.queries.basis import run_zone
from voc.queries.corrected import correct_live, correct_run, correction_of, floors_of, versions_of
from voc.queries.standing import with_alerts
from voc.queries.tagged import Kept, Tagged

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from voc.queries.placing import Placing


@dataclass(frozen=True, slots=True)
class Live:
    """Mentions since the run, with an exact index over their neutral vectors; None while there are none."""

    mentions: Sequence[LiveMention] = ()
    index: VectorIndex | None = None

    @property
    def item_ids(self) -> frozenset[str]:
        return frozenset(mention.item_id for mention in self.mentions)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One consistent state of a home. Immutable; any number of threads may read it.

    published, live: with people's edits in them, and what alerts say of themes
    visible: bool (n,) over the run's mentions, False where a live revision of the item has replaced them
    rows_of: item → its rows among the run's mentions
    tags: the home's own tags, applied to all of these mentions
    alerts: every alert of the home, as it is kept, the latest opened first
    """

    published: PublishedRun
    live: Live
    visible: NDArray[np.bool_]
    rows_of: Mapping[str, Sequence[int]]
    corrections: Corrections
    decisions: Decisions = field(default_factory=Decisions)
    tags: Tagged = field(default_factory=Tagged)
    alerts: tuple[Alert, ...] = ()

    def correction(self, feedback: Feedback) -> Correction | None:
        """What a person says of this version of an item."""
        return correction_of(self.corrections, feedback)

    def theme(self, key: str | None) -> Theme | None:
        """The theme of a key, or None for a mention without one. A merged theme's key stands for what it is now."""
        return self.published.themes.get(self.decisions.key_of(key)) if key is not None else None

    def keys_under(self, key: str) -> set[str]:
        """A theme's key and those of the themes under it, hidden ones too."""
        own = self.decisions.key_of(key)
        return {own} | {theme.key for theme in self.published.themes.values() if theme.parent == own}


@dataclass(frozen=True, slots=True)
class Said:
    """All that people say of a home's items and themes."""

    corrections: Corrections
    decisions: Decisions

    def __bool__(self) -> bool:
        return bool(self.corrections or self.decisions)

    @property
    def items(self) -> set[str]:
        """The items that something is said of."""
        return {item_id for item_id, _ in (*self.corrections, *self.decisions.item_texts)}

    @property
    def item_texts(self) -> dict[ItemText, ItemText]:
        """What decisions speak of, each by itself."""
        return {item_text: item_text for item_text in self.decisions.item_texts}


class Snapshots:
    """Opens the current state of a home and keeps it until it moves."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._lock = threading.Lock()
        self._run: PublishedRun | None = None
        """As it was published."""
        self._edited: tuple[Said, PublishedRun] | None = None
        self._standing: tuple[PublishedRun, tuple[Alert, ...], PublishedRun] | None = None
        """The run with edits, the alerts, and the one with the others in it."""
        self._placing: Placing | None = None
        """How the decisions of `_edited` place what came in since."""
        self._rows_of: Mapping[str, Sequence[int]] = {}
        self._tagged: Kept = {}
        self._seen: tuple[str, int] | None = None
        self._snapshot: Snapshot | None = None

    def now(self) -> Snapshot:
        """The current state. Raises NoRun before the first run."""
        seen = self._state()
        with self._lock:
            while self._snapshot is None or seen != self._seen:
                self._snapshot, self._seen = self._open(seen[0]), seen
                # A run that was published while we read takes live mentions away with it: look again.
                seen = self._state()
            return self._snapshot

    def _state(self) -> tuple[str, int]:
        run_id = self._tools.runs.current_id()
        if run_id is None:
            raise no_run()
        return run_id, self._tools.live.stamp()

    def _open(self, run_id: str) -> Snapshot:
        import numpy as np

        edits = self._tools.edits.all()
        said = Said(corrections(edits), decisions(edits))
        run = self._edited_run(run_id, said)
        live = self._live(said)
        visible = np.ones(len(run.mentions), np.bool_)
        for item_id in live.item_ids:
            visible[list(self._rows_of.get(item_id, ()))] = False
        tags = Tagged(self._tools.tags.active(), run, live.mentions, visible, self._tagged)
        alerts = tuple(self._tools.alerts.all())
        run = self._with_alerts(run, alerts, said.decisions)
        return Snapshot(run, live, visible, self._rows_of, said.corrections, said.decisions, tags, alerts)

    def _edited_run(self, run_id: str, said: Said) -> PublishedRun:
        """The run with edits in it; made anew only if either is another one than before."""
        if self._run is None or self._run.run.run_id != run_id:
            self._run = self._tools.runs.open(run_id)
            self._rows_of = _rows_of(self._run)
            self._edited = None
            self._tagged = {}
        if not said:
            self._edited = None
            return self._run
        if self._edited is None or self._edited[0] != said:
            revision = self._run.mentions.revision
            refs = {(item, int(revision[row])) for item in said.items for row in self._rows_of.get(item, ())}
            run, self._placing = self._run, None
            if said.decisions:
                from voc.queries.decided import decide_run

                holding = versions_of(self._tools, said.item_texts, refs)
                decided = decide_run(
                    run, self._rows_of, said.decisions, holding, zone=run_zone(run), quote=partial(self._quote, run)
                )
                run, self._placing = decided.run, decided.placing
            versions = versions_of(self._tools, said.corrections, refs)
            run = correct_run(run, self._rows_of, versions, floors_of(self._tools.scored_by)) if versions else run
            self._edited = (said, run)
        return self._edited[1]

    def _with_alerts(self, run: PublishedRun, alerts: tuple[Alert, ...], decided: Decisions) -> PublishedRun:
        """The same object as long as neither the run nor an alert is another."""
        if self._standing is None or self._standing[0] is not run or self._standing[1] != alerts:
            self._standing = (run, alerts, with_alerts(run, alerts, decided.key_of))
        return self._standing[2]

    def _live(self, said: Said) -> Live:
        import numpy as np

        mentions = self._tools.live.all()
        if not mentions:
            return Live()
        rows = np.stack([np.frombuffer(mention.neutral, np.float32) for mention in mentions])
        index = self._tools.flat_index(rows)
        refs = {(mention.item_id, mention.revision) for mention in mentions}
        if said.decisions and self._placing is not None:
            mentions = self._placing.live(mentions, versions_of(self._tools, said.item_texts, refs))
        if said.corrections:
            versions = versions_of(self._tools, said.corrections, refs)
            mentions = correct_live(mentions, versions, floors_of(self._tools.scored_by))
        return Live(tuple(mentions), index)

    def _quote(self, run: PublishedRun, row: int) -> Exemplar | None:
        """A mention of the run with its item's text; None if that is gone."""
        table = run.mentions
        ref = (str(table.item_id[row]), int(table.revision[row]))
        item = self._tools.feedback.get([ref]).get(ref)
        if item is None:
            return None
        return Exemplar(str(table.id[row]), ref[0], item.text, int(table.start[row]), int(table.end[row]))


def _rows_of(run: PublishedRun) -> dict[str, list[int]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for row, item_id in enumerate(run.mentions.item_id.tolist()):
        found[item_id].append(row)
    return dict(found)


def no_run() -> NoRun:
    """The error of a question that comes too early."""
    return NoRun("This home has no published run yet.", "Read feedback and find its themes with: voc run FILE")
