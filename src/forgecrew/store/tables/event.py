"""Events: stored once by (source, external_id, content_hash)."""

import sqlalchemy as sa

from forgecrew.store.tables.base import ID, JSON, Utc, metadata

event = sa.Table(
    "event",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("source", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("external_id", sa.String(200), nullable=False),
    sa.Column("content_hash", sa.String(64), nullable=False),
    sa.Column("actor", sa.String(100), nullable=False),
    sa.Column("repo", sa.String(200), nullable=False),
    sa.Column("subject_kind", sa.String(20), nullable=False),
    sa.Column("subject_number", sa.Integer, nullable=False),
    sa.Column("payload", JSON, nullable=False),
    sa.Column("comment_id", sa.Integer),
    sa.Column("label", sa.String(200), nullable=False),
    sa.Column("occurred_at", Utc, nullable=False),
    sa.Column("stored_at", Utc, nullable=False),
    sa.Column("dispatched_at", Utc),
    sa.Column("problem", sa.Text),
    sa.Column("remembered_at", Utc),
    sa.Column("memory_problem", sa.Text),
    sa.UniqueConstraint("source", "external_id", "content_hash"),
)

undispatched = sa.Index("ix_event_undispatched", event.c.id, sqlite_where=event.c.dispatched_at.is_(None),
                        postgresql_where=event.c.dispatched_at.is_(None))  # fmt: skip
by_subject = sa.Index("ix_event_subject", event.c.repo, event.c.subject_number, event.c.kind)
by_comment = sa.Index("ix_event_comment", event.c.repo, event.c.comment_id)
unremembered = sa.Index("ix_event_unremembered", event.c.id, sqlite_where=event.c.remembered_at.is_(None),
                        postgresql_where=event.c.remembered_at.is_(None))  # fmt: skip
