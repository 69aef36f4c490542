"""Earlier threads that may be about the same thing: found by words, compared by words and meaning, shown with reasons.

Nothing is closed or told to anybody by this: a person looks at each pair first, or a model (agents/judge_pair.py).
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.errors import NotFound
from forgecrew.core.scope import Scope
from forgecrew.core.subject import RepoRef
from forgecrew.memory.ranking.fusion import shipped
from forgecrew.memory.ranking.passage import Vector
from forgecrew.memory.ranking.reports import NAMES, Report, Reports
from forgecrew.memory.search_text import search_text
from forgecrew.memory.similar import pair
from forgecrew.memory.vectors.halves import from_bytes
from forgecrew.store.queries import chunks, openings, vectors
from forgecrew.store.queries.openings import Opening

POOL_MAX = 60
HITS_MAX = 300
SHOWN_MAX = 10
QUESTION_CHARACTERS_MAX = 2_000


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


async def similar(connection: AsyncConnection, scope: Scope, repo: RepoRef, number: int, *, limit: int = 3) -> list[Suggestion]:
    """Earlier issues and pull requests, the most alike first. Raises NotFound for a thread that memory does not hold."""
    key = f"{repo}#{number}"
    about = (await openings.openings(connection, scope, [key])).get(key)
    if about is None:
        raise NotFound(f"memory holds no text of {key}: it is taken in with the next news of it, or by `memory backfill`")
    pool = await pool_of(connection, scope, about)
    if not pool:
        return []
    held = await vectors_of(connection, [*pool, about])
    return await asyncio.to_thread(compared, [*pool, about], held, min(limit, SHOWN_MAX))


def compared(threads: list[Opening], vectors_: dict[str, Vector], limit: int) -> list[Suggestion]:
    """The last of the threads against all others: some hundred milliseconds of counting words."""
    reports = Reports([Report(one.title, one.body, vectors_.get(one.text_hash)) for one in threads])
    scores = shipped("reports").score(NAMES, reports.features(len(threads) - 1))
    pairs, certainty = pair.Pairs([(one.title, one.body) for one in threads]), pair.shipped()
    likelihoods = certainty.of(pairs.signs())
    best = sorted(range(len(threads) - 1), key=lambda place: -scores[place])[:limit]
    made = [_suggestion(threads[place], float(likelihoods[place]), certainty.threshold, pairs.shared(place)) for place in best]
    return [one for one in made if one.likely or one.reasons]


async def pool_of(connection: AsyncConnection, scope: Scope, about: Opening) -> list[Opening]:
    """Older threads that share telling words with one, oldest first: also when the words stand in their comments."""
    question = f"{about.title} {about.title} {about.body}"[:QUESTION_CHARACTERS_MAX]
    hits = await search_text(connection, scope, question, limit=HITS_MAX)
    known = await chunks.by_ids(connection, scope, [hit.chunk_id for hit in hits])
    keys = dict.fromkeys(known[hit.chunk_id].thread_key for hit in hits if hit.chunk_id in known)
    threads = [key for key in keys if "#" in key and key != about.key][: POOL_MAX * 2]
    found = list((await openings.openings(connection, scope, threads)).values())
    order = {key: place for place, key in enumerate(threads)}
    older = sorted((one for one in found if _is_older(one, about)), key=lambda one: order[one.key])[:POOL_MAX]
    return sorted(older, key=lambda one: (one.at, one.number))


def _is_older(one: Opening, about: Opening) -> bool:
    """In one repository numbers tell; between two, times."""
    same = one.key.rpartition("#")[0] == about.key.rpartition("#")[0]
    return one.number < about.number if same else one.at < about.at


async def vectors_of(connection: AsyncConnection, held: list[Opening]) -> dict[str, Vector]:
    """Vectors of how the threads begin, as far as they are there, all of the model that knows the newest one."""
    model_id = await openings.model_of(connection, held[-1].text_hash)
    if not model_id:
        return {}
    known = await vectors.known(connection, model_id, [one.text_hash for one in held])
    return dict(zip(known, from_bytes(list(known.values())), strict=True)) if known else {}


def _suggestion(one: Opening, likelihood: float, threshold: float, shared: pair.InBoth) -> Suggestion:
    return Suggestion(
        key=one.key, entity_id=one.entity_id, title=one.title, author=one.author, at=one.at, trusted=one.integrity >= 2,
        likelihood=round(likelihood, 3), likely=likelihood >= threshold, reasons=_reasons(shared),
    )  # fmt: skip


def _reasons(shared: pair.InBoth) -> list[str]:
    named = (("same stack frames", shared.frames), ("same error", shared.errors), ("same files", shared.files),
             ("same rare words", shared.words))  # fmt: skip
    return [f"{what}: {', '.join(values)}" for what, values in named if values]
