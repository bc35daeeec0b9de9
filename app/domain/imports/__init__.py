"""Bringing master data in from CSV files: all rows are checked, then applied in short chunks."""
