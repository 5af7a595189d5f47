"""One run: take what is in the home, find the themes, publish the result. Start reading here.

A stage is a line of `_work`. Stages are pure functions over data; everything that touches the world is a port in
`Tools`. A run may be killed at any moment: nothing is visible until `publish`, encodings are kept as they are made, and
the same input gives the same result, so that running again ends where an undisturbed run would have ended.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from voc import discover as discovering
from voc.batch import (
    Carried,
    Corpus,
    Ground,
    Places,
    Points,
    Speakers,
    directions_of,
    distinct_texts,
    languages_of,
    link_themes,
    mention_table,
    name_themes,
    period_of,
    place_mentions,
    published_themes,
    score_corpus,
    sightings_of,
    voices,
)
from voc.clean import mark_campaigns, mark_duplicates
from voc.discover import Discovery, RunSpace, Standing, ThemeSpace
from voc.encode import encode
from voc.errors import NotFound, StoreDamaged, VocError
from voc.model import Run
from voc.name import Embed
from voc.ports import Progress, PublishedRun, RunResult, Tools
from voc.score import Heads
from voc.segment import segment
from voc.taxonomy import Taxonomy
from voc.taxonomy import load as load_taxonomy
from voc.telemetry import StageClock, Watcher, log, log_failure, peak_rss_mb
from voc.trend import Calendar, trend

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Before = Callable[[Progress], None]
"""Work that a run does first, such as reading files; called with the progress of the `ingest` stage."""

STATE_VERSION = 5
"""Raised when the same input gives another result by intent: the next run is not `unchanged` then, and carries over
nothing that the published one has read."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What may change a run's result. Threads, batch size and device may not, and are not in here."""

    seed: int = 0
    zone: str = "UTC"
    max_unassigned: float = 0.15
    label_language: str = "auto"

    def as_row(self) -> dict[str, object]:
        """For the manifest."""
        return {name: getattr(self, name) for name in self.__slots__}


def run(
    tools: Tools,
    options: RunOptions,
    *,
    watcher: Watcher,
    threads: int = 0,
    before: Before | None = None,
    from_nothing: bool = False,
) -> Run:
    """One batch over everything in the home. Returns the published run, or the current one as `unchanged`.

    `before` runs first under the same lock and clock: it ingests the files of `voc run FILE`. `from_nothing` makes all
    themes anew, even if nothing else is new, in place of carrying on the published ones; they are matched with those
    afterwards. Raises RunLocked if another run is at work; any other failure is recorded and leaves the published run
    as it was.
    """
    with tools.runs.lock():
        clock = StageClock(watcher)
        if before is not None:
            with clock.stage("ingest") as progress:
                before(progress)
        heads = Heads.load(tools.scored_by)
        own = load_taxonomy(tools.home)
        basis = _basis(tools, options, heads, own)
        previous = _previous(tools)
        if previous is not None and previous.run.manifest.get("basis") == basis and not from_nothing:
            return replace(previous.run, status="unchanged", seconds=dict(clock.seconds), peak_rss_mb=peak_rss_mb())
        job = tools.runs.begin(started_at=tools.now(), options=options.as_row())
        log("run.started", run_id=job.run_id)
        try:
            return _work(
                tools,
                options,
                job,
                previous,
                clock=clock,
                heads=heads,
                own=own,
                basis=basis,
                threads=threads,
                from_nothing=from_nothing,
            )
        except BaseException as error:
            log_failure("run.failed", run_id=job.run_id)
            tools.runs.fail(job, error.code if isinstance(error, VocError) else type(error).__name__)
            error.add_note(job.run_id)
            raise


