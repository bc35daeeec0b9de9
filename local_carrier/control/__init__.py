"""The control API: what a person, a page or a test does at the phones, and what it may read."""
