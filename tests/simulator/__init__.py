"""Whole days simulated to prove the routing core: seeded, replayable, checked after every event."""
