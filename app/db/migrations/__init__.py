"""Versions of the schema; `app.db.schema` runs them."""
