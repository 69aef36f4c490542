"""Intents: writes that were proposed, and what became of them."""

import sqlalchemy as sa

from forgecrew.store.tables.base import ID, JSON, Utc, metadata

intent = sa.Table(
    "intent",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("key", sa.String(300), nullable=False, unique=True),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("agent", sa.String(100), nullable=False),
    sa.Column("repo", sa.String(200), nullable=False),
    sa.Column("subject_kind", sa.String(20), nullable=False),
    sa.Column("subject_number", sa.Integer, nullable=False),
    sa.Column("subject_key", sa.String(220), nullable=False),
    sa.Column("arguments", JSON, nullable=False),
    sa.Column("action_class", sa.String(4), nullable=False),
    sa.Column("label", sa.String(200), nullable=False),
    sa.Column("run_id", sa.String(26), nullable=False, default=""),
    sa.Column("task_id", sa.Integer, nullable=False, default=0),
    sa.Column("rationale", sa.Text, nullable=False, default=""),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("executor", sa.String(100)),
    sa.Column("executing_since", Utc),
    sa.Column("not_before", Utc),
    sa.Column("result", JSON),
    sa.Column("problem", sa.Text, nullable=False, default=""),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("updated_at", Utc, nullable=False),
)

by_state = sa.Index("ix_intent_state", intent.c.state, intent.c.id)
by_task = sa.Index("ix_intent_task", intent.c.task_id)
by_kind = sa.Index("ix_intent_kind", intent.c.kind, intent.c.repo, intent.c.agent)
