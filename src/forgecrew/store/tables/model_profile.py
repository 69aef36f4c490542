"""Model profiles: what probing found, per server and model."""

import sqlalchemy as sa

from forgecrew.store.tables.base import JSON, Utc, metadata

model_profile = sa.Table(
    "model_profile",
    metadata,
    sa.Column("server", sa.String(300), primary_key=True),
    sa.Column("name", sa.String(200), primary_key=True),
    sa.Column("profile", JSON, nullable=False),
    sa.Column("at", Utc, nullable=False),
)
