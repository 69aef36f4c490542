"""Vectors where PostgreSQL has pgvector: a table per model in a schema of their own, filled from `vector`, gone with its rows.

Nothing but a copy that can be searched: it may be dropped at any moment and is made again.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import UserDefinedType

from forgecrew.core.scope import Scope
from forgecrew.store.queries.scoped import visible
from forgecrew.store.tables.chunk import chunk
from forgecrew.store.tables.vector import vector

SCHEMA = "forgecrew_vectors"
_VERSION = sa.text(
    "SELECT extversion, nspname FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace WHERE extname = 'vector'"
)
_AVAILABLE = sa.text("SELECT default_version FROM pg_available_extensions WHERE name = 'vector'")
_HALF = sa.text("SELECT 1 FROM pg_type WHERE typname = 'halfvec'")


class _VectorType(UserDefinedType[str]):
    cache_ok = True

    def __init__(self, spec: str) -> None:
        self.spec = spec

    def get_col_spec(self, **_words: Any) -> str:
        return self.spec


@dataclass(frozen=True, slots=True)
class NearTable:
    """Where the vectors of one model are searched. `home` is pgvector's schema, `half` halfvec or vector.

    `iterative` needs pgvector 0.8.
    """

    model_id: str
    dimension: int
    home: str
    half: str
    iterative: bool

    @property
    def name(self) -> str:
        """Its name, made of the model's."""
        return f"near_{hashlib.sha256(self.model_id.encode()).hexdigest()[:12]}_{self.dimension}"

    @property
    def kind(self) -> str:
        """The type of its vectors."""
        return f"{self.home}.{self.half}"

    @property
    def table(self) -> sa.TableClause:
        """For queries."""
        text_hash: sa.ColumnClause[str] = sa.column("text_hash", sa.String)
        return sa.table(self.name, text_hash, sa.column("embedding", _VectorType(self.kind)), schema=SCHEMA)


async def extension(connection: AsyncConnection) -> str:
    """The version of pgvector in this database; empty when it is not there."""
    row = (await connection.execute(_VERSION)).first()
    return str(row[0]) if row else ""


async def available(connection: AsyncConnection) -> bool:
    """Whether the server could give it."""
    return (await connection.execute(_AVAILABLE)).scalar() is not None


async def create_extension(connection: AsyncConnection) -> None:
    """Fails for a user without the right to."""
    await connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS vector"))


async def create(connection: AsyncConnection, model_id: str, dimension: int) -> NearTable:
    """The table with its index; both may be there already. The extension must be."""
    version, home = (await connection.execute(_VERSION)).one()
    half = (await connection.execute(_HALF)).scalar() is not None
    newer = tuple(int(part) for part in version.split(".")[:2]) >= (0, 8)
    made = NearTable(model_id, dimension, f'"{home}"', "halfvec" if half else "vector", newer)
    await connection.execute(sa.text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
    literal = model_id.replace("'", "''")
    await connection.exec_driver_sql(
        f"CREATE TABLE IF NOT EXISTS {SCHEMA}.{made.name} (text_hash varchar(32) PRIMARY KEY,"
        f" model_id varchar(100) NOT NULL DEFAULT '{literal}', embedding {made.kind}({dimension}) NOT NULL,"
        f" FOREIGN KEY (text_hash, model_id) REFERENCES {vector.name} (text_hash, model_id) ON DELETE CASCADE)"
    )
    await connection.exec_driver_sql(
        f"CREATE INDEX IF NOT EXISTS {made.name}_hnsw ON {SCHEMA}.{made.name}"
        f" USING hnsw (embedding {made.kind}_cosine_ops) WITH (m = 16, ef_construction = 64)"
    )
    return made


async def missing(connection: AsyncConnection, near: NearTable, *, limit: int) -> list[tuple[str, bytes]]:
    """(text hash, fp16) of vectors that are not there yet."""
    there = sa.exists().where(near.table.c.text_hash == vector.c.text_hash)
    query = sa.select(vector.c.text_hash, vector.c.v16)
    query = query.where(vector.c.model_id == near.model_id, vector.c.dim == near.dimension, ~there).limit(limit)
    return [(row.text_hash, row.v16) for row in await connection.execute(query)]


async def add(connection: AsyncConnection, near: NearTable, rows: Sequence[tuple[str, str]]) -> None:
    """Keep (text hash, "[0.1,…]"); a vector that went meanwhile is left out."""
    statement = sa.text(  # names of our own making
        f"INSERT INTO {SCHEMA}.{near.name} (text_hash, embedding)"  # noqa: S608
        f" SELECT made.text_hash, CAST(made.told AS {near.kind}) FROM"
        " unnest(CAST(:hashes AS text[]), CAST(:told AS text[])) AS made(text_hash, told)"
        " WHERE EXISTS (SELECT 1 FROM text_vector AS v WHERE v.text_hash = made.text_hash AND v.model_id = :model_id)"
        " ON CONFLICT DO NOTHING"
    )
    told = {"hashes": [one for one, _ in rows], "told": [one for _, one in rows], "model_id": near.model_id}
    await connection.execute(statement, told)


async def allowed_up_to(connection: AsyncConnection, scope: Scope, most: int) -> int:
    """How many live chunks the scope allows; counting stops at `most`."""
    some = sa.select(chunk.c.id).where(chunk.c.live, visible(chunk, scope)).limit(most).subquery()
    return int((await connection.execute(sa.select(sa.func.count()).select_from(some))).scalar_one())


async def nearest(
    connection: AsyncConnection, near: NearTable, scope: Scope, asked: str, *, limit: int, exact: bool
) -> list[tuple[int, float]]:
    """(chunk id, cosine), best first; `exact` compares all that the scope allows, else the index is walked until enough are."""
    table = near.table
    may = sa.select(chunk.c.id, chunk.c.text_hash).where(chunk.c.live, visible(chunk, scope))
    if exact:
        held: sa.FromClause = may.cte("allowed").prefix_with("MATERIALIZED", dialect="postgresql")
    else:
        held = may.subquery("allowed")
        await connection.exec_driver_sql(f"SET LOCAL hnsw.ef_search = {min(1000, max(100, 2 * limit))}")
        if near.iterative:
            await connection.exec_driver_sql("SET LOCAL hnsw.iterative_scan = strict_order")
    kind = _VectorType(near.kind)
    distance: sa.ColumnElement[float] = table.c.embedding.op(f"OPERATOR({near.home}.<=>)", return_type=sa.Float())(
        sa.cast(asked, kind)
    )
    query = sa.select(held.c.id, distance.label("distance")).join(table, table.c.text_hash == held.c.text_hash)
    rows = await connection.execute(query.order_by(distance).limit(limit))
    return [(row.id, 1.0 - float(row.distance)) for row in rows]
