"""Tasks: one per intention; at most one that is not ended per (subject, role)."""

import sqlalchemy as sa

from forgecrew.store.tables.base import ID, JSON, Utc, metadata

task = sa.Table(
    "task",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("role", sa.String(40), nullable=False),
    sa.Column("agent", sa.String(100), nullable=False),
    sa.Column("repo", sa.String(200), nullable=False),
    sa.Column("subject_kind", sa.String(20), nullable=False),
    sa.Column("subject_number", sa.Integer, nullable=False),
    sa.Column("subject_key", sa.String(220), nullable=False),
    sa.Column("title", sa.Text, nullable=False, default=""),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("asked_by", sa.String(100), nullable=False),
    sa.Column("label", sa.String(200), nullable=False),
    sa.Column("event_id", ID),
    sa.Column("pull_number", sa.Integer, nullable=False, default=0),
    sa.Column("outcome", sa.String(20)),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sa.Column("stop_asked", sa.Boolean, nullable=False, default=False),
    sa.Column("wake_asked", sa.Boolean, nullable=False, default=False),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("run_id", ID),
    sa.Column("worker_id", sa.String(100)),
    sa.Column("not_before", Utc),
    sa.Column("state_json", JSON, nullable=False),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("updated_at", Utc, nullable=False),
)
"""wake_asked: an event about the task came while it was running; it is queued again when the run ends."""

open_once = sa.Index("uq_task_open", task.c.subject_key, task.c.role, unique=True,
                     sqlite_where=task.c.state != "ended", postgresql_where=task.c.state != "ended")  # fmt: skip
running_once = sa.Index("uq_task_running", task.c.subject_key, unique=True,
                        sqlite_where=task.c.state == "running", postgresql_where=task.c.state == "running")  # fmt: skip
by_state = sa.Index("ix_task_state_priority", task.c.state, task.c.priority, task.c.id)
by_pull = sa.Index("ix_task_repo_pull", task.c.repo, task.c.pull_number)
by_subject = sa.Index("ix_task_subject", task.c.subject_key, task.c.id)
