"""Making branches ready for ranking: words of contents stay, so that the next commit costs what it changed."""

import numpy as np
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.memory.code.contents import Contents
from forgecrew.memory.code.given import past_changes, source_file
from forgecrew.memory.code.sources import is_aside
from forgecrew.memory.code.state import State
from forgecrew.memory.ranking.code import CodeFiles
from forgecrew.store.queries import code_asking, vectors
from forgecrew.store.queries.code_asking import Branch


class States:
    """Makes states."""

    def __init__(self) -> None:
        self._contents = Contents()

    async def make(self, connection: AsyncConnection, of: Branch, *, model_id: str, aside: bool) -> State:
        """The branch as it is indexed now; `aside` takes in tests, examples and documents too."""
        tree = await code_asking.contents(connection, of)
        chosen = {path: blob for path, blob in tree.items() if aside or not is_aside(path)}
        contents = await self._contents.load(connection, sorted(set(chosen.values())))
        hashes = sorted({part.text_hash for blob in chosen.values() for part in contents[blob].parts})
        held = await vectors.known(connection, model_id, hashes) if model_id else {}
        made = {key: np.frombuffer(raw, np.float16).astype(np.float32) for key, raw in held.items()}
        files = [source_file(path, contents[blob], made.get) for path, blob in chosen.items()]
        parts = [contents[blob].parts for blob in chosen.values()]
        ready = CodeFiles(files, await past_changes(connection, of, chosen))
        return State(of.commit, list(chosen), ready, parts, len(made) / max(1, len(hashes)))
