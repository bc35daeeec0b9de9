"""Articles for agents and callers."""
