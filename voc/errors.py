"""Every error that voc raises on purpose.

    VocError                      1   anything that says what happened and what to do
    ├── UsageError                2   the command or the request is not well formed
    ├── ConfigError               3   a setting is wrong
    ├── ModelError                3   a model can't be used
    │   ├── ModelMissing              not in the cache and not to be had
    │   ├── ModelDamaged              its files do not match their checksums
    │   └── ModelMismatch             the home was built with another model
    ├── StoreError                3   the home can't be used
    │   ├── StoreLocked               another process holds the database too long
    │   ├── SchemaTooNew              written by a newer voc
    │   ├── StoreDamaged              a file of the home does not match its checksum
    │   └── DiskFull                  no space left, or no right to write
    ├── DeliveryFailed            3   a test message did not arrive
    ├── NoRun                     3   nothing has been published yet
    ├── InputError                4   a file can't be read at all
    │   └── RowsRejected              --strict was asked for and rows were rejected
    ├── NotFound                  4   no such item, theme, run, model or edit
    ├── Ambiguous                 4   an id that stands for several items
    └── RunLocked                 5   another run is at work on this home

The number is the exit code of the command line; `api.errors` maps the same tree to HTTP. Bad *data* is not an
error: it is a rejected row with a reason, counted and shown. No message ever carries a customer's words.
"""

from __future__ import annotations

from typing import ClassVar


class VocError(Exception):
    """One sentence about what happened, and a hint at what to do about it."""

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(VocError):
    """The caller asked for something that can't be asked for: an unknown option value, a malformed filter."""

    code = "usage"
    exit_code = 2


class ConfigError(VocError):
    """A setting has a value that can't work."""

    code = "config"
    exit_code = 3


class ModelError(VocError):
    """A model can't be used."""

    code = "model"
    exit_code = 3


class ModelMissing(ModelError):
    """The model is neither in the cache nor in an installed package, and no hub can be reached."""

    code = "model_missing"


class ModelDamaged(ModelError):
    """A model's file does not match its recorded checksum."""

    code = "model_damaged"


class ModelMismatch(ModelError):
    """The home's vectors come from another model than the one now active."""

    code = "model_mismatch"


class StoreError(VocError):
    """The home or its database can't be used."""

    code = "store"
    exit_code = 3


class StoreLocked(StoreError):
    """Another process has held the database for longer than we wait."""

    code = "store_locked"


class SchemaTooNew(StoreError):
    """The home was written by a newer version of voc."""

    code = "schema_too_new"


class StoreDamaged(StoreError):
    """A file of the home is missing or does not match its checksum."""

    code = "store_damaged"


class DiskFull(StoreError):
    """The disk has no space left, or the folder may not be written."""

    code = "disk_full"


class DeliveryFailed(VocError):
    """A test message did not arrive; messages that count are kept and tried again instead."""

    code = "delivery"
    exit_code = 3


class NoRun(VocError):
    """A question that needs a published run, asked before the first one."""

    code = "no_run"
    exit_code = 3


class InputError(VocError):
    """A file that can't be read as feedback at all: missing, empty, binary, without a text column."""

    code = "input"
    exit_code = 4


class RowsRejected(InputError):
    """Rows were rejected and `--strict` makes that an error."""

    code = "rows_rejected"


class NotFound(VocError):
    """No item, theme, run, model or edit has this id."""

    code = "not_found"
    exit_code = 4


class Ambiguous(VocError):
    """The caller's own id stands for several items; a source decides between them."""

    code = "ambiguous"
    exit_code = 4


class RunLocked(VocError):
    """Another run holds the home's lock."""

    code = "run_locked"
    exit_code = 5
