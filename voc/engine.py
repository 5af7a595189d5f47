"""The engine: one object over one home. The command line, the API and Python programs all call it.

Any number of threads may ask. Whatever writes takes turns. Long, because it lists all that a home can be asked.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from zoneinfo import ZoneInfo

from voc.alert_calls import AlertCalls
from voc.asking import Asking
from voc.bootstrap import Opened, build, models, run_options
from voc.compare_calls import CompareCalls
from voc.config import Settings, load_settings
from voc.delivery_calls import DeliveryCalls
from voc.edits import OPERATOR, Edit
from voc.errors import ModelDamaged, NoRun, RunLocked, StoreError, UsageError
from voc.model import Hit, IngestCounts, ItemScore, Run, Tag, Theme, Trend
from voc.ports import Kind, ModelCard, RunStore, Tools
from voc.queries import Item, SearchOptions, Snapshot, Snapshots
from voc.queries.basis import check_model, run_zone
from voc.queries.snapshot import no_run
from voc.telemetry import Nobody, StageClock, Watcher
from voc.writing import whole_file

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from voc.evaluate import Evaluation
    from voc.inference import FileScores
    from voc.ingest import IngestOptions
    from voc.intake import Accepted
    from voc.report import Report
    from voc.score import Heads
    from voc.taxonomy import Taxonomy
    from voc.teaching import Tags


PASSES = 2
"""Callers that may have the model at a time where nothing is written: one reads or answers while another is in it."""


class Engine(AlertCalls, CompareCalls, DeliveryCalls):
    """Opens or makes a home.

    `flags` are settings by name, such as `device="cpu"`; see `docs/configuration.md`. Raises ConfigError, StoreError.
    """

    def __init__(
        self,
        home: str | Path | None = None,
        *,
        settings: Settings | None = None,
        watcher: Watcher | None = None,
        **flags: Any,
    ) -> None:
        self.settings = settings or load_settings(home=home, **flags)
        self._watcher: Watcher = watcher or Nobody()
        self._models = models(self.settings)
        self._opened: Opened | None = None
        self._snapshots: Snapshots | None = None
        self._opening = threading.Lock()
        self._model_lock = threading.Lock()
        self._passes = threading.BoundedSemaphore(PASSES)
        self.asking = Asking(self._embed_queries)
        """How `search` reads its query; a server gathers those who ask at once by replacing its `embed`."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the home's files and of the model's memory."""
        self._models.release()
        self.asking.forget()
        if self._opened is not None:
            self._opened.close()

    # ------------------------------------------------------------------------------------------ taking feedback in

    def ingest(
        self, feedback: str | Path | Iterable[str | Path | Mapping[str, Any]], *, strict: bool = False, **mapping: Any
    ) -> IngestCounts:
        """Read files, or take dicts. `map`, `source`, `channel`, `tz` as on the command line; other names map a field.

        Raises InputError, and RowsRejected if `strict` and a row was rejected (the others are stored).
        """
        from voc.intake import ingest_dicts, ingest_files, refuse_rejected

        options = self._ingest_options(mapping)
        clock = StageClock(self._watcher)
        sources = [feedback] if isinstance(feedback, str | Path | Mapping) else list(feedback)
        threads = self.settings.threads
        with clock.stage("ingest") as progress:
            dicts = [row for row in sources if isinstance(row, Mapping)]
            if dicts and len(dicts) < len(sources):
                raise UsageError("Files and dicts can't be ingested in one call.", "Call ingest twice.")
            if dicts:
                counts = ingest_dicts(self._tools, dicts, options, threads=threads)
            else:
                files = [source for source in sources if isinstance(source, str | Path)]
                counts = ingest_files(self._tools, files, options, threads=threads, progress=progress)
        refuse_rejected(counts, strict=strict)
        return counts

    def accept(self, rows: Sequence[Mapping[str, Any]]) -> list[Accepted]:
        """Take rows that must be searchable at once; one answer a row. Themes are those of the published run."""
        from voc.intake import accept

        with self._model_lock:
            snapshot, heads = self._matching(), self._heads()
            published = None if snapshot is None else snapshot.published
            return accept(self._tools, published, rows, self._ingest_options({}), heads=heads, tell=self._tell_posted)

    def run(
        self,
        paths: Iterable[str | Path] | None = None,
        *,
        strict: bool = False,
        recluster: bool = False,
        **mapping: Any,
    ) -> Run:
        """One batch: ingest `paths`, then find the themes of everything and publish. Raises RunLocked.

        The published themes are carried on; `recluster` makes all anew, even if nothing is new.
        """
        from voc.intake import ingest_files, refuse_rejected
        from voc.pipeline import run
        from voc.scratch import sweep

        files = [paths] if isinstance(paths, str | Path) else list(paths or ())
        options = self._ingest_options(mapping)
        counts: list[IngestCounts] = []

        def before(progress: Callable[[int, int], None]) -> None:
            counts.append(ingest_files(self._tools, files, options, threads=self.settings.threads, progress=progress))
            refuse_rejected(counts[0], strict=strict)

        with self._model_lock:
            done = run(
                self._tools,
                run_options(self.settings, self.zone.key),
                watcher=self._watcher,
                threads=self.settings.threads or os.cpu_count() or 1,
                before=before if files else None,
                from_nothing=recluster,
            )
        self.last_ingest = counts[0] if counts else None
        with suppress(RunLocked):  # somebody else's run may have begun: it will prune
            self._tools.runs.prune(self.settings.keep_runs)
        sweep(self._tools.home)
        told = replace(done, alerts=self.watch())
        self._tell()
        return told

    last_ingest: IngestCounts | None = None
    """What the last `run` read from its files."""

    # ------------------------------------------------------------------------------------------------- questions

    def snapshot(self) -> Snapshot:
        """The current state. Raises NoRun; asking makes no home where there is none."""
        if not (self.settings.home / "voc.db").exists():
            raise no_run()
        tools = self._tools
        with self._opening:
            if self._snapshots is None:
                self._snapshots = Snapshots(tools)
        return self._snapshots.now()

    def themes(self, level: str | None = None, *, hidden: bool = False) -> list[Theme]:
        """Published themes, largest reach first; `hidden`: those that people hid, too."""
        from voc.queries import themes

        return themes(self.snapshot(), level, hidden=hidden)

    def theme(self, key: str) -> Theme:
        """One theme. Raises NotFound."""
        from voc.queries import theme

        return theme(self.snapshot(), key)

    def children(self, key: str) -> list[Theme]:
        """The finer themes of a coarse one."""
        from voc.queries import children

        return children(self.snapshot(), key)

    def theme_items(self, key: str, *, limit: int = 50, offset: int = 0) -> list[Hit]:
        """What customers said of a theme, newest first."""
        from voc.queries import theme_items

        return theme_items(self._tools, self.snapshot(), key, limit=limit, offset=offset)

    def trends(self, theme: str | None = None) -> list[Trend]:
        """Themes over time."""
        from voc.queries import trends

        return trends(self.snapshot(), theme)

    def search(
        self, query: str, k: int = 10, mode: str = "hybrid", where: str | None = None, *, offset: int = 0
    ) -> list[Hit]:
        """Items that mean what the query says, best first. Raises UsageError, NoRun."""
        from voc.queries import search

        options = SearchOptions(k=k, mode=mode, where=where, offset=offset)
        snapshot = self.snapshot()
        check_model(snapshot.published, self._models.vector_hash())
        return search(self._tools, snapshot, self.asking, query, options)

    def item(self, id: str, *, source: str | None = None) -> Item:  # noqa: A002 - the contract's word
        """One item by the caller's id or ours. Raises NotFound, Ambiguous."""
        from voc.queries import item

        try:
            snapshot: Snapshot | None = self.snapshot()
        except NoRun:
            snapshot = None
        return item(self._tools, snapshot, id, source=source)

    # ----------------------------------------------------------------------------------------------------- edits

    def edit(self, kind: str, *, actor: str = OPERATOR, **said: str | None) -> Edit:
        """Decide something: `edit("score", item=ID, sentiment=…, urgency=…)`, `edit("rename", theme=KEY, label=…)`,
        `pin` and `hide` with `theme`, `edit("merge", theme=KEY, others="KEY KEY")`,
        `edit("split", theme=KEY, query=…, label=…)`, `edit("move", item=ID, theme=KEY)`,
        `must-link` and `cannot-link` with `item` and `other`, `edit("undo", edit=EDIT_ID)`; `reason` with any of them.

        Holds at once, without a run, and through later ones. Raises UsageError, NotFound, Ambiguous, NoRun.
        """
        from voc.editing import Desk, make_edit

        def meaning(query: str, snapshot: Snapshot) -> NDArray[np.float32]:
            check_model(snapshot.published, self._models.vector_hash())
            return self.asking.vectors(query, snapshot).neutral

        return make_edit(Desk(self._tools, cache(self.snapshot), meaning), kind, said, actor=actor)

    def edits(self) -> list[Edit]:
        """Every edit with its status, newest first."""
        from voc.editing import list_edits

        return list_edits(self._tools)

    def export_corrections(self, out: str | Path) -> int:
        """Corrections of scores that hold, as JSON lines to train on; the number of lines."""
        from voc.editing import export_corrections

        return export_corrections(self._tools, Path(out))

    def overview(self, snapshot: Snapshot | None = None) -> Report:
        """What the report says, as data, of the current state or of a given one: the page shows the same.

        Raises NoRun.
        """
        from voc.report import build_report

        return build_report(self._tools, snapshot or self.snapshot(), false_alarms=self.settings.false_alarms)

    def report_text(self, file_format: str = "html", language: str | None = None, *, links: str | None = None) -> str:
        """The theme report as html, md or json. `links`: address of a service over this home, "" within its pages, that
        items and alerts are linked to; without it the report stands alone."""
        from voc.report import write_report

        report = self.overview()
        words, zone = language or report.language, run_zone(self.snapshot().published)
        return write_report(report, file_format, language=words, zone=zone, links=links)

    def report(
        self,
        out: str | Path,
        *,
        file_format: str | None = None,
        language: str | None = None,
        links: str | None = None,
    ) -> Path:
        """Write the report; the format follows the file's ending unless given. `links`: see `report_text`."""
        path = Path(out)
        ending = {".md": "md", ".json": "json"}.get(path.suffix.lower(), "html")
        text = self.report_text(file_format or ending, language, links=links)
        with whole_file(path) as part:
            part.write_text(text, encoding="utf-8")
        return path

    def export(self, what: str, out: str | Path, *, file_format: str = "jsonl") -> int:
        """Row-level export; the number of rows written."""
        from voc.export import export

        return export(self._tools, self.snapshot(), what, Path(out), file_format)

    # ------------------------------------------------------------------------------------------------- the model

    def score(self, rows: Sequence[str | Mapping[str, Any]]) -> list[ItemScore]:
        """Scores of texts or dicts in input order, without storing. Raises InputError on a row without text."""
        from voc.inference import score_rows

        with self._passes:
            return score_rows(rows, self._models.encoder(), self._heads(), self._ingest_options({}))

    def score_file(
        self,
        file: str,
        out: str | Path,
        *,
        restart: bool = False,
        notice: Callable[[str], None] = lambda _: None,
        **mapping: Any,
    ) -> FileScores:
        """`voc score`: JSON lines in input order. A call that was interrupted is taken up; see `voc.inference`."""
        from voc.inference import score_file

        clock = StageClock(self._watcher)
        with self._model_lock, clock.stage("score") as progress:
            encoder, heads, options = self._models.encoder(), self._heads(), self._ingest_options(mapping)
            return score_file(
                file, Path(out), encoder, heads, options, restart=restart, notice=notice, progress=progress
            )

    def evaluate(self, file: str | Path, *, labels: str | Iterable[str] | None = None, **mapping: Any) -> Evaluation:
        """`voc evaluate`: how well the scores agree with a file's own labels. `sentiment="label"` maps a column.

        Raises InputError if there are no labels, ModelDamaged if the heads are missing.
        """
        from voc.evaluate import evaluate_file, parse_labels, split_mapping

        columns, rest = split_mapping(mapping)
        synonyms, options = parse_labels(labels), self._ingest_options(rest)
        heads = self._heads()
        if heads is None:
            raise ModelDamaged(f"The heads of {self._models.scored_by} are missing.", "Install voc again.")
        clock = StageClock(self._watcher)
        with self._model_lock, clock.stage("evaluate") as progress:
            return evaluate_file(
                str(file),
                self._models.encoder(),
                heads,
                options,
                columns=columns,
                synonyms=synonyms,
                seed=self.settings.seed,
                progress=progress,
            )

    def embed(self, texts: Sequence[str], kind: Kind = "passage") -> NDArray[np.float32]:
        """float32 (n, dim), unit length, in input order."""
        from voc.inference import embed_texts

        with self._passes:
            return embed_texts([texts] if isinstance(texts, str) else texts, self._models.encoder(), kind)

    def embed_file(self, file: str, out: str | Path, *, kind: Kind = "passage", **mapping: Any) -> tuple[int, int]:
        """`voc embed`: a .npy file; (rows, width). Raises InputError on the first bad row."""
        from voc.inference import embed_file

        clock = StageClock(self._watcher)
        with self._model_lock, clock.stage("embed") as progress:
            encoder = self._models.encoder()
            return embed_file(file, Path(out), encoder, kind, self._ingest_options(mapping), progress=progress)

    def model_path(self) -> Path:
        """Folder of the active encoder, loadable by sentence-transformers."""
        from voc import catalog

        return catalog.materialise(self._models.card, self.settings.cache)

    @property
    def model_card(self) -> ModelCard:
        """The active encoder's card."""
        return self._models.card

    @property
    def batch_tokens(self) -> int:
        """Tokens that fill the encoder for one pass. Loads it."""
        return int(getattr(self._models.encoder(), "batch_tokens", 2048))

    @property
    def runs(self) -> RunStore:
        """The runs of this home."""
        return self._tools.runs

    @property
    def taxonomy(self) -> Taxonomy:
        """The team's own themes."""
        from voc.taxonomy import load

        return load(self.settings.home)

    def set_taxonomy(self, source: str | Path | Sequence[Mapping[str, object]]) -> Taxonomy:
        """Start from own themes: a file, or rows with `label`, `description`, `examples`; none takes them away.

        They hold from the next run on. Raises InputError.
        """
        from voc.taxonomy import read, save

        taxonomy = read(Path(source) if isinstance(source, str) else source)
        save(self._tools.home, taxonomy)
        return taxonomy

    def teach(
        self,
        name: str,
        description: str,
        examples: str | Path | Sequence[str] = (),
        counterexamples: str | Path | Sequence[str] = (),
        *,
        items: Sequence[str] = (),
        source: str | None = None,
        **mapping: Any,
    ) -> Tag:
        """Teach an own tag, or its next version, from a file or texts, or from stored items by id."""
        from voc.teaching import Teaching

        options = self._ingest_options(mapping)
        return self.tags.teach(Teaching(name, description, examples, counterexamples, items, source, options))

    @property
    def tags(self) -> Tags:
        """The own tags of this home: `active`, `versions`, `rollback`, `forget`."""
        from voc.teaching import Tags

        return Tags(lambda: self._tools, self._matching, self.snapshot, self._model_lock, seed=self.settings.seed)

    # ----------------------------------------------------------------------------------------------------- inside

    @property
    def _tools(self) -> Tools:
        """The home's tools; the first use opens or makes the home."""
        with self._opening:
            if self._opened is None:
                self._opened = build(self.settings, self._models)
            return self._opened.tools

    @property
    def zone(self) -> ZoneInfo:
        """The zone of calendar days: as set, else the published run's, else UTC."""
        if self.settings.tz is not None:
            return ZoneInfo(self.settings.tz)
        try:
            return run_zone(self.snapshot().published)
        except (NoRun, StoreError):
            return ZoneInfo("UTC")

    def _embed_queries(self, texts: Sequence[str]) -> Sequence[NDArray[np.float32]]:
        return list(self.embed(texts, "query"))

    def _matching(self) -> Snapshot | None:
        """The current state, None before the first run. Raises ModelMismatch."""
        try:
            snapshot = self.snapshot()
        except NoRun:
            return None
        check_model(snapshot.published, self._models.vector_hash())
        return snapshot

    def _heads(self) -> Heads | None:
        from voc.score import Heads

        return Heads.load(self._models.scored_by)

    def _ingest_options(self, mapping: Mapping[str, Any]) -> IngestOptions:
        from voc.ingest import IngestOptions, parse_map

        given = {name: value for name, value in mapping.items() if value is not None}
        specs = given.pop("map", None) or []
        fields = dict(specs) if isinstance(specs, Mapping) else parse_map([specs] if isinstance(specs, str) else specs)
        known = {name: given.pop(name) for name in ("source", "channel", "lang", "tz") if name in given}
        return IngestOptions(mapping={**fields, **given}, **{"tz": self.zone.key, **known})
