"""Entry point of `python -m scripts.training`: the recipe in scripts/training/recipe.py."""

from scripts.training.recipe import main

main()
