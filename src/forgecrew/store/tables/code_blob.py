"""What one content of a file defines, calls and imports, by git's hash of it: wherever and however often it stands.

`words` are its stemmed words and those of its pieces (memory/code/kept_words.py); `skipped` says why it was not read. The
text_hash of a symbol is that of its piece in code_text, "" when it is part of another piece.
"""

import sqlalchemy as sa

from forgecrew.store.tables.base import BIG, Utc, metadata

code_blob = sa.Table(
    "code_blob",
    metadata,
    sa.Column("id", BIG, primary_key=True),
    sa.Column("sha", sa.String(64), nullable=False, unique=True),
    sa.Column("lang", sa.String(20), nullable=False),
    sa.Column("indexed_version", sa.Integer, nullable=False),
    sa.Column("skipped", sa.String(40), nullable=False),
    sa.Column("lines", sa.Integer, nullable=False),
    sa.Column("words", sa.LargeBinary, nullable=False),
    sa.Column("at", Utc, nullable=False),
)

blob_symbol = sa.Table(
    "blob_symbol",
    metadata,
    sa.Column("blob_id", BIG, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("qualname", sa.String(400), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("start_line", sa.Integer, nullable=False),
    sa.Column("end_line", sa.Integer, nullable=False),
    sa.Column("text_hash", sa.String(32), nullable=False),
    sa.Column("signature", sa.String(300), nullable=False),
    sqlite_with_rowid=False,
)

symbol_by_name = sa.Index("ix_blob_symbol_name", blob_symbol.c.name)
symbol_by_text = sa.Index("ix_blob_symbol_text", blob_symbol.c.text_hash)

blob_reference = sa.Table(
    "blob_reference",
    metadata,
    sa.Column("blob_id", BIG, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(10), primary_key=True),
    sa.Column("name", sa.String(300), primary_key=True),
    sa.Column("line", sa.Integer, nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)

reference_by_name = sa.Index("ix_blob_reference_name", blob_reference.c.name, blob_reference.c.kind)

code_text = sa.Table(
    "code_text",
    metadata,
    sa.Column("text_hash", sa.String(32), primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
)
