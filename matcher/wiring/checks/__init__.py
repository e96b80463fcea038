"""Checks of a home: whether everything in it is as it was written, and what can be mended."""
