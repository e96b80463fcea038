"""Options that several measurements share."""

import argparse
import os
from pathlib import Path


def add_data_option(parser: argparse.ArgumentParser, content: str) -> None:
    """Add `--data`: the folder with this content, by default that of MATCHER_DATA, else None."""
    given = os.environ.get("MATCHER_DATA")
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(given) if given else None,
        help=f"folder with {content} (default: MATCHER_DATA)",
    )
