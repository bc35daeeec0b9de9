"""The `hotline` command: one file for each group, `root.main` as the entry."""

from app.cli.root import main

__all__ = ["main"]
