"""Entities: what memory knows by name (people, issues, files, commits, labels), and the other names they go by."""

import sqlalchemy as sa

from forgecrew.store.tables.base import BIG, JSON, Utc, metadata

entity = sa.Table(
    "entity",
    metadata,
    sa.Column("id", BIG, primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("key", sa.String(400), nullable=False),
    sa.Column("name", sa.String(400), nullable=False),
    sa.Column("repo", sa.String(200), nullable=False),
    sa.Column("readers", sa.String(200), nullable=False),
    sa.Column("attrs", JSON, nullable=False),
    sa.Column("first_seen", Utc, nullable=False),
    sa.Column("last_seen", Utc, nullable=False),
    sa.UniqueConstraint("kind", "key"),
)

entity_by_repo = sa.Index("ix_entity_repo", entity.c.repo, entity.c.kind)

alias = sa.Table(
    "alias",
    metadata,
    sa.Column("entity_id", BIG, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("text", sa.String(400), primary_key=True),
)

alias_by_text = sa.Index("ix_alias_text", alias.c.text, alias.c.kind)
