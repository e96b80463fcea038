"""The parts of scripts/train_bilingual.py, one step of the recipe a file."""
