"""Patents to measure with: copies of the samples of which no text is that of another one."""

import json
from collections.abc import Sequence
from pathlib import Path

from matcher.settings import Settings
from matcher.store import patents
from matcher.types import Patent
from matcher.wiring.build import index_words
from matcher.wiring.open import import_files, open_store
from scripts.bench.catalogue import write_catalogue
from scripts.scale.stages import TODAY


def write_varied(target: Path, count: int) -> None:
    """Write `count` patents as JSON lines; copies differ in title, abstract and claims.

    Equal texts would be stored once in several parts of an index, and make them look small.
    """
    write_catalogue(target, count)
    records = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    with target.open("w", encoding="utf-8") as file:
        for number, record in enumerate(records):
            record["abstract"] = f"{record['abstract']}实施例{number}。"
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def read_documents(data: Path | None, count: int, folder: Path) -> list[Patent]:
    """Return at most `count` patents of a file, or varied samples; works in a new folder."""
    settings = Settings(home=folder, database_url=None, index="files")
    if data is None:
        data = folder / "varied.jsonl"
        write_varied(data, count)
    import_files(settings, [data], today=TODAY, sample=True)
    with open_store(settings) as store, store.reading() as connection:
        return [patent for _row, patent in patents.each(connection)][:count]


def save_documents(documents: Sequence[Patent], home: Path) -> Settings:
    """Save patents in a new home, and index their words; returns its settings."""
    settings = Settings(home=home, database_url=None, index="files")
    with open_store(settings) as store:
        with store.changing_catalogue() as connection:
            patents.save(connection, documents)
        index_words(settings, store)
    return settings
