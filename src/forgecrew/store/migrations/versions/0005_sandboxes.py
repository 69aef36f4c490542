"""Tables of sandboxes."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "command_use",
        sa.Column("repo", sa.String(length=200), nullable=False),
        sa.Column("shape", sa.String(length=80), nullable=False),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.Column("recent", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("repo", "shape", name=op.f("pk_command_use")),
    )
    op.create_index("ix_command_use_repo_at", "command_use", ["repo", "at"], unique=False)
    op.create_table(
        "sandbox",
        sa.Column("id", sa.String(length=100), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("worker_id", sa.String(length=100), nullable=False),
        sa.Column("profile", sa.String(length=40), nullable=False),
        sa.Column("bounds", sa.JSON(), nullable=False),
        sa.Column("network", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("commands", sa.Integer(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("cpu", sa.Float(), nullable=True),
        sa.Column("memory_bytes", sa.BigInteger(), nullable=True),
        sa.Column("processes", sa.Integer(), nullable=True),
        sa.Column("disk_bytes", sa.BigInteger(), nullable=True),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("lines_end", sa.Integer(), nullable=False),
        sa.Column("removal_asked", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sandbox")),
    )
    op.create_index("ix_sandbox_task_id", "sandbox", ["task_id"], unique=False)
    op.create_index("ix_sandbox_worker_id", "sandbox", ["worker_id"], unique=False)
