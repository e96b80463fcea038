"""The texts that the built-in model learns from, and those kept apart for measuring it.

Every reader takes the data folder (`MATCHER_DATA`). Needs and technology achievements are never
read here: they only measure.
"""

import csv
import gzip
import json
import random
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

Pair = tuple[str, str]

MEASURING_SPLITS = frozenset({"csl_ts_dev", "csl_ts_test"})
HELD_OUT_TITLES = 1_000
DOCUMENTATION = ("pydocs", "espidf", "kicad", "d2l")

_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_MARKUP = (
    re.compile(r"``([^`]*)``|`([^`<]*?)\s*<[^`>]*>`_*|:[\w:+-]+:`~?([^`<]*)(?:<[^`>]*>)?`"),
    re.compile(r"\*\*?([^*]+)\*\*?|`([^`]*)`_*|\[([^\]]*)\]\([^)]*\)"),
)
_REST = re.compile(r"https?://\S+|<[^<>]{1,40}>|[*`_|#]{1,}")


def parallel(data: Path, held_out: frozenset[str]) -> dict[str, list[Pair]]:
    """Chinese-English pairs by source, without the IPC subclasses that are held out."""
    found = {
        "ipc": list(_ipc(data / "parallel/ipc_zh_en.tsv.gz", held_out)),
        "ipc path": list(_ipc(data / "parallel/ipc_path_zh_en.tsv.gz", held_out)),
        "paper titles": list(_two_columns(data / "parallel/arxiv_title_zh_en.tsv.gz")),
        "paper abstracts": list(_two_columns(data / "parallel/arxiv_abstract_zh_en.tsv.gz")),
    }
    for name in DOCUMENTATION:
        rows = _two_columns(data / f"parallel/{name}_zh_en.tsv.gz")
        pairs = ((plain(zh), plain(en)) for zh, en in rows)
        found[name] = list(dict.fromkeys(pair for pair in pairs if _is_sound(*pair)))
    return found


def dictionary(data: Path) -> dict[str, list[str]]:
    """English glosses of Chinese words, the usual ones first."""
    glosses: dict[str, list[str]] = {}
    for name in ("cedict", "msterm", "ee"):
        for zh, en in _two_columns(data / f"terms/{name}_zh_en.tsv.gz"):
            for part in en.split(";" if name == "ee" else "/"):
                if gloss := _gloss(part):
                    glosses.setdefault(zh.strip(), []).append(gloss)
    return {word: list(dict.fromkeys(found)) for word, found in glosses.items()}


def held_out_subclasses(data: Path, seed: int = 7) -> frozenset[str]:
    """IPC subclasses whose titles the model never sees, enough for `held_out_titles`."""
    by_subclass: dict[str, list[Pair]] = {}
    for zh, en, code in _rows(data / "parallel/ipc_zh_en.tsv.gz", 3):
        by_subclass.setdefault(code[:4], []).append((zh, en))
    chosen: set[str] = set()
    count = 0
    for subclass in random.Random(seed).sample(sorted(by_subclass), len(by_subclass)):
        if count > 1.6 * HELD_OUT_TITLES:
            break
        chosen.add(subclass)
        count += len(by_subclass[subclass])
    return frozenset(chosen)


def held_out_titles(data: Path, held_out: frozenset[str]) -> list[Pair]:
    """1,000 distinct title pairs of the held-out subclasses."""
    pairs: dict[str, str] = {}
    for zh, en, code in _rows(data / "parallel/ipc_zh_en.tsv.gz", 3):
        if code[:4] in held_out and len(zh) >= 4 and en not in pairs.values():
            pairs.setdefault(zh, en)
    listed = list(pairs.items())
    random.Random(1).shuffle(listed)
    return listed[:HELD_OUT_TITLES]


def journal(data: Path, split: str | None = None) -> list[dict[str, Any]]:
    """Abstracts of Chinese journals: of one measuring split, or all that may be learned from."""
    rows = []
    with gzip.open(data / "chinese/csl.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            splits = set(row["src"])
            wanted = split in splits if split else not splits & MEASURING_SPLITS
            if wanted:
                rows.append(row)
    return rows


def patent_texts(data: Path) -> list[dict[str, Any]]:
    """Chinese patents with title and abstract; some have claims."""
    with gzip.open(data / "patents/zh_patents.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [row for row in rows if row.get("title") and row.get("abstract")]


def patent_titles(data: Path) -> list[tuple[str, list[str]]]:
    """Titles of Chinese patents with their IPC subclasses."""
    with gzip.open(data / "patents/titles_ipc.csv.gz", "rt", encoding="utf-8") as lines:
        return [(row["title"], row["ipc_subclasses"].split("|")) for row in csv.DictReader(lines)]


def ipc_titles(data: Path) -> list[tuple[str, str, str]]:
    """Code, level and Chinese title of every IPC entry."""
    with gzip.open(data / "ipc/ipc_zh_titles.csv.gz", "rt", encoding="utf-8") as lines:
        return [(row["code"], row["level"], row["title_zh"]) for row in csv.DictReader(lines)]


def plain(text: str) -> str:
    """A sentence of documentation without its mark-up."""
    for pattern in _MARKUP:
        text = pattern.sub(lambda found: next((g for g in found.groups() if g), ""), text)
    return re.sub(r"\s+", " ", _REST.sub(" ", text)).strip()


def chinese_share(text: str) -> float:
    """The share of a text's characters that are Chinese, 0 to 1."""
    return len(_CHINESE.findall(text)) / max(1, len(text))


def _is_sound(zh: str, en: str) -> bool:
    """Long enough, translated, and of lengths that can belong together."""
    if not (4 <= len(zh) <= 160 and 8 <= len(en) <= 480):
        return False
    return chinese_share(zh) > 0.35 and chinese_share(en) < 0.02 and 0.8 < len(en) / len(zh) < 8


def _gloss(part: str) -> str:
    text = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", part)
    text = re.sub(
        r"\b(?:CL|variant of|see|surname|abbr\.? for|used in|old variant of):?.*", "", text
    )
    text = re.sub(r"[\u3400-\u9fff|]+", " ", text)
    text = re.sub(r"^\s*(?:to|a|an|the)\s+", "", text.strip())
    return re.sub(r"\s+", " ", text).strip(" ,.;:-")


def _ipc(file: Path, held_out: frozenset[str]) -> Iterator[Pair]:
    seen: set[Pair] = set()
    for zh, en, code in _rows(file, 3):
        pair = (zh.strip(), en.strip())
        if code[:4] not in held_out and all(pair) and pair not in seen:
            seen.add(pair)
            yield pair


def _two_columns(file: Path) -> Iterator[Pair]:
    for zh, en in _rows(file, 2):
        if zh.strip() and en.strip():
            yield zh.strip(), en.strip()


def _rows(file: Path, columns: int) -> Iterator[list[str]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            cells = line.rstrip("\n").split("\t")
            if len(cells) >= columns:
                yield cells[:columns]


def chinese_texts(data: Path, pairs: dict[str, list[Pair]]) -> Iterable[str]:
    """Technical Chinese, to count words in."""
    for listed in pairs.values():
        yield from (zh for zh, _ in listed)
    yield from (row["abstract"] for row in journal(data))
    yield from (row["title"] + "。" + row["abstract"] for row in patent_texts(data))
    yield from (title for title, _ in patent_titles(data))
    yield from (title for _, _, title in ipc_titles(data))
