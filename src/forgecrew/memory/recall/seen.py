"""What a recall has read before anything is compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forgecrew.memory.recall.asked import Candidate, Line
from forgecrew.memory.recall.relevance import Telling


@dataclass(frozen=True, slots=True)
class Seen:
    """Candidates in no order, facts about what is in focus, and what comparing needs.

    `learned` are weights by corpus kind and feature. The candidates know which of the `words` they say, and
    have their vectors of the model `model_id`.
    """

    held: Sequence[Candidate]
    facts: Sequence[Line]
    focused: int
    words: Telling
    learned: Mapping[str, Mapping[str, float]]
    model_id: str = ""
