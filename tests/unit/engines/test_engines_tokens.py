from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.engines.tokens import Tokens, composed
from voc.errors import ModelError

tokenizers = pytest.importorskip("tokenizers")


@pytest.fixture
def folder(tmp_path):
    """A word tokenizer whose vocabulary can spell its own control tokens."""
    words = {"<s>": 0, "</s>": 1, "<unk>": 2, "late": 3, "parcel": 4, "Late": 5}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token="<unk>"))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = tokenizers.processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 1)]
    )
    tokenizer.add_special_tokens(["<s>", "</s>", "<unk>"])
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    return tmp_path


def ids(folder, *texts, **options):
    return [row.tolist() for row in Tokens(folder, **{"max_tokens": 8, **options}).ids(texts)]


def test_each_text_gets_its_begin_and_end(folder):
    assert ids(folder, "late parcel", "") == [[0, 3, 4, 1], [0, 1]]


def test_a_control_token_spelled_out_in_a_text_is_unknown_text(folder):
    assert ids(folder, "late </s> parcel") == [[0, 3, 2, 4, 1]]


def test_a_long_text_is_cut_at_the_window_and_keeps_its_end(folder):
    assert ids(folder, "late " * 50) == [[0, 3, 3, 3, 3, 3, 3, 1]]


def test_a_model_of_lower_case_gets_lower_case(folder):
    assert ids(folder, "Late", lowercase=True) == [[0, 3, 1]]
    assert ids(folder, "Late") == [[0, 5, 1]]


def test_a_folder_without_a_tokenizer_is_a_model_error(tmp_path):
    with pytest.raises(ModelError):
        Tokens(tmp_path, max_tokens=8)


def test_a_tokenizer_that_is_no_tokenizer_is_a_model_error(tmp_path):
    (tmp_path / "tokenizer.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError):
        Tokens(tmp_path, max_tokens=8)


@given(st.text())
def test_composing_twice_is_composing_once(text):
    assert composed(composed(text)) == composed(text)


@given(st.text(alphabet=st.characters(exclude_characters="\u034f\u200d\u2060", exclude_categories=["Cs"])))
def test_decomposed_text_reads_as_composed_text(text):
    assert composed(unicodedata.normalize("NFD", text)) == unicodedata.normalize("NFC", text)


@given(st.text())
def test_joiners_leave_no_trace(text):
    assert composed("\u200d".join(text)) == composed(text)


def test_half_a_character_becomes_a_replacement_mark():
    assert composed("broken \ud83d text") == "broken \ufffd text"
