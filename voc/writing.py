"""Files that appear under their name only when they are whole: written beside it, then renamed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from voc.errors import DiskFull


@contextmanager
def whole_file(out: Path) -> Iterator[Path]:
    """Yields the path to write to; renames it to `out` if the block ends well. Raises DiskFull."""
    part = out.with_name(f".{out.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        yield part
        part.replace(out)
    except OSError as error:
        raise DiskFull(f"{out} can't be written: {error.strerror}.", "Choose another place or make room.") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
