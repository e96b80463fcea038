"""Entry point of `python -m scripts.training`: the recipe in scripts/training/bilingual.py."""

from scripts.training.bilingual import main

main()
