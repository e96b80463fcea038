"""Alembic environment: runs the migrations over the connection of matcher.store.migrate.

To write a migration, see docs/database.md.
"""

from alembic import context

from matcher.store.schema.all import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a column only by making its table anew
)
with context.begin_transaction():
    context.run_migrations()
