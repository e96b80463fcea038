"""Compare how fast bodies of the built-in model encode, such as those of six and three layers.

    python -m scripts.quality.bodies FOLDER FOLDER …

Each folder is one that `python -m scripts.training` saves. All encode the titles and abstracts of
the samples, and their titles alone, by turns, in both runtimes. Printed are texts a second (median
of the rounds) and how many times as many as the first folder's. Prints Markdown.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from matcher.ports import Encoder
from models.openvino_encoder import OpenVinoEncoder
from models.pretrained import LoadOptions
from models.sentence_transformer import SentenceTransformerEncoder
from scripts.quality.samples import read_samples
from scripts.quality.turns import timed_by_turns


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a row for each folder, runtime and length of texts."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.quality.bodies", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("folders", nargs="+", type=Path, help="folders of saved bodies")
    folders: list[Path] = parser.parse_args(arguments).folders
    if len({folder.resolve() for folder in folders}) < max(2, len(folders)):
        parser.error("name two different folders, or more")
    for folder in folders:
        if not (folder / "modules.json").is_file():
            parser.error(f"{folder} is no folder of a model")
    patents = read_samples().patents
    texts = {
        "titles and abstracts": [f"{patent.title}\n{patent.abstract}" for patent in patents],
        "titles": [patent.title for patent in patents],
    }
    print("| runtime | texts | body | texts/s | times |\n|---|---|---|---:|---:|")
    for runtime, encoders in _encoders(folders).items():
        for kind, own in texts.items():
            timed = timed_by_turns(encoders, own)
            first = timed[str(folders[0])].rate
            for name, turns in timed.items():
                times = f"{turns.rate / first:.2f}"
                print(f"| {runtime} | {kind} | {name} | {turns.rate:.0f} | {times} |")


def _encoders(folders: Sequence[Path]) -> dict[str, dict[str, Encoder]]:
    """Return the encoders of each runtime, by folder."""
    options = LoadOptions("cpu", "float32")
    return {
        "OpenVINO": {str(folder): OpenVinoEncoder(folder.name, folder) for folder in folders},
        "torch": {
            str(folder): SentenceTransformerEncoder(folder.name, str(folder), options)
            for folder in folders
        },
    }


if __name__ == "__main__":
    main()
