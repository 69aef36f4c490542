"""MiniLM as an embedder: loaded and checked once, then texts to vectors in a thread beside the event loop."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from forgecrew.core.errors import ConfigError
from forgecrew.integrations.minilm.files import DIMENSION, GRAPH, INSTALL, MODEL_ID, TOKENS_MAX, check
from forgecrew.integrations.minilm.selfcheck import self_check
from forgecrew.ports.embedder import Embedder, EmbedderProfile, EmbedderSettings, Vectors

BATCH = 32
"""Texts encoded at once, of like length, so that little is padded."""


class _Encoder(Protocol):
    def encode(self, tokens: NDArray[np.int64], mask: NDArray[np.int64]) -> Vectors: ...


def connect(settings: EmbedderSettings) -> Embedder:
    """The model in `settings.folder`, as `forgecrew models install` puts it there (nothing is read yet)."""
    return MiniLM(settings.folder)


class MiniLM:
    """See ports/embedder.py."""

    def __init__(self, folder: Path, *, graph: bool = True) -> None:
        self._folder, self._graph = folder, graph
        self._encode: Callable[[Sequence[str]], Vectors] | None = None
        self._one_at_a_time = asyncio.Lock()

    async def profile(self) -> EmbedderProfile:
        """Loads the model; ConfigError when it is absent, damaged or gives wrong vectors."""
        async with self._one_at_a_time:
            await self._loaded()
        return EmbedderProfile(MODEL_ID, DIMENSION, TOKENS_MAX)

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Queries are treated as all texts are: this model knows no difference."""
        async with self._one_at_a_time:
            encode = await self._loaded()
            return await asyncio.to_thread(encode, list(texts))

    async def close(self) -> None:
        """Let the weights go; they are loaded again when asked."""
        self._encode = None

    async def _loaded(self) -> Callable[[Sequence[str]], Vectors]:
        if self._encode is None:
            self._encode = await asyncio.to_thread(load, self._folder, graph=self._graph)
        return self._encode


def load(folder: Path, *, graph: bool = True) -> Callable[[Sequence[str]], Vectors]:
    """The checked model as a plain function of texts; `graph` lets it run on onnxruntime where that is there."""
    check(folder)
    try:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except ImportError as error:
        raise ConfigError(f"the Python package `tokenizers` does not load ({error}); install forgecrew again") from error
    tokenizer.enable_truncation(TOKENS_MAX)  # pyright: ignore[reportUnknownMemberType]
    tokenizer.no_padding()
    encoder = _encoder(folder, graph)

    def encode(texts: Sequence[str]) -> Vectors:
        numbers = [one.ids for one in tokenizer.encode_batch(list(texts))]
        return _in_batches(encoder, numbers)

    self_check(encode)
    return encode


def _encoder(folder: Path, graph: bool) -> _Encoder:
    if graph and (folder / GRAPH).is_file():
        from forgecrew.integrations.minilm.graph_run import GraphEncoder

        try:
            return GraphEncoder(folder / GRAPH)
        except ImportError:
            pass  # the extra was taken away again: numpy gives the same vectors
        except Exception as error:  # onnxruntime has its own errors for a damaged file, and they are not public
            raise ConfigError(f"{folder / GRAPH} does not load ({type(error).__name__}); {INSTALL}") from error
    from forgecrew.integrations.minilm.forward import NumpyEncoder

    return NumpyEncoder(folder)


def _in_batches(encoder: _Encoder, numbers: list[list[int]]) -> Vectors:
    by_length = sorted(range(len(numbers)), key=lambda place: len(numbers[place]))
    found = np.empty((len(numbers), DIMENSION), np.float32)
    for start in range(0, len(by_length), BATCH):
        chosen = by_length[start : start + BATCH]
        tokens = np.zeros((len(chosen), len(numbers[chosen[-1]])), np.int64)
        mask = np.zeros_like(tokens)
        for row, place in enumerate(chosen):
            tokens[row, : len(numbers[place])] = numbers[place]
            mask[row, : len(numbers[place])] = 1
        found[chosen] = encoder.encode(tokens, mask)
    return found
