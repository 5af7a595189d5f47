"""The hub door: a model by `org/name` and pinned revision, from a local copy first and from the network second.

Fetches safetensors, tokenizer and configuration only: never pickled weights, never code. Local copies are sought in the
model cache (`VOC_CACHE/hub`) and in the hub library's own cache, so that a machine without network can be given either.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from voc.errors import ModelMissing
from voc.ports import ModelCard

WANTED = ("*.json", "*.txt", "*.model", "model.safetensors", "*/config.json", "*/model.safetensors")
UNWANTED = ("onnx/*", "openvino/*", "*.bin", "*.py", "*.pt", "*.h5", "*.msgpack")


def snapshot(card: ModelCard, cache: Path) -> Path:
    """The local folder of `card.source` at `card.revision`, downloaded if need be. Raises ModelMissing."""
    found = local_snapshot(card, cache)
    if found is not None:
        return found
    try:
        from huggingface_hub import snapshot_download
    except ImportError as error:
        raise ModelMissing("Fetching a model from the hub needs huggingface_hub.", 'pip install "voc[hub]"') from error
    try:
        return Path(snapshot_download(**_request(card), cache_dir=cache / "hub"))
    except Exception as error:  # the library raises its transport's errors too: requests, httpx, sockets
        raise ModelMissing(
            f"The model {card.source} at revision {card.revision} is not on this machine, and the hub can't be reached "
            f"or does not have it ({type(error).__name__}).",
            f"With a network: voc models pull hub:{card.name}. Without one: copy the hub cache folder "
            f"models--{card.source.replace('/', '--')} from another machine into {cache / 'hub'}.",
        ) from error


def local_snapshot(card: ModelCard, cache: Path) -> Path | None:
    """The folder where it is here already, without asking the network; None where it is not, or only in part."""
    try:
        from huggingface_hub import snapshot_download
    except ImportError:
        return None
    for place in (cache / "hub", None):
        try:
            folder = Path(snapshot_download(**_request(card), cache_dir=place, local_files_only=True))
        except Exception:  # noqa: BLE001, S112 - whatever is wrong with a copy, the next place is asked
            continue
        if (folder / "config.json").is_file() and (folder / "model.safetensors").is_file():
            return folder
    return None


def _request(card: ModelCard) -> dict[str, Any]:
    return {
        "repo_id": card.source,
        "revision": card.revision,
        "allow_patterns": list(WANTED),
        "ignore_patterns": list(UNWANTED),
    }