def _work(
    tools: Tools,
    options: RunOptions,
    job: Run,
    previous: PublishedRun | None,
    *,
    clock: StageClock,
    heads: Heads | None,
    own: Taxonomy,
    basis: Mapping[str, object],
    threads: int,
    from_nothing: bool,
) -> Run:
    """The stages, in the order of an item's way."""
    with clock.stage("clean"):
        items = voices(list(tools.feedback.current()))
        duplicates, campaigns = mark_duplicates(items), mark_campaigns(items)
    with clock.stage("segment"):
        mentions = tuple(mention for item in items for mention in segment(item))
        corpus = Corpus(items, mentions, duplicates, campaigns)
        texts = distinct_texts(corpus, supported=languages_of(tools.model.languages))
    with clock.stage("encode") as progress:
        carried = Carried.of(corpus, None if from_nothing else _undamaged(tools, previous), basis)
        unread = carried.unread(texts)
        read = [texts.texts[at] for at in unread.tolist()]
        encodings = encode(read, tools.encoder(), tools.encodings(), progress=progress)
        vectors = carried.vectors(texts, unread, encodings.vectors)
    with clock.stage("score"):
        scores = score_corpus(corpus, texts, unread, encodings.features, heads, carried)
        del encodings  # what the heads read is three times the size of the vectors
    with clock.stage("discover"):
        ground = Ground.of(previous, basis=basis, vectors=tools.vector_hash(), from_nothing=from_nothing)
        shipped = ThemeSpace.load(tools.model.name)
        places = Places.of(corpus, texts, vectors, shipped, before=ground.space, carried=carried, threads=threads)
        embed = _embedder(tools, places.space)
        standing, why = ground.standing(places, own.keys)
        found = _discover(places.points, options, threads, standing, directions_of(own, embed))
        placed = place_mentions(texts, places.points, found)
    with clock.stage("name"):
        names = name_themes(places, found, previous, own=own, embed=embed)
    with clock.stage("link"):
        linked = link_themes(
            corpus,
            placed,
            found,
            previous=previous,
            vectors=tools.vector_hash(),
            chart=places.space.map,
            own_keys=own.keys,
        )
    with clock.stage("trend"):
        zone = ZoneInfo(options.zone)
        speakers = Speakers.of(corpus, Calendar(zone))
        seen = sightings_of(placed, linked, speakers)
        trends = trend(seen, last_day=speakers.last_day, zone=zone) if len(seen.days) else []
    space, bare = places.space, places.bare
    del places  # with what was clustered it is three times the size of the vectors
    with clock.stage("publish"):
        table = mention_table(corpus, texts, bare, placed, scores, linked, speakers)
        themes = published_themes(corpus, texts, table, names, linked, trends, language=options.label_language)
        result = RunResult(
            mentions=table,
            vectors=vectors.astype("float16")[texts.text_of],
            neutral=space.to_neutral(vectors, texts.langs)[texts.text_of],
            space={**space.to_arrays(), **found.to_arrays(), **linked.retired.to_arrays()},
            themes=themes,
            trends=trends,
            lineage=linked.lineage,
        )
        done = _counted(job, corpus, table.theme, themes=len(linked.fine), clock=clock)
        manifest = {
            "basis": dict(basis),
            "period": period_of(corpus),
            "theme_keys": list(linked.fine),
            "retired_keys": list(linked.retired.keys),
            "themes": {"made": "carried on" if standing else "from nothing", "why": why},
            "lineage": dict(sorted(Counter(event.kind for event in linked.lineage).items())),
            "stability": linked.stability.as_row() if linked.stability is not None else None,
            "device": str(getattr(tools.encoder(), "place", "")),
            "versions": _versions(),
        }
        published = tools.runs.publish(replace(done, finished_at=tools.now()), result, manifest=manifest)
    log("run.published", run_id=job.run_id, items=done.items, mentions=done.mentions, themes=done.themes)
    return replace(published, seconds=dict(clock.seconds), peak_rss_mb=peak_rss_mb())


def _discover(
    points: Points, options: RunOptions, threads: int, standing: Standing | None, own: NDArray[np.float32] | None
) -> Discovery:
    limits = discovering.Options(seed=options.seed, threads=max(1, threads), max_unassigned=options.max_unassigned)
    return discovering.discover(
        points.places,
        keys=points.keys,
        weights=points.weights,
        said_in=points.said_in,
        options=limits,
        standing=standing,
        own=own,
    )


def _embedder(tools: Tools, space: RunSpace) -> Embed:
    """Label candidates to vectors in the theme space, through the same encoder and cache."""
    from voc.clean import detect

    def embed(candidates: Sequence[str]) -> NDArray[np.float32]:
        found = encode(candidates, tools.encoder(), tools.encodings())
        return space.to_theme(found.vectors, [detect(text) for text in candidates])

    return embed


def _previous(tools: Tools) -> PublishedRun | None:
    """The published run, whose themes the new groups are matched with; None before the first, or if it is damaged: that
    is as good as none, and a new run mends the home."""
    current = tools.runs.current_id()
    if current is None:
        return None
    try:
        return tools.runs.open(current)
    except (NotFound, StoreDamaged):
        # Its files are gone: keys can't be carried over from it, but a new run must not fail for that.
        log("run.previous_unreadable", run_id=current)
        return None


def _undamaged(tools: Tools, previous: PublishedRun | None) -> PublishedRun | None:
    """The published run if its files are what was written, to the bit: what is copied is published anew."""
    if previous is None or any(state != "ok" for state in tools.runs.verify(previous.run.run_id).values()):
        return None
    return previous


def _basis(tools: Tools, options: RunOptions, heads: Heads | None, own: Taxonomy) -> dict[str, object]:
    """Everything that decides the result; equal basis, equal result."""
    return {
        "input": tools.feedback.fingerprint(),
        "model": {"name": tools.model.name, "hash": tools.model_hash(), "vectors": tools.vector_hash()},
        "heads": {"digest": heads.digest, "model": heads.model_id} if heads is not None else None,
        "options": options.as_row(),
        "taxonomy": own.digest,
        "voc": version("voc"),
        "state": STATE_VERSION,
    }


def _counted(job: Run, corpus: Corpus, theme: NDArray[np.object_], *, themes: int, clock: StageClock) -> Run:
    without = sum(1 for key in theme if key is None)
    return replace(
        job,
        items=len(corpus.items),
        mentions=len(corpus.mentions),
        themes=themes,
        unassigned_share=without / max(1, len(theme)),
        seconds=dict(clock.seconds),
        peak_rss_mb=peak_rss_mb(),
    )


def _versions() -> dict[str, Any]:
    """Versions of what does the arithmetic."""
    from importlib.metadata import PackageNotFoundError

    found: dict[str, Any] = {}
    for name in ("voc", "torch", "numpy", "scipy", "hdbscan", "faiss-cpu", "tokenizers", "kiwipiepy"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
