"""Both encoders on a small model with random weights: they agree, and padding changes nothing."""

import json
from pathlib import Path

import numpy as np
import pytest

from forgecrew.integrations.minilm.forward import NumpyEncoder
from forgecrew.integrations.minilm.weights import halve, read, write

HEADS, LAYERS, WORDS = 3, 2, 40


@pytest.fixture(params=[12, 192], ids=["narrow", "wide"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    random, width = np.random.default_rng(4), int(request.param)
    made: dict[str, np.ndarray] = {}

    def linear(name: str, inside: int, outside: int) -> None:
        made[f"{name}.weight"] = random.standard_normal((outside, inside)).astype(np.float32)
        made[f"{name}.bias"] = random.standard_normal(outside).astype(np.float32)

    def norm(name: str) -> None:
        made[f"{name}.LayerNorm.weight"] = random.standard_normal(width).astype(np.float32)
        made[f"{name}.LayerNorm.bias"] = random.standard_normal(width).astype(np.float32)

    for name, count in (("word", WORDS), ("position", 16), ("token_type", 2)):
        made[f"embeddings.{name}_embeddings.weight"] = random.standard_normal((count, width)).astype(np.float32)
    norm("embeddings")
    for layer in range(LAYERS):
        start = f"encoder.layer.{layer}"
        for name in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
            linear(f"{start}.{name}", width, width)
        linear(f"{start}.intermediate.dense", width, 4 * width)
        linear(f"{start}.output.dense", 4 * width, width)
        norm(f"{start}.attention.output")
        norm(f"{start}.output")
    write(tmp_path / "model.safetensors", made)
    config = {"num_attention_heads": HEADS, "hidden_size": width, "num_hidden_layers": LAYERS, "layer_norm_eps": 1e-12}
    (tmp_path / "config.json").write_text(json.dumps(config))
    return tmp_path


TOKENS = np.array([[3, 7, 9, 0, 0], [5, 1, 2, 30, 39]])
MASK = np.array([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]])


def test_padding_changes_nothing(folder: Path) -> None:
    encoder = NumpyEncoder(folder)
    both = encoder.encode(TOKENS, MASK)
    alone = encoder.encode(TOKENS[:1, :3], MASK[:1, :3])
    assert np.allclose(both[0], alone[0], atol=1e-5)
    assert np.allclose(np.linalg.norm(both, axis=1), 1, atol=1e-5)
    assert abs(float(both[0] @ both[1])) < 0.999


def test_one_text_gives_the_same_as_among_many(folder: Path) -> None:
    encoder = NumpyEncoder(folder)
    many, one = encoder.encode(np.tile(TOKENS, (9, 1)), np.tile(MASK, (9, 1))), encoder.encode(TOKENS[1:], MASK[1:])
    assert np.allclose(many[1::2], one[0], atol=1e-5), "few tokens go through the layers in strips"


def test_half_the_disk_gives_nearly_the_same_vectors(folder: Path) -> None:
    whole, file = NumpyEncoder(folder).encode(TOKENS, MASK), folder / "model.safetensors"
    before = {name: one.copy() for name, one in read(file).items()}
    size = file.stat().st_size
    halve(file)
    assert size * 0.45 < file.stat().st_size < size * 0.75, "the head of so small a file counts too"
    assert all(
        one.dtype == np.float16 and np.allclose(one, before[name], rtol=1e-3, atol=1e-6) for name, one in read(file).items()
    )
    assert np.allclose(NumpyEncoder(folder).encode(TOKENS, MASK), whole, atol=5e-3)


def test_the_graph_gives_the_same_vectors(folder: Path) -> None:
    pytest.importorskip("onnxruntime", reason="the extra `fast` is not installed")
    pytest.importorskip("onnx", reason="the extra `fast` is not installed")
    from forgecrew.integrations.minilm.graph import build
    from forgecrew.integrations.minilm.graph_run import GraphEncoder

    build(folder, folder / "model.onnx")
    assert np.allclose(
        GraphEncoder(folder / "model.onnx").encode(TOKENS, MASK), NumpyEncoder(folder).encode(TOKENS, MASK), atol=1e-4
    )
