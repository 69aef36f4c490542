"""What commands used so far, quick to ask: remembered in this process, written to the database from time to time."""

from collections import OrderedDict, defaultdict
from collections.abc import Sequence

from forgecrew.core.command_use import CommandUse, remembered
from forgecrew.store.database import Database
from forgecrew.store.queries import command_use

SHAPES_MAX = 1000
"""Shapes that are remembered in this process."""

Key = tuple[str, str]


class CommandHistory:
    """By repository and shape. A command never waits for a write; what a dead process did not write is lost, a little."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: OrderedDict[Key, list[CommandUse]] = OrderedDict()
        self._fresh: defaultdict[Key, list[CommandUse]] = defaultdict(list)

    async def recent(self, repo: str, shape: str) -> Sequence[CommandUse]:
        """The last runs, oldest first."""
        key = (repo[:200], shape)
        if key not in self._known:
            async with self._database.read() as connection:
                stored = await command_use.recent(connection, *key)
            self._keep(key, remembered(stored, self._fresh.get(key, ())))
        self._known.move_to_end(key)
        return self._known[key]

    def note(self, repo: str, shape: str, use: CommandUse) -> None:
        """Remember a run."""
        key = (repo[:200], shape)
        self._fresh[key].append(use)
        if key in self._known:
            self._known[key] = remembered(self._known[key], [use])

    async def flush(self) -> None:
        """Write what is not written yet, and learn what other workers wrote."""
        while self._fresh:
            key, uses = self._fresh.popitem()
            try:
                async with self._database.write() as connection:
                    self._keep(key, await command_use.add(connection, *key, uses))
            except BaseException:
                self._fresh[key] = uses + self._fresh[key]
                raise
            if later := self._fresh.get(key):
                self._keep(key, remembered(self._known[key], later))

    def _keep(self, key: Key, uses: list[CommandUse]) -> None:
        self._known[key] = uses
        while len(self._known) > SHAPES_MAX:
            self._known.popitem(last=False)
