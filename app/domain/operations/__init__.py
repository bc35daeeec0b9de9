"""The operations file: what a utility sets without touching code."""
