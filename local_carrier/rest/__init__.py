"""The subset of the carrier's REST API, at its real paths and in its real shapes."""
