"""Which models there are, where they come from, and where they lie on this machine.

Start with `resolve` (a name, a path or a hub id → its card) and `materialise` (card → folder that torch and
sentence-transformers load). Loads no model; that is `voc.engines`.
"""

from __future__ import annotations

from voc.catalog.cache import branch_file, default_cache, list_models, materialise, model_hash, vector_hash, verify
from voc.catalog.registry import complete, default_model, resolve

__all__ = [
    "branch_file",
    "complete",
    "default_cache",
    "default_model",
    "list_models",
    "materialise",
    "model_hash",
    "resolve",
    "vector_hash",
    "verify",
]
