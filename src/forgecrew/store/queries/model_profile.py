"""Model profiles: what probing found, per server and model."""

from dataclasses import asdict

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.model_profile import ModelProfile
from forgecrew.core.moment import utc_now
from forgecrew.store.queries.inserting import put
from forgecrew.store.tables.model_profile import model_profile as table


async def get(connection: AsyncConnection, server: str, name: str) -> ModelProfile | None:
    """The stored profile of one model on one server."""
    query = sa.select(table.c.profile).where(table.c.server == server, table.c.name == name)
    found = (await connection.execute(query)).scalar_one_or_none()
    return None if found is None else ModelProfile(**found)


async def keep(connection: AsyncConnection, profile: ModelProfile) -> None:
    """Store a profile, or replace the one of the same server and model."""
    values = {"server": profile.server, "name": profile.name, "profile": asdict(profile), "at": utc_now()}
    await put(connection, table, values)
