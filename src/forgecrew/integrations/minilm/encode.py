"""The checked model as functions of texts: vectors of whole texts, and of their telling words."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from forgecrew.core.errors import ConfigError
from forgecrew.integrations.minilm.files import DIMENSION, GRAPH, INSTALL, TOKENS_MAX, check
from forgecrew.integrations.minilm.selfcheck import self_check
from forgecrew.integrations.minilm.wordpiece import WordPiece
from forgecrew.ports.embedder import Vectors, WordVectors

BATCH = 32
"""Texts encoded at once, of like length, so that little is padded."""
STEP = 4
"""So many tokens or a multiple go through the layers at once: 31 take BLAS a twentieth longer than 32."""
_SILENT_TEXT = """
[CLS] [SEP] . , ? ! ' " s the a an of to in on did do does is was were are what when where who how which why has have had
by with for and or it that his her their be been would
"""
SILENT = frozenset(_SILENT_TEXT.split())
"""Tokens that tell nothing alone; they get no word vector."""
Batch = tuple[list[int], NDArray[np.int64], NDArray[np.int64]]


class Encoder(Protocol):
    """Either of the two encoders."""

    def encode(self, tokens: NDArray[np.int64], mask: NDArray[np.int64]) -> Vectors:
        """One unit row per text."""
        ...

    def read(self, tokens: NDArray[np.int64], mask: NDArray[np.int64]) -> Vectors:
        """One row per token of each text."""
        ...


class Model:
    """A tokenizer and an encoder that passed the self-check."""

    def __init__(self, folder: Path, *, graph: bool = True) -> None:
        """Raises ConfigError when a file is absent or damaged, or the vectors are wrong; `graph` permits onnxruntime."""
        check(folder)
        self._tokenizer = WordPiece(folder / "tokenizer.json", TOKENS_MAX)
        self._encoder = _encoder(folder, graph)
        self_check(self.vectors)

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """One unit row per text."""
        numbers = [self._tokenizer.numbers(self._tokenizer.tokens(text)) for text in _whole(texts)]
        found = np.empty((len(numbers), DIMENSION), np.float32)
        for places, tokens, mask in _batches(numbers):
            found[places] = self._encoder.encode(tokens, mask)
        return found

    def words(self, texts: Sequence[str]) -> list[WordVectors]:
        """The telling words of each text; a word that the tokenizer splits counts as its parts."""
        read = [self._tokenizer.tokens(text) for text in _whole(texts)]
        found = [WordVectors((), np.zeros((0, DIMENSION), np.float32))] * len(read)
        for places, tokens, mask in _batches([self._tokenizer.numbers(tokens) for tokens in read]):
            for place, rows in zip(places, self._encoder.read(tokens, mask), strict=True):
                kept = [at for at, token in enumerate(read[place]) if token not in SILENT]
                told = rows[kept] / np.maximum(np.linalg.norm(rows[kept], axis=1, keepdims=True), 1e-9)
                found[place] = WordVectors(tuple(read[place][at] for at in kept), told)
        return found


def _whole(texts: Sequence[str]) -> list[str]:
    """Halves of characters become question marks."""
    return [text.encode("utf-8", "replace").decode() for text in texts]


def _batches(numbers: list[list[int]]) -> Iterator[Batch]:
    by_length = sorted(range(len(numbers)), key=lambda place: len(numbers[place]))
    for start in range(0, len(by_length), BATCH):
        chosen = by_length[start : start + BATCH]
        length = len(numbers[chosen[-1]])
        while len(chosen) * length % STEP:
            length += 1
        tokens = np.zeros((len(chosen), length), np.int64)
        mask = np.zeros_like(tokens)
        for row, place in enumerate(chosen):
            tokens[row, : len(numbers[place])] = numbers[place]
            mask[row, : len(numbers[place])] = 1
        yield chosen, tokens, mask


def _encoder(folder: Path, graph: bool) -> Encoder:
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
