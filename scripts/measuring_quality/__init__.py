"""The parts of scripts/quality.py: what is measured, on which collection, and how it is told."""
