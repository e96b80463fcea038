"""Entry point of `python -m scripts.training`: the recipe in scripts/training/recipe.py."""

import sys

from matcher.errors import MatcherError
from scripts.training.recipe import main

try:
    main()
except (MatcherError, OSError) as problem:
    sys.exit(f"error: {problem}")
