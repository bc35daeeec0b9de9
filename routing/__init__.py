"""The routing core: pure, deterministic, no clock, no random number, no I/O."""
