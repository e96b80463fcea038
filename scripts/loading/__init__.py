"""What scripts/load.py needs."""
