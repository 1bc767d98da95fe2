"""Alembic runs this for every command; the connection comes from `store.opening.migrate`."""

from alembic import context

from labeler_app.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
