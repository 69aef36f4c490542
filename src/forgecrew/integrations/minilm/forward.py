"""The encoder on numpy alone: token numbers to unit vectors, the same as the reference to 3e-7."""

import json
import math
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from forgecrew.integrations.minilm.weights import read

Numbers = NDArray[np.float32]
Tokens = NDArray[np.int64]
FEW, STRIP = 40, 64
"""Up to so many tokens, a question mostly, 384 × STRIP weights are little enough to be multiplied as they lie."""


class NumpyEncoder:
    """Mean-pooled, normalised BERT. About 140 short texts a second on two cores; 130 MB of memory."""

    def __init__(self, folder: Path) -> None:
        config = cast("dict[str, Any]", json.loads((folder / "config.json").read_text()))
        self._heads = int(config["num_attention_heads"])
        self._eps = float(config["layer_norm_eps"])
        kept = read(folder / "model.safetensors")
        self._words = kept.pop("embeddings.word_embeddings.weight")  # half of all, and of it a text needs some rows
        weights = {name: value.astype(np.float32) for name, value in kept.items()}
        self._places = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
        self._norm = (weights["embeddings.LayerNorm.weight"], weights["embeddings.LayerNorm.bias"])
        self._layers = [_Layer(weights, number) for number in range(int(config["num_hidden_layers"]))]

    def encode(self, tokens: Tokens, mask: Tokens) -> Numbers:
        """One unit row per row of tokens (texts × length, padded with 0 where the mask is 0)."""
        kept = mask.astype(np.float32)
        pooled = np.einsum("btd,bt->bd", self.read(tokens, mask), kept) / kept.sum(1, keepdims=True)
        return pooled / np.linalg.norm(pooled, axis=1, keepdims=True)

    def read(self, tokens: Tokens, mask: Tokens) -> Numbers:
        """What every token means in its text: texts × length × width."""
        texts, length = tokens.shape
        kept = mask.astype(np.float32)
        hidden = _norm(self._words[tokens].astype(np.float32) + self._places[:length], *self._norm, self._eps)
        hidden = hidden.reshape(texts * length, -1)
        away = ((1.0 - kept) * np.float32(-1e9))[:, None, :, None]
        for layer in self._layers:
            hidden = layer.forward(hidden, away, self._heads, self._eps)
        return hidden.reshape(texts, length, -1)


class _Layer:
    def __init__(self, weights: dict[str, Numbers], number: int) -> None:
        def get(name: str) -> Numbers:
            return weights[f"encoder.layer.{number}.{name}"]

        def linear(*names: str) -> tuple[Numbers, Numbers]:
            matrix = np.concatenate([get(f"{name}.weight") for name in names])
            return np.ascontiguousarray(matrix.T), np.concatenate([get(f"{name}.bias") for name in names])

        def norm(name: str) -> tuple[Numbers, Numbers]:
            return get(f"{name}.LayerNorm.weight"), get(f"{name}.LayerNorm.bias")

        self._asked = linear("attention.self.query", "attention.self.key", "attention.self.value")
        self._out, self._out_norm = linear("attention.output.dense"), norm("attention.output")
        self._up, self._down, self._down_norm = linear("intermediate.dense"), linear("output.dense"), norm("output")

    def forward(self, hidden: Numbers, away: Numbers, heads: int, eps: float) -> Numbers:
        texts, length, width = away.shape[0], away.shape[2], hidden.shape[1]
        asked = (_times(hidden, self._asked[0]) + self._asked[1]).reshape(texts, length, 3, heads, width // heads)
        query, key, value = asked.transpose(2, 0, 3, 1, 4)
        # what heeds stands in columns, what is heeded in rows: numpy adds up short columns many times quicker than short rows
        heed = np.matmul(key, query.transpose(0, 1, 3, 2) * np.float32(1 / math.sqrt(width // heads)))
        heed += away
        heed -= heed.max(-2, keepdims=True)
        np.exp(heed, out=heed)
        heed /= heed.sum(-2, keepdims=True)
        seen = np.matmul(heed.transpose(0, 1, 3, 2), value).transpose(0, 2, 1, 3).reshape(texts * length, width)
        hidden = _norm(_times(seen, self._out[0]) + self._out[1] + hidden, *self._out_norm, eps)
        inner = _gelu(_times(hidden, self._up[0]) + self._up[1])
        return _norm(inner @ self._down[0] + self._down[1] + hidden, *self._down_norm, eps)


def _times(rows: Numbers, weights: Numbers) -> Numbers:
    """The product; of few rows strip by strip, as BLAS copies all weights before it multiplies more than 100³ at once."""
    if len(rows) > FEW or weights.shape[1] % STRIP:
        return rows @ weights
    found = np.empty((len(rows), weights.shape[1]), np.float32)
    np.matmul(rows, _strips(weights), out=_strips(found))
    return found


def _strips(table: Numbers) -> Numbers:
    """The same memory as strips × rows × STRIP."""
    return table.reshape(len(table), -1, STRIP).transpose(1, 0, 2)


def _norm(x: Numbers, weight: Numbers, bias: Numbers, eps: float) -> Numbers:
    x = x - x.mean(-1, keepdims=True)
    variance = np.einsum("...i,...i->...", x, x)[..., None] / np.float32(x.shape[-1])
    x *= 1 / np.sqrt(variance + np.float32(eps))
    x *= weight
    x += bias
    return x


def _gelu(x: Numbers) -> Numbers:
    """Exact GELU, max(x, 0) - |x| erfc(|x| / √2) / 2; erfc by Abramowitz and Stegun 7.1.26 (1.5e-7), as numpy has none."""
    far = np.abs(x)
    t = far * np.float32(0.3275911 * math.sqrt(0.5))
    t += np.float32(1)
    np.reciprocal(t, out=t)
    y = t * np.float32(1.061405429 / 2)
    for factor in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        y += np.float32(factor / 2)
        y *= t
    np.multiply(x, x, out=t)
    t *= np.float32(-0.5)
    y *= np.exp(t, out=t)
    y *= far
    np.maximum(x, np.float32(0), out=far)
    far -= y
    return far
