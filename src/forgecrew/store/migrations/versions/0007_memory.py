"""Tables of memory."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "alias",
        sa.Column("entity_id", BIG, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("entity_id", "kind", "text", name=op.f("pk_alias")),
    )
    op.create_index("ix_alias_text", "alias", ["text", "kind"], unique=False)
    op.create_table(
        "chunk",
        sa.Column("id", BIG, nullable=False),
        sa.Column("event_id", sa.String(length=26), nullable=False),
        sa.Column("entity_id", BIG, nullable=False),
        sa.Column("repo", sa.String(length=200), nullable=False),
        sa.Column("readers", sa.String(length=200), nullable=False),
        sa.Column("integrity", sa.SmallInteger(), nullable=False),
        sa.Column("provenance", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("source_key", sa.String(length=300), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("thread_key", sa.String(length=300), nullable=False),
        sa.Column("author", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("told_at", sa.DateTime(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("identifiers", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.String(length=32), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chunk")),
        sa.UniqueConstraint("source_key", "version", "seq", name=op.f("uq_chunk_source_key_version_seq")),
    )
    op.create_index("ix_chunk_author", "chunk", ["author"], unique=False)
    op.create_index("ix_chunk_entity", "chunk", ["entity_id"], unique=False)
    op.create_index("ix_chunk_event", "chunk", ["event_id"], unique=False)
    op.create_index("ix_chunk_repo", "chunk", ["repo"], unique=False)
    op.create_index("ix_chunk_text_hash", "chunk", ["text_hash"], unique=False)
    op.create_index("ix_chunk_thread", "chunk", ["thread_key", "at"], unique=False)
    op.create_table(
        "entity",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("repo", sa.String(length=200), nullable=False),
        sa.Column("readers", sa.String(length=200), nullable=False),
        sa.Column("attrs", sa.JSON(), nullable=False),
        sa.Column("first_seen", sa.DateTime(), nullable=False),
        sa.Column("last_seen", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entity")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_entity_kind_key")),
    )
    op.create_index("ix_entity_repo", "entity", ["repo", "kind"], unique=False)
    op.create_table(
        "fact",
        sa.Column("id", BIG, nullable=False),
        sa.Column("subject_id", BIG, nullable=False),
        sa.Column("predicate", sa.String(length=60), nullable=False),
        sa.Column("object_id", BIG, nullable=True),
        sa.Column("object_text", sa.Text(), nullable=False),
        sa.Column("object_key", sa.String(length=64), nullable=False),
        sa.Column("repo", sa.String(length=200), nullable=False),
        sa.Column("readers", sa.String(length=200), nullable=False),
        sa.Column("integrity", sa.SmallInteger(), nullable=False),
        sa.Column("valid_from", sa.DateTime(), nullable=False),
        sa.Column("valid_to", sa.DateTime(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("superseded_at", sa.DateTime(), nullable=True),
        sa.Column("superseded_by", BIG, nullable=True),
        sa.Column("event_id", sa.String(length=26), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("extractor", sa.String(length=40), nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact")),
    )
    op.create_index("ix_fact_event", "fact", ["event_id"], unique=False)
    op.create_index("ix_fact_repo", "fact", ["repo"], unique=False)
    op.create_index(
        "uq_fact_live",
        "fact",
        ["subject_id", "predicate", "object_key"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "forgotten",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("asked_by", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forgotten")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_forgotten_kind_key")),
    )
    op.create_table(
        "mention",
        sa.Column("chunk_id", BIG, autoincrement=False, nullable=False),
        sa.Column("entity_id", BIG, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("chunk_id", "entity_id", name=op.f("pk_mention")),
    )
    op.create_index("ix_mention_entity", "mention", ["entity_id", "chunk_id"], unique=False)
    op.create_table(
        "relation",
        sa.Column("id", BIG, nullable=False),
        sa.Column("src", BIG, nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("dst", BIG, nullable=False),
        sa.Column("repo", sa.String(length=200), nullable=False),
        sa.Column("readers", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.DateTime(), nullable=False),
        sa.Column("valid_to", sa.DateTime(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("superseded_at", sa.DateTime(), nullable=True),
        sa.Column("event_id", sa.String(length=26), nullable=False),
        sa.Column("extractor", sa.String(length=40), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relation")),
    )
    op.create_index("ix_relation_event", "relation", ["event_id"], unique=False)
    op.create_index(
        "ix_relation_from",
        "relation",
        ["src", "kind", "dst"],
        unique=False,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index("ix_relation_repo", "relation", ["repo"], unique=False)
    op.create_index(
        "ix_relation_to",
        "relation",
        ["dst", "kind", "src"],
        unique=False,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index(
        "uq_relation_open",
        "relation",
        ["src", "kind", "dst"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL AND valid_to IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL AND valid_to IS NULL"),
    )
    op.create_table(
        "telling",
        sa.Column("id", BIG, nullable=False),
        sa.Column("entity_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("event_id", sa.String(length=26), nullable=False),
        sa.Column("extractor", sa.String(length=40), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telling")),
        sa.UniqueConstraint("entity_id", "event_id", name=op.f("uq_telling_entity_id_event_id")),
    )
    op.create_index("ix_telling_event", "telling", ["event_id"], unique=False)
    op.create_index("ix_telling_order", "telling", ["entity_id", "at"], unique=False)
    op.add_column("event", sa.Column("remembered_at", sa.DateTime(), nullable=True))
    op.add_column("event", sa.Column("memory_problem", sa.Text(), nullable=True))
    op.create_index(
        "ix_event_unremembered",
        "event",
        ["id"],
        unique=False,
        sqlite_where=sa.text("remembered_at IS NULL"),
        postgresql_where=sa.text("remembered_at IS NULL"),
    )
    op.add_column("run", sa.Column("remembered_at", sa.DateTime(), nullable=True))
    op.create_index(
        "ix_run_unremembered",
        "run",
        ["id"],
        unique=False,
        sqlite_where=sa.text("remembered_at IS NULL"),
        postgresql_where=sa.text("remembered_at IS NULL"),
    )
