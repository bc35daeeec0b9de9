"""Outages as they are published."""
