"""Workers: who is alive; a row whose lease ran out is a dead worker."""

import sqlalchemy as sa

from forgecrew.store.tables.base import Utc, metadata

worker = sa.Table(
    "worker",
    metadata,
    sa.Column("id", sa.String(100), primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("host", sa.String(100), nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("started_at", Utc, nullable=False),
    sa.Column("lease_until", Utc, nullable=False),
    sa.Column("gone_at", Utc),
)
