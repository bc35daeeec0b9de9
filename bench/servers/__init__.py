"""Contenders that the service is measured against, each a server of its own."""
