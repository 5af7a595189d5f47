"""Writes `models/tokenizers/nmt_nfkc.charsmap`: sentencepiece's nmt_nfkc rule, taken from a throwaway model.

The rule is compiled into sentencepiece (Apache-2.0); training any model with it writes the compiled map into the model
file. Needs `pip install sentencepiece`; the file that ships was made with 0.2.3.

    python scripts/extract_charsmap.py models/tokenizers/nmt_nfkc.charsmap
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

NORMALIZER_SPEC, CHARSMAP = 3, 2
"""Field numbers in sentencepiece_model.proto: ModelProto.normalizer_spec, NormalizerSpec.precompiled_charsmap."""


def charsmap() -> bytes:
    """The compiled map as sentencepiece writes it."""
    import sentencepiece

    model = io.BytesIO()
    sentences = ["the quick brown fox jumps over the lazy dog"] * 50
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(sentences),
        model_writer=model,
        vocab_size=31,
        model_type="char",
        hard_vocab_limit=False,
        normalization_rule_name="nmt_nfkc",
        minloglevel=2,
    )
    return dict(fields(dict(fields(model.getvalue()))[NORMALIZER_SPEC]))[CHARSMAP]


def fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """(number, content) of the length-delimited fields of a protocol buffer message; others are skipped."""
    at = 0
    while at < len(message):
        key, at = varint(message, at)
        number, wire = key >> 3, key & 7
        if wire == 2:
            length, at = varint(message, at)
            yield number, message[at : at + length]
            at += length
        elif wire == 0:
            _, at = varint(message, at)
        else:
            at += 8 if wire == 1 else 4


def varint(message: bytes, at: int) -> tuple[int, int]:
    """A base-128 number and where the next thing begins."""
    value, shift = 0, 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(charsmap())
