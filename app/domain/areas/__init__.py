"""The tree of areas."""
