"""Alembic steps; one file a step, never changed once released."""
