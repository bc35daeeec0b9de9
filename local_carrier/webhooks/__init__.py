"""Requests to the application: connection overrides, retries, redirects, signatures, status callbacks."""
