"""Messages as JSON lines in a file, for whatever reads files."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

from voc.deliver.payload import payload
from voc.delivery import Delivery, Message


class Lines:
    """`Channel` that appends a line a message: on the disk when `send` answers, readable by its owner only."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, message: Message, *, at: datetime) -> Delivery:
        del at
        line = json.dumps({"id": message.message_id, **payload(message)}, ensure_ascii=False).encode() + b"\n"
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._append(line)
        except OSError as error:
            return Delivery(f"os_{error.errno}")
        return Delivery()

    def _append(self, line: bytes) -> None:
        file = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            size = os.fstat(file).st_size
            if size and os.pread(file, 1, size - 1) != b"\n":
                line = b"\n" + line  # a line that a crash has torn ends here
            while line:
                line = line[os.write(file, line) :]
            os.fsync(file)
        finally:
            os.close(file)
