"""What the PostgreSQL driver raises, without loading it: on SQLite it would be eight megabytes for nothing."""

from __future__ import annotations

import sys


def postgres_errors() -> tuple[type[Exception], ...]:
    """For an `except`; empty as long as nobody has loaded the driver, which then cannot have raised anything."""
    driver = sys.modules.get("asyncpg")
    return () if driver is None else (driver.PostgresError, driver.InterfaceError)
