"""Backups of a home: one file, and the way back."""
