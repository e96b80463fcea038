"""Readers of the training texts, and of those held out for evaluation.

Every reader takes the data folder (`MATCHER_DATA`). Needs and technology achievements are not read
here: they serve evaluation only.
"""

import csv
import gzip
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from matcher.text.characters import CHINESE

Pair = tuple[str, str]

EVALUATION_SPLITS = frozenset({"csl_ts_dev", "csl_ts_test"})
HELD_OUT_PAIRS = 1_000
"""Pairs of each parallel source that are measured and never trained on."""
HELD_OUT_MARGIN, IPC_MARGIN = 1.1, 1.6
"""Pairs that are set apart for each one of HELD_OUT_PAIRS: some are doubles or too short."""
MIN_HELD_OUT_LENGTH = 4
IPC_SOURCES = {"ipc": "ipc", "ipc path": "ipc_path"}
PAPER_SOURCES = {"paper titles": "arxiv_title", "paper abstracts": "arxiv_abstract"}
DOCUMENTATION = ("pydocs", "espidf", "kicad", "d2l")
PARALLEL = (*IPC_SOURCES, *PAPER_SOURCES, *DOCUMENTATION)
"""Parallel sources, by name."""

_CHINESE = re.compile(f"[{CHINESE}]")
_MARKUP = (
    re.compile(r"``([^`]*)``|`([^`<]*?)\s*<[^`>]*>`_*|:[\w:+-]+:`~?([^`<]*)(?:<[^`>]*>)?`"),
    re.compile(r"\*\*?([^*]+)\*\*?|`([^`]*)`_*|\[([^\]]*)\]\([^)]*\)"),
)
_REMAINING_MARKUP = re.compile(r"https?://\S+|<[^<>]{1,40}>|[*`_|#]{1,}")


def parallel(data: Path, held_out: frozenset[str]) -> dict[str, list[Pair]]:
    """Chinese-English pairs by source, without any text of a document that is held out."""
    by_source = {}
    for name in PARALLEL:
        rows = list(_pairs_and_documents(data, name))
        texts = {text for pair, document in rows if document in held_out for text in pair}
        pairs = (pair for pair, _ in rows if texts.isdisjoint(pair))
        by_source[name] = list(dict.fromkeys(pairs))
    return by_source


def dictionary(data: Path) -> dict[str, list[str]]:
    """English glosses of Chinese words, the most common ones first."""
    glosses: dict[str, list[str]] = {}
    for name in ("cedict", "msterm", "ee"):
        for zh, en in _two_columns(data / f"terms/{name}_zh_en.tsv.gz"):
            for part in en.split(";" if name == "ee" else "/"):
                if gloss := _gloss(part):
                    glosses.setdefault(zh.strip(), []).append(gloss)
    return {word: list(dict.fromkeys(listed)) for word, listed in glosses.items()}


def held_out_documents(data: Path) -> frozenset[str]:
    """Documents that are never trained on, enough for `held_out_pairs` of each source.

    They are IPC subclasses by code (`H01M`), papers (`paper 2501.00001`), and files of
    documentation (`kicad src/gui.po`).
    """
    # Titles and abstracts of papers have the same documents, as the classification has.
    sources = ("ipc", "paper abstracts", *DOCUMENTATION)
    return frozenset(document for name in sources for document in _drawn_documents(data, name))


def held_out_pairs(data: Path, held_out: frozenset[str]) -> dict[str, list[Pair]]:
    """At most 1,000 distinct pairs of the held-out documents of each parallel source."""
    return {name: _distinct_pairs(data, name, held_out) for name in PARALLEL}


def journal_articles(data: Path, split: str | None = None) -> list[dict[str, Any]]:
    """Articles of Chinese journals: one evaluation split, or by default all for training."""
    rows = []
    with gzip.open(data / "chinese/csl.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            splits = set(row["src"])
            wanted = split in splits if split else not splits & EVALUATION_SPLITS
            if wanted:
                rows.append(row)
    return rows


def patent_texts(data: Path) -> list[dict[str, Any]]:
    """Chinese patents with title and abstract, some with claims."""
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


def strip_markup(text: str) -> str:
    """Remove the mark-up of a sentence of documentation."""
    for pattern in _MARKUP:
        text = pattern.sub(
            lambda match: next((group for group in match.groups() if group), ""), text
        )
    return re.sub(r"\s+", " ", _REMAINING_MARKUP.sub(" ", text)).strip()


def chinese_share(text: str) -> float:
    """Share of Chinese characters in a text, 0 to 1."""
    return len(_CHINESE.findall(text)) / max(1, len(text))


def _is_translation(zh: str, en: str) -> bool:
    """True for texts that are long enough, in the right languages and of plausible lengths."""
    if not (4 <= len(zh) <= 160 and 8 <= len(en) <= 480):
        return False
    return chinese_share(zh) > 0.35 and chinese_share(en) < 0.02 and 0.8 < len(en) / len(zh) < 8


def _gloss(part: str) -> str:
    text = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", part)
    text = re.sub(
        r"\b(?:CL|variant of|see|surname|abbr\.? for|used in|old variant of):?.*", "", text
    )
    text = re.sub(f"[{CHINESE}|]+", " ", text)
    text = re.sub(r"^\s*(?:to|a|an|the)\s+", "", text.strip())
    return re.sub(r"\s+", " ", text).strip(" ,.;:-")


def _drawn_documents(data: Path, name: str, seed: int = 7) -> set[str]:
    """Documents of a source in random order, until they have pairs enough."""
    wanted = HELD_OUT_PAIRS * (IPC_MARGIN if name in IPC_SOURCES else HELD_OUT_MARGIN)
    counts = Counter(document for _, document in _pairs_and_documents(data, name))
    chosen: set[str] = set()
    count = 0
    for document in random.Random(seed).sample(sorted(counts), len(counts)):
        if count > wanted:
            break
        chosen.add(document)
        count += counts[document]
    return chosen


def _distinct_pairs(data: Path, name: str, held_out: frozenset[str]) -> list[Pair]:
    pairs: dict[str, str] = {}
    english: set[str] = set()
    for (zh, en), document in _pairs_and_documents(data, name):
        if document in held_out and len(zh) >= MIN_HELD_OUT_LENGTH and en not in english:
            english.add(pairs.setdefault(zh, en))
    listed = list(pairs.items())
    random.Random(1).shuffle(listed)
    return listed[:HELD_OUT_PAIRS]


def _pairs_and_documents(data: Path, name: str) -> Iterator[tuple[Pair, str]]:
    """Yield every pair of a parallel source with its document."""
    if name in IPC_SOURCES:
        for zh, en, code in _rows(data / f"parallel/{IPC_SOURCES[name]}_zh_en.tsv.gz", 3):
            if zh.strip() and en.strip():
                yield (zh.strip(), en.strip()), code[:4]
    elif name in PAPER_SOURCES:
        for zh, en, paper in _rows(data / f"parallel/{PAPER_SOURCES[name]}_zh_en.tsv.gz", 3):
            if zh.strip() and en.strip():
                yield (zh.strip(), en.strip()), f"paper {paper}"
    else:
        for zh, en, file in _rows(data / f"parallel/{name}_zh_en.tsv.gz", 3):
            pair = strip_markup(zh), strip_markup(en)
            if _is_translation(*pair):
                yield pair, f"{name} {file}"


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
