"""Executes effects on a slow forge until it is killed: `python -m … DATABASE_URL FORGE_URL TOKENS_JSON FOLDER`."""

import asyncio
import json
import sys
from pathlib import Path

from forgecrew.kernel.effects.loop import Effects
from forgecrew.store.database import Database
from tests.unit.kernel.effects.house import KINDS, PACE, hands


async def main(database_url: str, forge_url: str, tokens: str, folder: str) -> None:
    given = hands(forge_url, json.loads(tokens), Path(folder))
    await Effects(Database(database_url), dict(KINDS), given, pace=PACE).run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
