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
TIMEOUT_S = 10.0
UNWANTED = ("onnx/*", "openvino/*", "*.bin", "*.py", "*.pt", "*.h5", "*.msgpack")


def snapshot(card: ModelCard, cache: Path) -> Path:
    """The local folder of `card.source` at `card.revision`, downloaded if need be. Raises ModelMissing."""
    found = local_snapshot(card, cache)
    if found is not None:
        return found
    try:
        from huggingface_hub import HfApi, snapshot_download
    except ImportError as error:
        raise ModelMissing("Fetching a model from the hub needs huggingface_hub.", 'pip install "voc[hub]"') from error
    try:
        # Asked first, because it fails at once where there is no network; the download would retry for half a minute.
        HfApi().model_info(card.source, revision=card.revision, timeout=TIMEOUT_S)
        folder = Path(snapshot_download(**_request(card), cache_dir=cache / "hub"))
    except Exception as error:  # the library raises its transport's errors too
        raise _missing(card, cache, f"the hub can't be reached or does not have it ({type(error).__name__})") from error
    if not _is_model(folder):
        raise _missing(card, cache, "the hub has no config.json and model.safetensors for it")
    return folder


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
        if _is_model(folder):
            return folder
    return None


def _is_model(folder: Path) -> bool:
    return (folder / "config.json").is_file() and (folder / "model.safetensors").is_file()


def _missing(card: ModelCard, cache: Path, why: str) -> ModelMissing:
    copied = f"models--{card.source.replace('/', '--')}"
    return ModelMissing(
        f"The model {card.source} at revision {card.revision} is not on this machine, and {why}.",
        f"With a network: voc models pull hub:{card.name}. Without one: copy the folder {copied} from the hub cache of "
        f"another machine into {cache / 'hub'}.",
    )


def _request(card: ModelCard) -> dict[str, Any]:
    return {
        "repo_id": card.source,
        "revision": card.revision,
        "allow_patterns": list(WANTED),
        "ignore_patterns": list(UNWANTED),
    }
