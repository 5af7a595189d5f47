"""voc: a self-hosted voice-of-customer engine.

from voc import Engine

engine = Engine("voc-data")
engine.run(["reviews.csv"], map=["text=body"])
for hit in engine.search("can't pay with saved card"):
    print(hit.score, hit.text)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voc.engine import Engine

__all__ = ["Engine"]


def __getattr__(name: str) -> object:
    # Engine loads on first use, so that `import voc` costs nothing.
    if name == "Engine":
        from voc.engine import Engine

        return Engine
    raise AttributeError(f"module 'voc' has no attribute {name!r}")
