"""Work orders: what callers were promised, who works on it, and whether it was kept."""
