"""Reading the contents that the index does not know yet, batch by batch, so that a cut-off run goes on where it was."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from functools import partial

from forgecrew.core.subject import RepoRef
from forgecrew.memory.code.blob_rows import VERSION, ReadBlob
from forgecrew.memory.code.read_blob import read_blob
from forgecrew.memory.code.sources import BYTES_MAX
from forgecrew.ports.code_trees import CodeTrees
from forgecrew.store.database import Database
from forgecrew.store.queries import code_blobs

BATCH_MAX = 40
"""Contents in one transaction: nobody who writes waits longer than a fraction of a second."""


async def read_missing(
    database: Database, trees: CodeTrees, repo: RepoRef, sources: Mapping[str, str]
) -> AsyncGenerator[list[ReadBlob]]:
    """Contents by path that no row holds yet, read in a thread."""
    paths = {sha: path for path, sha in sorted(sources.items(), reverse=True)}
    known = await database.read_at_once(partial(code_blobs.known, shas=list(paths), version=VERSION))
    missing = [sha for sha in paths if sha not in known]
    for start in range(0, len(missing), BATCH_MAX):
        some = missing[start : start + BATCH_MAX]
        held = await trees.contents(repo, some, bytes_max=BYTES_MAX)
        yield await asyncio.to_thread(_read, some, paths, held)


def _read(shas: Sequence[str], paths: Mapping[str, str], held: Mapping[str, bytes]) -> list[ReadBlob]:
    return [read_blob(paths[sha], sha, held.get(sha)) for sha in shas]
