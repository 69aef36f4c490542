"""What alembic runs for each command: migrate on the connection that store/migrate.py gives."""

from typing import Any, Literal

from alembic import context

from forgecrew.store.tables import metadata
from forgecrew.store.tables.base import Utc


def _render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    # A step must not change when our types do.
    return "sa.DateTime()" if kind == "type" and isinstance(item, Utc) else False


context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, compare_type=True, render_as_batch=True,
    render_item=_render,
)  # fmt: skip
with context.begin_transaction():
    context.run_migrations()
