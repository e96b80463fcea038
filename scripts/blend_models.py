"""Weights between two states of one model, or beyond the second.

    python -m scripts.blend_models BEFORE AFTER --share 1.25 --out FOLDER
    python -m scripts.blend_models BEFORE AFTER --share 0.7 --words 1.3 --out FOLDER

Share 0 gives BEFORE, 1 gives AFTER; 1.25 goes a quarter further than the training did. The words'
own vectors can go another way than the rest.
"""

import argparse
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

WEIGHTS = "*.safetensors"
WORDS = "word_embeddings"


def blend(before: Path, after: Path, share: float, out: Path, words: float | None = None) -> None:
    """Write AFTER's folder with each weight w0 + share (w1 - w0), in the types of AFTER.

    `words` is the share of the words' own vectors where it is another.
    Raises ValueError where the two are not states of one model.
    """
    files = [file.relative_to(after) for file in sorted(after.rglob(WEIGHTS))]
    pairs = {file: (load_file(before / file), load_file(after / file)) for file in files}
    for file, (first, second) in pairs.items():
        if {k: v.shape for k, v in first.items()} != {k: v.shape for k, v in second.items()}:
            raise ValueError(f"{file} has other weights in {before} than in {after}")
    shutil.copytree(after, out)
    words = share if words is None else words
    for file, (first, second) in pairs.items():
        blended = {
            name: _between(first[name], second[name], words if WORDS in name else share)
            for name in second
        }
        save_file(blended, out / file, metadata={"format": "pt"})


def _between(first: torch.Tensor, second: torch.Tensor, share: float) -> torch.Tensor:
    if not second.is_floating_point():
        return second
    return torch.lerp(first.float(), second.float(), share).to(second.dtype)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--share", type=float, required=True)
    parser.add_argument("--words", type=float, help="the share of the words' own vectors")
    parser.add_argument("--out", type=Path, required=True, help="a folder that is not there yet")
    options = parser.parse_args()
    blend(options.before, options.after, options.share, options.out, options.words)


if __name__ == "__main__":
    main()
