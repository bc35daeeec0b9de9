"""Shift summaries: drafted from what happened, handed in, acknowledged."""
