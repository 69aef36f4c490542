"""Facts follow their texts: an edited one keeps those whose quote still stands there, the others end."""

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.memory.facts.offer import PREFIX
from forgecrew.memory.facts.spoken import spoken, stands_in
from forgecrew.store.queries import fact_edits

AT_ONCE = 200


async def to_follow(connection: AsyncConnection) -> bool:
    """Whether there is anything to do."""
    strayed = await fact_edits.strayed(connection, PREFIX, limit=1)
    return bool(strayed or await fact_edits.back_again(connection, PREFIX, limit=1))


async def follow(connection: AsyncConnection) -> int:
    """Gives how many facts were moved, ended or, their text standing there again, hold once more."""
    changed = 0
    for row in await fact_edits.strayed(connection, PREFIX, limit=AT_ONCE):
        pieces = await fact_edits.standing_at(connection, row.source_key)
        here = next((one for one in pieces if stands_in(row.quote, spoken(one.text))), None)
        changed += 1
        if here is not None:
            await fact_edits.move(connection, row.id, here.id)
        else:
            await fact_edits.end(connection, row.id, max((one.told_at for one in pieces), default=row.valid_from))
    for row in await fact_edits.back_again(connection, PREFIX, limit=AT_ONCE):
        changed += 1
        await fact_edits.end(connection, row.id, None)
    return changed
