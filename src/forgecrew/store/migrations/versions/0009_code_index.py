"""Tables of code index."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Change the tables."""
    _repositories()
    _contents()
    _commits()


def _repositories() -> None:
    op.create_table(
        "code_ref",
        sa.Column("id", BIG, nullable=False),
        sa.Column("repo_id", BIG, nullable=False),
        sa.Column("ref", sa.String(length=250), nullable=False),
        sa.Column("commit_sha", sa.String(length=64), nullable=False),
        sa.Column("indexed_version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_ref")),
        sa.UniqueConstraint("repo_id", "ref", name=op.f("uq_code_ref_repo_id_ref")),
    )
    op.create_table(
        "code_repo",
        sa.Column("id", BIG, nullable=False),
        sa.Column("repo", sa.String(length=200), nullable=False),
        sa.Column("readers", sa.String(length=200), nullable=False),
        sa.Column("branch", sa.String(length=250), nullable=False),
        sa.Column("wanted_at", sa.DateTime(), nullable=False),
        sa.Column("indexed_at", sa.DateTime(), nullable=True),
        sa.Column("busy_until", sa.DateTime(), nullable=True),
        sa.Column("not_before", sa.DateTime(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_repo")),
        sa.UniqueConstraint("repo", name=op.f("uq_code_repo_repo")),
    )
    op.create_table(
        "code_tree",
        sa.Column("ref_id", BIG, autoincrement=False, nullable=False),
        sa.Column("path", sa.String(length=1000), nullable=False),
        sa.Column("blob_id", BIG, nullable=False),
        sa.PrimaryKeyConstraint("ref_id", "path", name=op.f("pk_code_tree")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_code_tree_blob", "code_tree", ["blob_id"], unique=False)


def _contents() -> None:
    op.create_table(
        "blob_reference",
        sa.Column("blob_id", BIG, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("blob_id", "kind", "name", name=op.f("pk_blob_reference")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_blob_reference_name", "blob_reference", ["name", "kind"], unique=False)
    op.create_table(
        "blob_symbol",
        sa.Column("blob_id", BIG, autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("qualname", sa.String(length=400), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("start_line", sa.Integer(), nullable=False),
        sa.Column("end_line", sa.Integer(), nullable=False),
        sa.Column("text_hash", sa.String(length=32), nullable=False),
        sa.Column("signature", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("blob_id", "seq", name=op.f("pk_blob_symbol")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_blob_symbol_name", "blob_symbol", ["name"], unique=False)
    op.create_index("ix_blob_symbol_text", "blob_symbol", ["text_hash"], unique=False)
    op.create_table(
        "code_blob",
        sa.Column("id", BIG, nullable=False),
        sa.Column("sha", sa.String(length=64), nullable=False),
        sa.Column("lang", sa.String(length=20), nullable=False),
        sa.Column("indexed_version", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.String(length=40), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_blob")),
        sa.UniqueConstraint("sha", name=op.f("uq_code_blob_sha")),
    )
    op.create_table(
        "code_text",
        sa.Column("text_hash", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("text_hash", name=op.f("pk_code_text")),
    )


def _commits() -> None:
    op.create_table(
        "code_commit",
        sa.Column("id", BIG, nullable=False),
        sa.Column("repo_id", BIG, nullable=False),
        sa.Column("sha", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_commit")),
        sa.UniqueConstraint("repo_id", "sha", name=op.f("uq_code_commit_repo_id_sha")),
    )
    op.create_table(
        "code_touch",
        sa.Column("commit_id", BIG, autoincrement=False, nullable=False),
        sa.Column("path", sa.String(length=1000), nullable=False),
        sa.Column("change", sa.String(length=1), nullable=False),
        sa.Column("old_path", sa.String(length=1000), nullable=False),
        sa.PrimaryKeyConstraint("commit_id", "path", name=op.f("pk_code_touch")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_code_touch_path", "code_touch", ["path", "commit_id"], unique=False)
