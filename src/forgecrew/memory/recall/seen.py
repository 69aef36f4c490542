"""What a recall has read before anything is compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forgecrew.memory.recall.asked import Candidate, Line
from forgecrew.memory.term_counts import Counted


@dataclass(frozen=True, slots=True)
class Seen:
    """Candidates in no order, facts about what is in focus, and what comparing needs.

    `learned` are weights by corpus kind and feature. The candidates have their vectors of the model `model_id`.
    """

    held: Sequence[Candidate]
    facts: Sequence[Line]
    focused: int
    counted: Counted
    learned: Mapping[str, Mapping[str, float]]
    model_id: str = ""
