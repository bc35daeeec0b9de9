"""Demo data: fictional people, numbers that nobody has, stories worth calling about."""
