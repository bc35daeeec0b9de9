"""Early warnings: raised once, seen, acknowledged."""
