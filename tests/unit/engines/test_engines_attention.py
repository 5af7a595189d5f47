"""Attention over packs: one call for all texts gives what a call for each length gives, and is refused if it does not."""

from __future__ import annotations

import pytest
import torch

from voc.engines.attention import TRIED, Packed, attention_on, by_stretch, keeps_promises
from voc.engines.packs import Stretch

HEADS, WIDTH = 3, 8
CPU = torch.device("cpu")


def text_by_text(q, k, v, bounds, longest):
    """What the kernel of a GPU promises, slowly."""
    parts = []
    for start, stop in zip(bounds.tolist(), bounds.tolist()[1:], strict=False):
        assert stop - start <= longest
        own = [x[start:stop].transpose(0, 1) for x in (q, k, v)]
        parts.append(torch.nn.functional.scaled_dot_product_attention(*own).transpose(0, 1))
    return torch.cat(parts)


def made(rows: int) -> torch.Tensor:
    return torch.randn((rows, 3 * HEADS * WIDTH), generator=torch.Generator().manual_seed(1))


def test_all_texts_at_once_are_what_they_are_by_length():
    tokens = sum(stretch.tokens for stretch in TRIED)
    qkv = made(tokens + 5)
    packed = Packed(text_by_text)
    for _ in range(2):
        torch.testing.assert_close(packed(qkv, TRIED, HEADS), by_stretch(qkv, TRIED, HEADS))
    assert not packed(qkv, TRIED, HEADS)[tokens:].any()


def test_bounds_are_made_anew_for_another_pack():
    packed = Packed(text_by_text)
    for stretches in ((Stretch(2, 3),), (Stretch(1, 2), Stretch(1, 4)), (Stretch(2, 3),)):
        torch.testing.assert_close(packed(made(6), stretches, HEADS), by_stretch(made(6), stretches, HEADS))


def one_text_too_far(q, k, v, bounds, longest):
    """Texts see one another."""
    return text_by_text(q, k, v, bounds[[0, -1]], len(q))


def louder_in_company(q, k, v, bounds, longest):
    """A text's last bits depend on how many others there are."""
    return text_by_text(q, k, v, bounds, longest) * (1 + 1e-6 * (len(bounds) > 2))


def not_there(*_):
    raise RuntimeError("no kernel image is available for execution on the device")


@pytest.mark.parametrize(
    ("kernel", "kept"),
    [(text_by_text, True), (one_text_too_far, False), (louder_in_company, False), (not_there, False)],
)
def test_a_kernel_has_to_prove_itself(kernel, kept):
    assert keeps_promises(Packed(kernel), CPU, torch.float32, heads=HEADS, width=WIDTH) == kept


def test_a_cpu_goes_by_length():
    assert attention_on(CPU, torch.float32, HEADS, WIDTH) is by_stretch
