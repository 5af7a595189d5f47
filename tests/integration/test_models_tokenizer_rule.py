"""The tokenizer rule that ships is the one that sentencepiece has compiled in."""

from __future__ import annotations

import runpy
from importlib.resources import files
from pathlib import Path

import pytest


def test_the_charsmap_that_ships_is_sentencepiece_s_own():
    pytest.importorskip("sentencepiece", reason="needs sentencepiece, which nothing else needs")
    script = runpy.run_path(str(Path(__file__).parents[2] / "scripts" / "extract_charsmap.py"))
    assert script["charsmap"]() == (files("voc.models") / "tokenizers" / "nmt_nfkc.charsmap").read_bytes()
