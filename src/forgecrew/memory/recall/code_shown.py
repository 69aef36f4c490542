"""Located code as lines of a prompt: which files and pieces are shown, and how."""

from collections.abc import Sequence

from forgecrew.core.label import Integrity, Label
from forgecrew.core.tokens import estimate
from forgecrew.memory.code.contents import Part
from forgecrew.memory.code.ranked import Located
from forgecrew.memory.ranking import code_sure
from forgecrew.memory.recall.asked import MIN_RELEVANCE, Asked, Line
from forgecrew.memory.recall.places import url_at
from forgecrew.memory.recall.show import one_line, trust_mark
from forgecrew.store.queries.code_asking import Branch

BESIDE_SHARE = 0.4
"""A file behind the best is shown only when it is at least this likely, compared with the best."""
SIGNATURE_TOKENS_MAX = 40
NEAREST_MIN = 0.1
"""Less relevant is what shares no telling word with the question: whoever asks for the nearest has no use for it."""


def relevance_of(likelihood: float) -> float:
    """On the scale of texts: what is just likely enough to be shown unasked is as relevant as a text that just is."""
    enough = code_sure.shipped().threshold
    if likelihood < enough:
        return likelihood / enough * MIN_RELEVANCE
    return MIN_RELEVANCE + (likelihood - enough) / (1 - enough) * (1 - MIN_RELEVANCE)


def chosen(found: Sequence[Located], min_relevance: float = MIN_RELEVANCE) -> list[tuple[Located, Part]]:
    """What is shown: nothing unless the best file is likely enough; of it two pieces, of others that are near it one."""
    if not found or relevance_of(found[0].likelihood) < max(min_relevance, NEAREST_MIN):
        return []
    near = [one for one in found if one.likelihood >= BESIDE_SHARE * found[0].likelihood]
    first = [(one, part) for one in near for part in one.parts[:1]]
    more = [(near[0], part) for part in near[0].parts[1:2]]
    return [*first[:1], *more, *first[1:]]


def code_line(of: Branch, one: Located, part: Part, asked: Asked) -> Line:
    """`[m:s12x3] code shop/cart.py:3-9 Cart.total: def total(self) -> int (merged) <address at the commit>`."""
    lines = f"{part.start_line}-{part.end_line}"
    label = Label(Integrity.MERGED, of.readers)
    named = f"{part.name}: {part.signature}" if "." in part.name or not part.signature else part.signature
    said = one_line("head of the file" if part.kind == "module" else named, asked.clean, SIGNATURE_TOKENS_MAX)
    url = url_at(asked.forge_url, of, one.path, lines)
    text = f"[m:{part.id}] code {one.path}:{lines} {said} ({trust_mark(label)}) <{url}>"
    relevance, place = relevance_of(one.likelihood), f"{of.repo}:{one.path}"
    return Line(part.id, "code", text, url, label, of.at, estimate(text) + 1, relevance, place=place)
