"""Documents that were sent to memory: their bytes, whose they are, and what came of reading them.

`state` is waiting, kept, refused, replaced (by a newer one of its name) or forgotten; `problem` is the sentence for a person,
`notes` tell what was left out. A forgotten one keeps its source alone, so that it is not fetched again.
"""

import sqlalchemy as sa

from forgecrew.store.tables.base import BIG, ID, JSON, Utc, metadata

document = sa.Table(
    "document",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("repo", sa.String(200), nullable=False),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("bytes", BIG, nullable=False),
    sa.Column("content", sa.LargeBinary),
    sa.Column("source", sa.String(300), nullable=False),
    sa.Column("sent_by", sa.String(100), nullable=False),
    sa.Column("label", sa.String(250), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("problem", sa.Text, nullable=False),
    sa.Column("notes", JSON, nullable=False),
    sa.Column("places", sa.Integer, nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Column("read_at", Utc),
    sa.Column("held_until", Utc),
    sa.UniqueConstraint("repo", "name", "sha256"),
)

document_waiting = sa.Index("ix_document_waiting", document.c.state, document.c.id)
document_by_source = sa.Index("ix_document_source", document.c.source)
