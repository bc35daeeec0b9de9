"""Called by Alembic with the connection that `app.db.schema` put into the configuration."""

from alembic import context
from sqlmodel import SQLModel

import app.db.tables  # noqa: F401 - fills the metadata
from app.db import schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    **schema.COMPARE_OPTIONS,
)
with context.begin_transaction():
    context.run_migrations()
