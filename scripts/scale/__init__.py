"""Figures of catalogues larger than any that can be run here: measured small, and carried on."""
