"""Text to token ids, by a model folder's `tokenizer.json`.

Owns what holds for every model: text is composed (NFC) and joiners dropped, so that equal text has equal tokens; long
texts are cut at the model's window; and a control token spelled out in a text (`</s>`) stays text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from voc.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

JOINERS = re.compile("[\u034f\u200d\u2060]")
SURROGATES = re.compile("[\ud800-\udfff]")
"""Halves of characters, left over by broken decoding; no tokenizer takes them."""
CHUNK = 2048
"""Texts that are tokenised at a time: enough for all cores, little memory."""


class Tokens:
    """The tokenizer of one model. Thread-safe once made."""

    def __init__(self, folder: Path, *, max_tokens: int, lowercase: bool = False) -> None:
        """Read `folder/tokenizer.json`. Raises ModelError where there is none or it can't be read."""
        from tokenizers import Tokenizer

        path = folder / "tokenizer.json"
        if not path.is_file():
            raise ModelError(
                f"{folder.name} has no tokenizer.json.",
                "Save it anew: AutoTokenizer.from_pretrained(folder, use_fast=True).save_pretrained(folder).",
            )
        try:
            tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # the library raises bare Exception
            raise ModelError(f"tokenizer.json of {folder.name} can't be read.", "Fetch the model again.") from error
        tokenizer.encode_special_tokens = True
        tokenizer.no_padding()
        tokenizer.enable_truncation(max_length=max_tokens)
        self._tokenizer = tokenizer
        self._lowercase = lowercase
        added = tokenizer.get_added_tokens_decoder()
        self._control = [number for number, token in added.items() if token.special]
        self._unknown = next((number for number, token in added.items() if token.content in ("<unk>", "[UNK]")), 0)

    def ids(self, texts: Sequence[str]) -> Iterator[NDArray[np.int32]]:
        """int32 (tokens,) of each text, in order; begin and end tokens included."""
        for start in range(0, len(texts), CHUNK):
            part = texts[start : start + CHUNK]
            yield from self._chunk([text.lower() for text in part] if self._lowercase else part)

    def _chunk(self, texts: Iterable[str]) -> Iterator[NDArray[np.int32]]:
        """All texts of a chunk as one array, cut at the end: work done text by text would keep a GPU waiting."""
        import numpy as np

        found = self._tokenizer.encode_batch_fast(list(texts))
        ids = np.array([number for encoding in found for number in encoding.ids], dtype=np.int32)
        suspects = np.flatnonzero(np.isin(ids, self._control))
        bounds = np.cumsum([len(encoding) for encoding in found])
        # Each text has its own begin and end token; a control token more than these was spelled out in the text.
        if len(suspects):
            special = np.array([mark for encoding in found for mark in encoding.special_tokens_mask], dtype=bool)
            ids[suspects[~special[suspects]]] = self._unknown
        yield from np.split(ids, bounds[:-1]) if found else ()


def composed(text: str) -> str:
    """The form in which a model reads a text: joiners dropped, then NFC (Unicode Standard Annex 15)."""
    if text.isascii():
        return text
    whole = SURROGATES.sub("\ufffd", text)
    return unicodedata.normalize("NFC", JOINERS.sub("", whole))
