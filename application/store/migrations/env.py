"""Alembic's entry point: runs the migrations on the connection that the database passes in."""

from alembic import context
from sqlalchemy import Connection

from application.store.schema import metadata

connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=metadata, render_as_batch=True, transactional_ddl=True
)
with context.begin_transaction():
    context.run_migrations()
