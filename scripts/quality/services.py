"""Compare the built-in model behind an encoder service with the same model in this process.

    .ci/model-server                                    # once: installs the server infinity
    python -m scripts.quality.services                  # serves models/bilingual on the loopback
    python -m scripts.quality.services ADDRESS          # asks this service instead, in float32
                                                        # (key: MATCHER_MODEL_KEY)

Both encode the titles and abstracts of the samples, by turns. Printed are texts a second (median
of the rounds), and the lowest cosine to the model in this process. Prints Markdown.
"""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import SecretStr

from matcher.ports import Encoder
from matcher.settings import Settings
from models.loading import BUILTIN, BUILTIN_FOLDER, load_encoder
from models.pretrained import LoadOptions
from models.services.options import ServiceOptions
from scripts.quality.infinity import running_infinity
from scripts.quality.samples import read_samples
from scripts.quality.turns import timed_by_turns

WINDOW = 256
REQUESTS = ((8, 1), (8, 4), (32, 4))
"""Texts of a request, and requests at once."""
KEY = "sk-measuring"


def main() -> None:
    """Print a row for the model in this process, and for each way of asking the service."""
    patents = read_samples().patents
    local = load_encoder(BUILTIN, LoadOptions("cpu", "float32"))
    with _service() as (address, key):
        ways: dict[str, Encoder] = {"in this process": local}
        for size, requests in REQUESTS:
            options = ServiceOptions(key, window=WINDOW, requests=requests)
            name = f"service, {size} texts a request, {requests} at once"
            ways[name] = load_encoder(address, LoadOptions(batch_size=size, service=options))
        service = ways[name]
        texts = [
            piece
            for patent in patents
            for piece in service.split(f"{patent.title}\n{patent.abstract}", "passage")
        ]
        timed = timed_by_turns(ways, texts)
    reference = timed["in this process"].vectors
    print("| model | texts/s | lowest cosine |\n|---|---:|---:|")
    for way, turns in timed.items():
        cosine = float((turns.vectors * reference).sum(axis=1).min())
        print(f"| {way} | {turns.rate:.0f} | {cosine:.6f} |")


@contextmanager
def _service() -> Iterator[tuple[str, SecretStr | None]]:
    """Address and key of the service that was named, or of one that is started."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.quality.services", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("address", nargs="?", help="openai+http://HOST/v1#NAME")
    address = parser.parse_args().address
    if address is not None:
        yield address, Settings().model_key
        return
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.txt"
        with running_infinity({"bilingual": BUILTIN_FOLDER}, KEY, log) as url:
            yield f"openai+{url}#bilingual", SecretStr(KEY)


if __name__ == "__main__":
    main()
