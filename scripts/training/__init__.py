"""The parts of scripts/training/bilingual.py, one step of the recipe a file."""
