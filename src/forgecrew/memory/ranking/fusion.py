"""From features to one score: what was learned or set by hand for a kind of text, kept as a small JSON file.

The files in weights/ say where their numbers come from. Without a file the arms are put together by reciprocal ranks.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from forgecrew.core.errors import ConfigError
from forgecrew.memory.ranking.listwise import Network
from forgecrew.memory.ranking.passage import Features
from forgecrew.memory.ranking.scale import Scores, rrf

WEIGHTS = Path(__file__).with_name("weights")


@dataclass(frozen=True, slots=True, eq=False)
class Fusion:
    """Weights by the names of features; a feature that they do not know counts nothing."""

    names: tuple[str, ...]
    network: Network
    about: str = ""

    def score(self, names: Sequence[str], features: Features) -> Scores:
        """One number per candidate; `names` are those of the columns."""
        place = {name: column for column, name in enumerate(names)}
        if missing := [name for name in self.names if name not in place]:
            raise ConfigError(f"these weights want features that are not there: {', '.join(missing)}; learn them again")
        chosen = features[:, [place[name] for name in self.names]]
        return self.network.score(np.ascontiguousarray(chosen)).astype(np.float64)


def by_ranks(names: Sequence[str], features: Features, arms: Sequence[str]) -> Scores:
    """Reciprocal rank fusion of some columns: what is done where nothing was learned."""
    return rrf(*(features[:, names.index(arm)] for arm in arms))


def by_hand(weights: dict[str, float], about: str = "") -> Fusion:
    """A plain weighted sum."""
    direct = np.array(list(weights.values()), np.float32)
    empty = np.zeros((len(weights), 0), np.float32)
    return Fusion(tuple(weights), Network(direct, empty, empty[0], empty[0]), about)


def read(file: Path) -> Fusion:
    """Weights from a file. Raises ConfigError for one that is none."""
    try:
        kept: dict[str, Any] = json.loads(file.read_text())
        direct, inner, bias, outer = (np.array(kept[key], np.float32) for key in ("direct", "inner", "bias", "outer"))
        names = tuple(str(name) for name in kept["features"])
        inner = inner.reshape(len(names), len(bias))
        if not len(direct) == len(names) or not len(outer) == len(bias):
            raise ValueError("its parts have different lengths")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(
            f"{file} holds no weights ({type(error).__name__}: {error}); learn them again or take it away"
        ) from error
    return Fusion(names, Network(direct, inner, bias, outer), str(kept.get("about", "")))


def write(fusion: Fusion, file: Path) -> None:
    """Keep weights, rounded to four digits: no figure moves by that."""
    network = fusion.network
    kept: dict[str, Any] = {"about": fusion.about, "features": list(fusion.names)}
    for key in ("direct", "inner", "bias", "outer"):
        values: Features = getattr(network, key)
        kept[key] = np.round(values.astype(float), 4).tolist()
    file.write_text(json.dumps(kept, ensure_ascii=False).replace("], [", "],\n [") + "\n")


def shipped(kind: str) -> Fusion:
    """The weights that the product brings for a kind of text: dialogue, code, reports."""
    return read(WEIGHTS / f"{kind}.json")
