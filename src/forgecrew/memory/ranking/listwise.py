"""Learning to rank: a softmax over all candidates of a question should fall on those that answer it.

First a weight per feature, then a small layer of crossings between features on top of it. A classifier of single candidates was
worse than hand weights: only the order within a question counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from forgecrew.memory.ranking.passage import Features

Weights = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """The candidates of one question (candidates × features) and the places of those that answer it, at least one."""

    features: Features
    answers: Sequence[int]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How long and how strongly is learned; `hidden` 0 learns weights alone."""

    steps: int = 100
    rate: float = 0.05
    decay: float = 1e-3
    hidden: int = 0
    rounds: int = 12
    hidden_rate: float = 0.003
    dropout: float = 0.1
    batch: int = 16
    seed: int = 0


@dataclass(slots=True, eq=False)
class Network:
    """score = features · direct + relu(features · inner + bias) · outer."""

    direct: Weights
    inner: Weights
    bias: Weights
    outer: Weights

    def score(self, features: Features) -> Weights:
        """One number per candidate."""
        return features @ self.direct + np.maximum(features @ self.inner + self.bias, 0) @ self.outer


def learn(examples: Sequence[Example], recipe: Recipe) -> Network:
    """Deterministic for a seed. Raises ValueError without examples."""
    if not examples:
        raise ValueError("nothing to learn from: give at least one example")
    direct = _learn_direct(examples, recipe)
    return _learn_crossings(examples, direct, recipe)


def merge(networks: Sequence[Network]) -> Network:
    """One network that gives the mean score of several: they differ by chance, their mean less so."""
    return Network(
        np.mean([one.direct for one in networks], axis=0),
        np.concatenate([one.inner for one in networks], axis=1),
        np.concatenate([one.bias for one in networks]),
        np.concatenate([one.outer for one in networks]) / np.float32(len(networks)),
    )


def _learn_direct(examples: Sequence[Example], recipe: Recipe) -> Weights:
    """Full-batch Adam on the weights alone."""
    rows, starts, wanted = _joined(examples)
    constant = rows.T @ wanted / len(examples)
    adam = _Adam([np.zeros(rows.shape[1], np.float32)], recipe.rate)
    for _ in range(recipe.steps):
        (weights,) = adam.values
        share = _softmax(rows @ weights, starts)
        adam.step([rows.T @ share / len(examples) - constant + np.float32(recipe.decay) * weights])
    return adam.values[0]


def _learn_crossings(examples: Sequence[Example], direct: Weights, recipe: Recipe) -> Network:
    """Mini-batch Adam with dropped features and a rate that falls to nothing."""
    width, random = len(direct), np.random.default_rng(recipe.seed)
    inner = (random.standard_normal((width, recipe.hidden)) / np.sqrt(width)).astype(np.float32)
    outer = (random.standard_normal(recipe.hidden) * 0.3 / np.sqrt(max(1, recipe.hidden))).astype(np.float32)
    network = Network(direct, inner, np.zeros(recipe.hidden, np.float32), outer)
    if not recipe.hidden:
        return network
    adam = _Adam([network.direct, network.inner, network.bias, network.outer], recipe.hidden_rate)
    total, done = recipe.rounds * -(-len(examples) // recipe.batch), 0
    for _ in range(recipe.rounds):
        shuffled = cast("list[int]", random.permutation(len(examples)).tolist())
        for first in range(0, len(examples), recipe.batch):
            batch = [examples[place] for place in shuffled[first : first + recipe.batch]]
            gradients = _gradients(network, batch, random, recipe)
            done += 1
            adam.rate = recipe.hidden_rate * 0.5 * (1 + np.cos(np.pi * done / total))
            adam.step(gradients)
            network = Network(*adam.values)
    return network


def _gradients(network: Network, batch: Sequence[Example], random: np.random.Generator, recipe: Recipe) -> list[Weights]:
    rows, starts, wanted = _joined(batch)
    kept = (random.random((len(batch), rows.shape[1])) >= recipe.dropout).astype(np.float32) / (1 - recipe.dropout)
    rows = rows * np.repeat(kept, np.diff([*starts, len(rows)]), axis=0)
    active = np.maximum(rows @ network.inner + network.bias, 0)
    off = (_softmax(rows @ network.direct + active @ network.outer, starts) - wanted) / np.float32(len(batch))
    back = np.outer(off, network.outer) * (active > 0)
    found = [rows.T @ off, rows.T @ back, back.sum(0), active.T @ off]
    values = (network.direct, network.inner, network.bias, network.outer)
    return [one + np.float32(recipe.decay) * value for one, value in zip(found, values, strict=True)]


def _joined(examples: Sequence[Example]) -> tuple[Features, NDArray[np.intp], Weights]:
    """All candidates below one another, where each question begins, and the share that each candidate should have."""
    starts = np.cumsum([0, *(len(one.features) for one in examples)])[:-1]
    wanted = np.zeros(sum(len(one.features) for one in examples), np.float32)
    for start, one in zip(starts, examples, strict=True):
        wanted[start + np.asarray(one.answers, np.intp)] = 1 / len(one.answers)
    return np.concatenate([one.features for one in examples]), starts, wanted


def _softmax(scores: Weights, starts: NDArray[np.intp]) -> Weights:
    sizes = np.diff([*starts, len(scores)])
    raised = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), sizes))
    return raised / np.repeat(np.add.reduceat(raised, starts), sizes)


class _Adam:
    def __init__(self, values: list[Weights], rate: float) -> None:
        self.values, self.rate, self._steps = values, rate, 0
        self._mean, self._square = ([np.zeros_like(value) for value in values] for _ in range(2))

    def step(self, gradients: Sequence[Weights]) -> None:
        self._steps += 1
        for place, gradient in enumerate(gradients):
            self._mean[place] = 0.9 * self._mean[place] + 0.1 * gradient
            self._square[place] = 0.99 * self._square[place] + 0.01 * gradient**2
            mean, square = self._mean[place] / (1 - 0.9**self._steps), self._square[place] / (1 - 0.99**self._steps)
            moved = self.values[place] - self.rate * mean / (np.sqrt(square) + 1e-8)
            self.values[place] = moved.astype(np.float32)
