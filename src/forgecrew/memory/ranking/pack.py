"""Which passages go into a prompt: best first while there is room, nothing twice."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from forgecrew.memory.ranking.scale import in_order

_SPACE = re.compile(r"\s+")


def pack(scores: NDArray[np.floating], costs: Sequence[float], room: float, texts: Sequence[str] | None = None) -> list[int]:
    """Places of the chosen passages, best first; `costs` and `room` in tokens.

    One that does not fit is passed over, and smaller ones after it may still fit. With `texts`, one that says the same as a
    better one, apart from case and space, is left out.
    """
    chosen: list[int] = []
    said: set[str] = set()
    for place in in_order(scores):
        if costs[place] > room:
            continue
        if texts is not None:
            plain: str = _SPACE.sub(" ", texts[place]).strip().casefold()
            if plain in said:
                continue
            said.add(plain)
        chosen.append(place)
        room -= costs[place]
    return chosen
