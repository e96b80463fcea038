"""Write matcher/samples/corpus.jsonl, the sample catalogue as BEIR documents, from patents.jsonl.

    python -m scripts.docs.sample_corpus

Run it after every change of the catalogue.
"""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from matcher.importing.read_file import read_file

SAMPLES = Path(__file__).resolve().parents[2] / "matcher" / "samples"


def documents(patents: Path) -> Iterator[dict[str, Any]]:
    """One document for each case, in the order of the file: id, title, abstract and claims."""
    for record in read_file(patents, mapping={}, today=date.today(), sample=True).patents:
        patent = record.patent
        yield {
            "_id": patent.id,
            "title": patent.title,
            "text": patent.abstract,
            "claims": [claim.text for claim in patent.claims],
        }


def main() -> None:
    """Write the corpus beside the catalogue."""
    corpus = SAMPLES / "corpus.jsonl"
    lines = [
        json.dumps(document, ensure_ascii=False) + "\n"
        for document in documents(SAMPLES / "patents.jsonl")
    ]
    corpus.write_text("".join(lines), encoding="utf-8")
    print(f"{corpus.name}: {len(lines)} documents")


if __name__ == "__main__":
    main()
