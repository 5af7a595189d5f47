"""Where a model runs and in which numbers: device, dtype, threads. Decides only; loads nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from voc.errors import ConfigError, UsageError

if TYPE_CHECKING:
    import torch

CPUINFO = Path("/proc/cpuinfo")
BF16_FLAGS = frozenset({"avx512_bf16", "amx_bf16", "bf16"})
"""CPU flags that stand for bfloat16 matrix products in hardware (x86 and Arm); without them bfloat16 is emulated."""
DTYPES = {"bf16": "bfloat16", "bfloat16": "bfloat16", "fp32": "float32", "float32": "float32"}
QUANTUM = 64
"""Rows of tokens are padded to a multiple of this: see docs/decisions/0002-canonical-batches.md."""
GPU_TILE = 4096
"""Rows of every matrix product on a GPU, whose libraries choose their kernel by the number of rows."""
LANES = 16
"""Elements that a vectorised loop takes at a time, at most, on the CPUs we know (AVX-512, float32)."""


@dataclass(frozen=True, slots=True)
class Place:
    """A device and a dtype that exist on this machine."""

    device: torch.device
    dtype: torch.dtype


def choose(device: str = "auto", dtype: str = "auto") -> Place:
    """Pick CUDA, then MPS, then CPU; bfloat16 where the hardware multiplies in it, else float32.

    Raises UsageError for a name that means nothing and ConfigError for hardware that is not there.
    """
    import torch

    chosen = _device(device)
    if dtype == "auto":
        return Place(chosen, torch.bfloat16 if _has_bf16(chosen) else torch.float32)
    if dtype not in DTYPES:
        raise UsageError(f"There is no dtype {dtype}.", "Use auto, bf16 or fp32.")
    return Place(chosen, getattr(torch, DTYPES[dtype]))


def canonical_threads(threads: int, width: int) -> int:
    """The largest number of threads, at most `threads`, that does not change a bit of the result.

    Element-wise loops are cut into one stretch a thread. Where a stretch does not hold whole vectors, its last elements
    are computed by scalar code, whose exponential and error function differ in the last bit. A stretch of `QUANTUM`
    rows of `width` elements, shared by this many threads, holds whole vectors.
    """
    return max(t for t in range(1, max(threads, 1) + 1) if (QUANTUM * width) % (LANES * t) == 0)


def default_threads(device: torch.device) -> int:
    """Physical cores on a CPU; beside a GPU, threads do little."""
    import torch

    return torch.get_num_threads() if device.type == "cpu" else min(4, torch.get_num_threads())


def padded_rows(tokens: int, tile: int | None) -> int:
    """Rows that `tokens` tokens take."""
    unit = tile or QUANTUM
    return unit * math.ceil(tokens / unit)


def _device(name: str) -> torch.device:
    import torch

    if name == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError:
        device = None
    if device is None or device.type not in ("cpu", "cuda", "mps"):
        raise UsageError(f"There is no device {name}.", "Use auto, cpu, cuda, cuda:N or mps.")
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}[device.type]
    if not there or (device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count()):
        raise ConfigError(f"The device {name} is not on this machine.", "Use --device auto.")
    return device


def _has_bf16(device: torch.device) -> bool:
    import torch

    if device.type == "cuda":
        return torch.cuda.get_device_capability(device) >= (8, 0)
    if device.type == "mps":
        return False
    try:
        lines = CPUINFO.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    flags = next((line for line in lines if line.lower().startswith(("flags", "features"))), "")
    return not BF16_FLAGS.isdisjoint(flags.split())
