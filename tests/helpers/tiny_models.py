"""Tiny made-up models as folders, shared by the tests of the engines."""

from __future__ import annotations

import json

import torch
import transformers

from voc.engines import device
from voc.ports import ModelCard

LETTERS = "abcdefghijklmnopqrstuvwxyz"
TEXTS = ["late", "late parcel again", "refund", "b" * 5, "", "a much longer complaint about the same parcel"]
CPU = device.choose("cpu", "fp32")


def tiny_config(family: str):
    sizes = {
        "vocab_size": 40,
        "hidden_size": 32,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "intermediate_size": 64,
        "max_position_embeddings": 66,
        "pad_token_id": 1,
    }
    if family == "distilbert":
        return transformers.DistilBertConfig(
            vocab_size=40, dim=32, n_layers=3, n_heads=4, hidden_dim=64, pad_token_id=1
        )
    return {"bert": transformers.BertConfig, "xlm-roberta": transformers.XLMRobertaConfig}[family](**sizes)


def tiny_folder(path, family: str = "bert", pooling: str = "mean"):
    import tokenizers

    torch.manual_seed(7)
    model = transformers.AutoModel.from_config(tiny_config(family)).eval()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "LayerNorm" not in name:
                weight.normal_(std=0.3)
    model.save_pretrained(path, safe_serialization=True)
    words = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3} | {letter: 4 + i for i, letter in enumerate(LETTERS)}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token="<unk>"))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Split("", "isolated")
    tokenizer.post_processor = tokenizers.processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.save(str(path / "tokenizer.json"))
    (path / "1_Pooling").mkdir()
    flags = {"pooling_mode_mean_tokens": pooling == "mean", "pooling_mode_cls_token": pooling == "cls"}
    (path / "1_Pooling" / "config.json").write_text(json.dumps(flags), encoding="utf-8")
    return path


def card(**changes) -> ModelCard:
    values = {
        "name": "tiny",
        "kind": "folder",
        "source": "",
        "dim": 32,
        "max_tokens": 60,
        "licence": "",
        "languages": "",
    }
    return ModelCard(**{**values, "feature_layers": (1, 3), **changes})
