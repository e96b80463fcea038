"""Attacks on access: what was tried, how often, and by which test stands in docs/security.md."""
