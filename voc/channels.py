"""The tables `[[deliver]]` of the settings: whom messages go to, and what they are told. See `docs/delivery.md`.

What must stay secret is never shown: not in a repr, an error or a log. It may stand in the environment: `env:NAME`.
"""

from __future__ import annotations

import json
import os
import re
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, field_validator, model_validator

from voc.delivery import Event, Quiet
from voc.errors import ConfigError

FROM_ENVIRONMENT = "env:"
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_PORTS = {"starttls": 587, "tls": 465, "plain": 25}


class _Table(BaseModel):
    """What every channel has."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")
    send: tuple[Literal["alerts", "attention"], ...] = ("alerts", "attention")
    attention_level: Literal["critical", "high"] = "critical"
    """The lowest urgency of an item that is told of."""
    quotes: bool = False
    """Whether customers' words, redacted, may leave the home."""
    quiet_hours: str | None = None
    """HH:MM-HH:MM in the zone of the run: what is not critical waits until they are over."""
    link_base: str | None = None
    """Where people reach `voc serve`."""

    @field_validator("quiet_hours")
    @classmethod
    def _hours(cls, value: str | None) -> str | None:
        if value is not None and (not _HOURS.fullmatch(value) or value[:5] == value[6:]):
            raise ValueError("not hours such as 22:00-07:00")
        return value

    @field_validator("link_base")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"https?://[^\s<>|]+", value):
            raise ValueError("not an address such as https://voc.example.com")
        return value.rstrip("/") if value is not None else None

    @property
    def quiet(self) -> Quiet | None:
        """The quiet hours, read."""
        return Quiet(*map(time.fromisoformat, self.quiet_hours.split("-"))) if self.quiet_hours else None

    @property
    def events(self) -> frozenset[Event]:
        """What the channel is told of."""
        told = {Event.OPENED, Event.CLOSED} if "alerts" in self.send else set()
        if "attention" in self.send:
            told |= {Event.CRITICAL, Event.HIGH} if self.attention_level == "high" else {Event.CRITICAL}
        return frozenset(told)

    def revealed(self, field: str) -> str:
        """A secret field's value, from the environment if it stands there. Raises ConfigError."""
        secret: SecretStr = getattr(self, field)
        value = secret.get_secret_value()
        if not value.startswith(FROM_ENVIRONMENT):
            return value
        variable = value.removeprefix(FROM_ENVIRONMENT)
        if not os.environ.get(variable):
            raise self.wrong(field, f"the variable {variable} is not set", "Set it where voc runs.")
        return os.environ[variable]

    def address(self) -> str:
        """The field `url`, an http or https address. Raises ConfigError."""
        url = self.revealed("url")
        if not re.fullmatch(r"https?://[^/?#@\s]+([/?#]\S*)?", url) or not url.isascii() or not url.isprintable():
            raise self.wrong("url", "it is no http or https address", "Write it as https://host/path.")
        try:
            urlsplit(url).port  # noqa: B018 - reading it checks it
        except ValueError:
            raise self.wrong(
                "url", "its port is no number up to 65535", "Write it as https://host:8443/path."
            ) from None
        return url

    def wrong(self, field: str, why: str, hint: str) -> ConfigError:
        """The error of a field that can't be used."""
        return ConfigError(f"The field {field!r} of the channel {self.name!r} can't be used: {why}.", hint)


class WebhookTable(_Table):
    """A signed webhook."""

    kind: Literal["webhook"]
    url: SecretStr
    secret: SecretStr


class SlackTable(_Table):
    """An incoming webhook of Slack or what takes the same."""

    kind: Literal["slack"]
    url: SecretStr


class MailTable(_Table):
    """E-mail."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    kind: Literal["mail"]
    host: str = Field(pattern=r"^[!-~]+$")
    security: Literal["starttls", "tls", "plain"] = "starttls"
    port: int | None = Field(default=None, ge=1, le=65535)
    user: str | None = None
    password: SecretStr | None = None
    sender: str = Field(alias="from")
    to: tuple[str, ...] = Field(min_length=1)

    @field_validator("sender", "to")
    @classmethod
    def _mailboxes(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for one in (value,) if isinstance(value, str) else value:
            if not re.fullmatch(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(\.[\w-]+)*", one, re.ASCII):
                raise ValueError("not an address such as team@example.com")
        return value

    @model_validator(mode="after")
    def _sign_in(self) -> MailTable:
        if (self.user is None) != (self.password is None):
            raise ValueError("a user and a password belong together")
        if self.user is not None and self.security == "plain":
            raise ValueError("a password is sent over starttls or tls only")
        return self

    @property
    def service(self) -> int:
        """The port, as given or as usual."""
        return self.port or _PORTS[self.security]


class FileTable(_Table):
    """JSON lines in a file; a path that is not absolute lies in the home."""

    kind: Literal["file"]
    path: Path

    @field_validator("path")
    @classmethod
    def _lines(cls, value: Path) -> Path:
        if value.suffix != ".jsonl":  # not the database, and no file of a run
            raise ValueError("not the name of a file of JSON lines such as told.jsonl")
        return value


Table = Annotated[WebhookTable | SlackTable | MailTable | FileTable, Field(discriminator="kind")]


def _parsed(value: Any) -> Any:
    """An environment variable holds the tables as JSON."""
    try:
        found = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError("not a JSON array of tables") from None
    if not isinstance(found, list | tuple):
        raise ValueError("not tables [[deliver]], or a JSON array of them")  # noqa: TRY004 - pydantic wants this one
    return found


Tables = Annotated[tuple[Table, ...], BeforeValidator(_parsed)]


def unlike(tables: tuple[Table, ...]) -> tuple[Table, ...]:
    """The tables, if no two have the same name. Raises ValueError."""
    names = [table.name for table in tables]
    if len(set(names)) < len(names):
        raise ValueError("two channels have the same name")
    return tables
