"""Model cards: from `models/registry.toml`, from a folder on disk, or from a hub id.

Owns what a name means. Reads no weights and touches no cache.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import fields, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from voc.errors import ModelError, ModelMissing, UsageError
from voc.ports import ModelCard

HUB = "hub:"
HUB_ID = re.compile(r"(?P<id>[\w.-]+/[\w.-]+)(?:@(?P<revision>[\w./-]+))?")
MOVING = frozenset({"main", "master", "HEAD"})
"""Names of branches: what they stand for changes, and with it every vector."""
E5 = re.compile(r"(^|[-_/])e5[-_](?!.*instruct)", re.IGNORECASE)
"""The E5 family was trained with "query: " and "passage: " (Wang et al. 2022, arXiv:2212.03533); its hub folders do not
say so. Its instruct models want another form and are left alone."""


def default_model() -> str:
    """The name of the model that is used unless another is asked for."""
    return str(_registry()["default"])


def cards() -> list[ModelCard]:
    """Every model of the registry, in its order."""
    known = {field.name for field in fields(ModelCard)}
    found = []
    for name, entry in _registry()["models"].items():
        values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()
        }
        if unknown := values.keys() - known:
            raise ModelError(f"The registry entry {name} has unknown fields: {', '.join(sorted(unknown))}.")
        found.append(ModelCard(name=name, **values))
    return found


def resolve(name: str | Path) -> ModelCard:
    """The card of a registry name, of a sentence-transformers folder by path, or of `hub:org/name@revision`.

    The card of a folder or hub model is a sketch until `complete` has seen its files. Raises ModelMissing where nothing
    has that name, UsageError for a hub id that does not pin its revision.
    """
    text = str(name)
    if text.startswith(HUB):
        return _hub_card(text)
    by_name = {card.name: card for card in cards()}
    if text in by_name:
        return by_name[text]
    path = Path(text).expanduser()
    if path.is_dir():
        folder = path.resolve()
        sketch = _sketch(name=folder.name, kind="folder", source=str(folder))
        return complete(sketch, folder)
    raise ModelMissing(
        f"There is no model called {text}, nor a folder of that name.",
        f"Known models: {', '.join(by_name)}. Other doors: the path of a folder, or hub:org/name@revision.",
    )


def complete(card: ModelCard, folder: Path) -> ModelCard:
    """Fill in what only the files know: width, window, prefixes. Cards of the registry are complete already."""
    if card.dim:
        return card
    config = read_json(folder / "config.json")
    if not config or not (folder / "model.safetensors").is_file():
        raise ModelError(
            f"{folder.name} is not a model folder voc can load: it needs config.json and model.safetensors.",
            "Save it with sentence-transformers (safetensors, one file); pickled weights are not loaded.",
        )
    query, passage = _prefixes(card, read_json(folder / "config_sentence_transformers.json"))
    window = read_json(folder / "sentence_bert_config.json").get("max_seq_length")
    return replace(
        card,
        dim=int(config["hidden_size"]),
        max_tokens=int(window or _window(config)),
        query_prefix=query,
        passage_prefix=passage,
    )


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file; empty where the file is absent. Raises ModelError where it is not an object."""
    if not path.is_file():
        return {}
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ModelError(f"{path.name} of {path.parent.name} is not valid JSON.", "Fetch the model again.") from error
    if not isinstance(value, dict):
        raise ModelError(f"{path.name} of {path.parent.name} does not hold an object.", "Fetch the model again.")
    return value


def _registry() -> dict[str, Any]:
    return tomllib.loads((files("voc.models") / "registry.toml").read_text(encoding="utf-8"))


def _hub_card(text: str) -> ModelCard:
    match = HUB_ID.fullmatch(text.removeprefix(HUB))
    if match is None:
        raise UsageError(f"{text} is not a hub id.", "Write hub:org/name@revision.")
    revision = match["revision"]
    if revision is None or revision in MOVING:
        raise UsageError(
            f"{text} does not pin a revision, so its vectors could change under you.",
            "Write hub:org/name@ and the commit hash that the hub shows for the version you want.",
        )
    return _sketch(name=text.removeprefix(HUB), kind="hub", source=match["id"], revision=revision)


def _sketch(*, name: str, kind: str, source: str, revision: str | None = None) -> ModelCard:
    return ModelCard(
        name=name,
        kind=kind,
        source=source,
        dim=0,
        max_tokens=0,
        licence="see its folder",
        languages="see its folder",
        revision=revision,
    )


def _prefixes(card: ModelCard, config: dict[str, Any]) -> tuple[str, str]:
    prompts = config.get("prompts") or {}
    query = prompts.get("query", "")
    passage = next((prompts[key] for key in ("passage", "document", "corpus") if key in prompts), "")
    if not prompts and card.kind == "hub" and E5.search(card.source):
        return "query: ", "passage: "
    return query, passage


def _window(config: dict[str, Any]) -> int:
    """RoBERTa's first position is pad + 1, so two of its positions are never used."""
    positions = int(config.get("max_position_embeddings", 512))
    return positions - 2 if "roberta" in str(config.get("model_type")) else positions
