"""Copies of a whole database as of one moment, and the way back: by SQLite, by PostgreSQL."""
