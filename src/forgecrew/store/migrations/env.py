"""What alembic runs for each command: migrate on the connection that store/migrate.py gives."""

from alembic import context

from forgecrew.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, compare_type=True, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
