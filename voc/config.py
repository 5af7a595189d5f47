"""Settings: flags, then `VOC_*` environment, then `HOME/voc.toml`, then defaults.

Built once in `cli` or `create_app`, never at import. Each setting is explained in `docs/configuration.md`.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, Literal
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from voc.catalog import default_cache
from voc.channels import Tables, unlike
from voc.errors import ConfigError

DEFAULT_HOME = "voc-data"
DEFAULT_MODEL = "multilingual-e5-small"


class Settings(BaseModel):
    """Everything an operator can set. Frozen; unknown names are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Path(DEFAULT_HOME)
    """One project's data: database, runs, logs."""
    cache: Path = Field(default_factory=default_cache)
    """Decoded models and compiled code, shared by all homes."""
    model: str = DEFAULT_MODEL
    """A name of the registry, a folder, or `hub:org/name@revision`."""
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    dtype: Literal["auto", "float32", "bfloat16"] = "auto"
    threads: int = Field(default=0, ge=0, le=1024)
    """Threads for tensor work; 0 takes what the machine offers."""
    batch_tokens: int | None = Field(default=None, ge=16, le=4_000_000)
    """Tokens in memory at a time, at most; what suits the device if not given. Never changes a result."""
    queue_tokens: int = Field(default=131_072, ge=1024)
    """Tokens that may wait for the model in a service; beyond it requests are refused for the moment."""
    queue_seconds: float = Field(default=60, gt=0, le=3600)
    """Seconds that a request may wait for the model in a service before its turn comes."""
    seed: int = Field(default=0, ge=0, le=2**32 - 1)
    tz: str | None = None
    """Zone of dates without one, and of the calendar days in trends; the last run's if not given, UTC before it."""
    max_unassigned: float = Field(default=0.15, ge=0, le=1)
    """Largest share of mentions that may stay without a theme."""
    false_alarms: float = Field(default=0.3, gt=0, le=30)
    """Alerts in a month, over all themes, that may come of chance alone: how sensitive the nights are."""
    keep_runs: int = Field(default=7, ge=1)
    """Published runs that are kept; older ones are pruned after each run."""
    label_language: Literal["auto", "ko", "en"] = "auto"
    """Language of labels where a theme has several; `auto` takes the theme's own majority."""

    deliver: Tables = ()
    """Channels that alerts and urgent items are told to: `docs/delivery.md`."""

    @field_validator("deliver")
    @classmethod
    def _unlike(cls, value: Tables) -> Tables:
        return unlike(value)

    @field_validator("tz")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        if value is not None and value not in available_timezones():
            raise ValueError("not a time zone name such as Asia/Seoul or UTC")
        return value


def load_settings(**flags: Any) -> Settings:
    """Settings of this process. A flag that is None was not given. Raises ConfigError."""
    given = {name: value for name, value in flags.items() if value is not None}
    environment = {
        name: os.environ[f"VOC_{name.upper()}"]
        for name in Settings.model_fields
        if os.environ.get(f"VOC_{name.upper()}")
    }
    home = Path(given.get("home") or environment.get("home") or DEFAULT_HOME).expanduser()
    values = {**_from_file(home / "voc.toml"), **environment, **given, "home": home}
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        variable = f"VOC_{name.partition('.')[0].upper()}"
        raise ConfigError(
            f"The setting {name!r} can't be used: {first['msg'].removeprefix('Value error, ')}.",
            f"It comes from an option of the command, from {variable}, or from {home / 'voc.toml'}.",
        ) from None


def _from_file(path: Path) -> dict[str, Any]:
    """Settings of the home's file, or none if there is no such file."""
    if not path.is_file():
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ConfigError(
            f"{path} is not a readable TOML file.", "See docs/configuration.md for an example."
        ) from error
    values.pop("home", None)
    return values
