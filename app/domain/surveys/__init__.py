"""Surveys after contacts and finished orders."""
