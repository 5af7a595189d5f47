"""The home on disk: rows in SQLite, runs as folders of files, a cache of encodings. Only `bootstrap` imports this."""

from voc.store.home import Home
from voc.store.opening import Stores, encoding_cache, open_store

__all__ = ["Home", "Stores", "encoding_cache", "open_store"]
