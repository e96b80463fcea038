"""Revisions, a file each. They describe past tables, so they import nothing of the project."""
