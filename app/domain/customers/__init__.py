"""The customer archive."""
