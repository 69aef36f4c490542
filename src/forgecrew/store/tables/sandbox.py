"""Sandboxes as people see them: what runs in each, what it uses, what it printed last; written by the worker that holds it."""

import sqlalchemy as sa

from forgecrew.store.tables.base import FLOAT, JSON, Utc, metadata

sandbox = sa.Table(
    "sandbox",
    metadata,
    sa.Column("id", sa.String(100), primary_key=True),
    sa.Column("owner", sa.String(200), nullable=False),
    sa.Column("task_id", sa.Integer),
    sa.Column("worker_id", sa.String(100), nullable=False),
    sa.Column("profile", sa.String(40), nullable=False),
    sa.Column("bounds", JSON, nullable=False),
    sa.Column("network", sa.String(100), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("command", sa.Text, nullable=False),
    sa.Column("commands", sa.Integer, nullable=False),
    sa.Column("steps", sa.Integer, nullable=False),
    sa.Column("cpu", FLOAT),
    sa.Column("memory_bytes", sa.BigInteger),
    sa.Column("processes", sa.Integer),
    sa.Column("disk_bytes", sa.BigInteger),
    sa.Column("bytes_in", sa.BigInteger),
    sa.Column("bytes_out", sa.BigInteger),
    sa.Column("lines", JSON, nullable=False),
    sa.Column("lines_end", sa.Integer, nullable=False),
    sa.Column("removal_asked", sa.Boolean, nullable=False, default=False),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("updated_at", Utc, nullable=False),
)
"""state: idle, waiting (for room on the machine), running. bounds: [memory bytes, cores, processes, disk bytes] of what runs.
steps: how often it was given more. cpu: cores in use. lines: the last lines that were printed, lines_end: how many there were
in all. network: what leads out of it; bytes_in, bytes_out: what passed there since its worker holds it."""

by_worker = sa.Index("ix_sandbox_worker_id", sandbox.c.worker_id)
by_task = sa.Index("ix_sandbox_task_id", sandbox.c.task_id)
