"""Nearest neighbours by inner product: FAISS for runs, plain numpy for the few live rows and as a reference."""

from voc.index.faiss_index import build_index, open_index
from voc.index.flat import FlatIndex

__all__ = ["FlatIndex", "build_index", "open_index"]
