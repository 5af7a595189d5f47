"""The service in one process: over the demo's home with the real model, and over a fake engine that raises on demand."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

pytest.importorskip("fastapi", reason="the service needs: pip install 'voc[api]'")
from fastapi.testclient import TestClient

from voc.api.app import create_app
from voc.config import Settings
from voc.errors import NoRun, RunLocked
from voc.intake import Accepted
from voc.model import Run


class FakeRuns:
    """Runs of a home without any; `listed` grows when somebody begins one."""

    def __init__(self) -> None:
        self.listed: list[Run] = []

    def list(self) -> list[Run]:
        return list(self.listed)

    def current_id(self) -> str | None:
        return None


class FakeEngine:
    """Takes feedback, has no run, and raises what a test puts into `raises`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.runs = FakeRuns()
        self.model_card = SimpleNamespace(name="fake-trigrams", dim=4)
        self.asking = SimpleNamespace(embed=lambda texts: self.embed(texts, "query"), tokens=str.split)
        self.raises: Exception | None = None
        self.accepted: list[Sequence[Any]] = []
        self.working: Callable[[], Run] | None = None
        self.closed = False
        self.reclustered: list[bool] = []
        self.zone = ZoneInfo("UTC")
        self.batch_tokens = 2048

    def snapshot(self) -> Any:
        raise self.raises or NoRun("This home has no published run yet.", "Run: voc run FILE")

    def search(self, *args: Any, **options: Any) -> list[Any]:
        return self.snapshot()

    def attention(self, **options: Any) -> list[Any]:
        return self.snapshot()

    def theme(self, key: str) -> Any:
        return self.snapshot()

    def accept(self, rows: Sequence[Any]) -> list[Accepted]:
        if self.raises is not None:
            raise self.raises
        self.accepted.append(rows)
        return [Accepted(f"{at}", f"fb1_{len(self.accepted)}_{at}", "added") for at, _ in enumerate(rows)]

    def embed(self, texts: Sequence[str], kind: str) -> list[Any]:
        return [None for _ in texts]

    def run(self, *, recluster: bool = False) -> Run:
        self.reclustered.append(recluster)
        if self.working is None:
            raise RunLocked("Another run is at work.", "Wait for it.")
        return self.working()

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def fake(tmp_path: Path) -> FakeEngine:
    """An engine without model or database."""
    return FakeEngine(Settings(home=tmp_path / "home"))


@pytest.fixture
def fake_client(fake: FakeEngine) -> Iterator[TestClient]:
    """The service over the fake engine."""
    with TestClient(create_app(fake.settings, open_engine=lambda _: fake), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def service_home(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo's home that these tests may post to."""
    return shutil.copytree(demo_home, tmp_path_factory.mktemp("service") / "home")


@pytest.fixture(scope="session")
def client(service_home: Path) -> Iterator[TestClient]:
    """The service over real feedback with the real model."""
    with TestClient(create_app(Settings(home=service_home, tz="Asia/Seoul"))) as client:
        yield client
