"""Whether a chunk may be shown to whoever asks."""

from forgecrew.memory.recall.asked import Asked
from forgecrew.store.queries.chunks import Chunk


def may_show(one: Chunk, asked: Asked) -> bool:
    """Not what the asker sees anyway, never what copies earlier recalls, nothing hidden."""
    if not one.live or not one.text or one.provenance == "recalled" or (asked.thread and one.thread_key == asked.thread):
        return False
    scope = asked.scope
    return scope.allows(one.repo, one.label.readers) and scope.trusts(int(one.label.integrity), one.author)
