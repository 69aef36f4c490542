"""What a person is shown of a recall: lines that are relevant enough, at most so many, each kind with its share."""

from collections.abc import Sequence

from forgecrew.memory.recall.asked import Line

KINDS = ("fact", "quote", "code")


def fair(lines: Sequence[Line], limit: int, min_relevance: float) -> list[Line]:
    """At most `limit` of them, in their order; each kind has a third of the places first, the rest goes to whoever is first."""
    enough = [line for line in lines if line.relevance >= min_relevance]
    kept = [line for kind in KINDS for line in [one for one in enough if one.kind == kind][: limit // len(KINDS)]]
    kept += [line for line in enough if line not in kept][: limit - len(kept)]
    return [line for line in enough if line in kept]
