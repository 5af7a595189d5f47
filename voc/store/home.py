"""The folder of one project: where everything lies, and clear words when it can't be used.

Knows names and places only; what stands in the files is the business of the modules that write them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from voc.errors import StoreError
from voc.store.faults import faults

PRIVATE = 0o700
"""A new home holds customers' words: only its owner may look."""


@dataclass(frozen=True, slots=True)
class Home:
    """Layout of a home:

    voc.db                             rows, SQLite in WAL mode
    ingests/<ingest id>/*.jsonl        rows that were rejected or taken with a warning
    runs/<run id>/                     files of a run, manifest.json written last; `.<run id>.part` while it is written
    cache/encodings-<model hash>.db    encodings by content
    lock                               held by the run at work
    """

    path: Path

    @property
    def database(self) -> Path:
        return self.path / "voc.db"

    @property
    def lock(self) -> Path:
        return self.path / "lock"

    @property
    def runs(self) -> Path:
        return self.path / "runs"

    def run(self, run_id: str) -> Path:
        """Folder of a finished run."""
        return self.runs / run_id

    def part(self, run_id: str) -> Path:
        """Folder of a run that is being written."""
        return self.runs / f".{run_id}.part"

    def ingest(self, ingest_id: str) -> Path:
        return self.path / "ingests" / ingest_id

    def rejected_file(self, ingest_id: str) -> Path:
        """Rows of an ingest that could not be taken: a JSON object a line with file, line and reason."""
        return self.ingest(ingest_id) / "rejected.jsonl"

    def warnings_file(self, ingest_id: str) -> Path:
        """Rows of an ingest that were taken with a field set to null: line and reason."""
        return self.ingest(ingest_id) / "warnings.jsonl"

    def encodings(self, model_hash: str) -> Path:
        """Cache of one model's encodings; sixteen digits of the hash keep the name readable."""
        return self.path / "cache" / f"encodings-{model_hash[:16]}.db"

    def make(self) -> Home:
        """Create what is missing. Raises StoreError if the path is a file, DiskFull if it may not be written."""
        if self.path.exists() and not self.path.is_dir():
            raise StoreError(f"{self.path} is a file, not a folder.", "Give --home a folder.")
        with faults(self.path):
            self.path.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
            for folder in (self.path / "ingests", self.runs, self.path / "cache"):
                folder.mkdir(exist_ok=True)
        return self
