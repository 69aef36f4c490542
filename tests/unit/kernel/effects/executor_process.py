"""A process that executes effects and stands still after each write: `python -m … DATABASE_URL FORGE_URL TOKENS_JSON FOLDER`.

It prints one line per intent when the forge has it and before our database knows.
"""

import asyncio
import json
import sys
from pathlib import Path

from forgecrew.core.json import Json
from forgecrew.kernel.effects.context import EffectContext, EffectKind
from forgecrew.kernel.effects.loop import Effects
from forgecrew.store.database import Database
from tests.unit.kernel.effects.house import KINDS, PACE, hands


def stopping_after(kind: EffectKind) -> EffectKind:
    """The kind, but it never comes back."""

    async def execute(context: EffectContext, arguments: Json) -> Json:
        await kind(context, arguments)
        print(context.stored.id, flush=True)
        await asyncio.sleep(600)
        return {}

    return execute


async def main(database_url: str, forge_url: str, tokens: str, folder: str) -> None:
    kinds = {name: stopping_after(kind) for name, kind in KINDS.items()}
    given = hands(forge_url, json.loads(tokens), Path(folder))
    await Effects(Database(database_url), kinds, given, pace=PACE).run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
