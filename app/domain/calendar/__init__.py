"""Working days of the utility."""
