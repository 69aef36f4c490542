"""One thread against some earlier ones: by words and meaning, with how likely each is the same, and why."""

from dataclasses import dataclass, field
from datetime import datetime

from forgecrew.memory.ranking.fusion import shipped
from forgecrew.memory.ranking.passage import Vector
from forgecrew.memory.ranking.reports import NAMES, Report, Reports
from forgecrew.memory.similar import pair
from forgecrew.store.queries.openings import Opening


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One earlier thread. `likelihood` (0 to 1) that it is the same comes from pairs of public reports, by words alone.

    `likely` tells whether that is enough to show it unasked. `reasons` are what both hold.
    """

    key: str
    entity_id: int
    title: str
    author: str
    at: datetime
    trusted: bool
    likelihood: float
    likely: bool
    reasons: list[str] = field(default_factory=list[str])


def compared(threads: list[Opening], vectors_: dict[str, Vector], limit: int) -> list[Suggestion]:
    """The last of the threads against all others: some hundred milliseconds of counting words."""
    reports = Reports([Report(one.title, one.body, vectors_.get(one.text_hash)) for one in threads])
    scores = shipped("reports").score(NAMES, reports.features(len(threads) - 1))
    pairs, certainty = pair.Pairs([(one.title, one.body) for one in threads]), pair.shipped()
    likelihoods = certainty.of(pairs.signs())
    best = sorted(range(len(threads) - 1), key=lambda place: -scores[place])[:limit]
    made = [_suggestion(threads[place], float(likelihoods[place]), certainty.threshold, pairs.shared(place)) for place in best]
    return [one for one in made if one.likely or one.reasons]


def _suggestion(one: Opening, likelihood: float, threshold: float, shared: pair.InBoth) -> Suggestion:
    return Suggestion(
        key=one.key, entity_id=one.entity_id, title=one.title, author=one.author, at=one.at, trusted=one.integrity >= 2,
        likelihood=round(likelihood, 3), likely=likelihood >= threshold, reasons=_reasons(shared),
    )  # fmt: skip


def _reasons(shared: pair.InBoth) -> list[str]:
    named = (("same stack frames", shared.frames), ("same error", shared.errors), ("same files", shared.files),
             ("same rare words", shared.words))  # fmt: skip
    return [f"{what}: {', '.join(values)}" for what, values in named if values]
