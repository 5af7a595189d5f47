"""A real server in a process of its own, and a real browser."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("uvicorn", reason="the service needs: pip install 'voc[api]'")

ROOT = Path(__file__).parents[2]
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")


@pytest.fixture(scope="session")
def load_script() -> Any:
    """`scripts/benchmark_server.py` as a module: it knows how to start a server and to load it."""
    spec = importlib.util.spec_from_file_location("benchmark_server", ROOT / "scripts" / "benchmark_server.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def port(
    demo_home: Path, tmp_path_factory: pytest.TempPathFactory, load_script: Any, offline: dict[str, str]
) -> Iterator[int]:
    """The port of `voc serve` over a copy of the demo's home."""
    home = shutil.copytree(demo_home, tmp_path_factory.mktemp("served") / "home")
    with load_script.served(home, environment={**offline, "VOC_TZ": "Asia/Seoul"}) as port:
        yield port


@pytest.fixture(scope="session")
def open_browser(port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Any]]:
    """Chromium, by window width and the reader's language. Debian's driver: nothing is downloaded."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="the browser tests need: pip install selenium")
    if CHROMIUM is None or DRIVER is None:
        pytest.skip(
            "Chromium and its driver are not on this machine (Debian: apt-get install chromium chromium-driver)"
        )
    from selenium.webdriver.chrome.service import Service

    opened = []

    def start(width: int = 1200, language: str = "en") -> Any:
        options = webdriver.ChromeOptions()
        options.binary_location = CHROMIUM
        profile = tmp_path_factory.mktemp("profile")
        for argument in (
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", f"--user-data-dir={profile}",
        ):  # fmt: skip
            options.add_argument(argument)
        options.add_experimental_option("prefs", {"intl.accept_languages": language})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        browser = webdriver.Chrome(options=options, service=Service(DRIVER))
        opened.append(browser)
        browser.set_page_load_timeout(60)
        # The window of a headless browser has a least width; a phone is narrower.
        metrics = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        return browser

    yield start
    for browser in opened:
        browser.quit()
