"""Readers of the training texts, and of those held out for evaluation.

Every reader takes the data folder (`MATCHER_DATA`). Needs and technology achievements are not read
here: they serve evaluation only.
"""

import csv
import gzip
import json
import random
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from matcher.text.characters import CHINESE

Pair = tuple[str, str]

EVALUATION_SPLITS = frozenset({"csl_ts_dev", "csl_ts_test"})
HELD_OUT_TITLES = 1_000
HELD_OUT_MARGIN = 1.6
"""Titles that are set apart for each one of HELD_OUT_TITLES: some are doubles or too short."""
MIN_HELD_OUT_LENGTH = 4
DOCUMENTATION = ("pydocs", "espidf", "kicad", "d2l")

_CHINESE = re.compile(f"[{CHINESE}]")
_MARKUP = (
    re.compile(r"``([^`]*)``|`([^`<]*?)\s*<[^`>]*>`_*|:[\w:+-]+:`~?([^`<]*)(?:<[^`>]*>)?`"),
    re.compile(r"\*\*?([^*]+)\*\*?|`([^`]*)`_*|\[([^\]]*)\]\([^)]*\)"),
)
_REMAINING_MARKUP = re.compile(r"https?://\S+|<[^<>]{1,40}>|[*`_|#]{1,}")


def parallel(data: Path, held_out: frozenset[str]) -> dict[str, list[Pair]]:
    """Chinese-English pairs by source, without the held-out IPC subclasses."""
    by_source = {
        "ipc": list(_ipc(data / "parallel/ipc_zh_en.tsv.gz", held_out)),
        "ipc path": list(_ipc(data / "parallel/ipc_path_zh_en.tsv.gz", held_out)),
        "paper titles": list(_two_columns(data / "parallel/arxiv_title_zh_en.tsv.gz")),
        "paper abstracts": list(_two_columns(data / "parallel/arxiv_abstract_zh_en.tsv.gz")),
    }
    for name in DOCUMENTATION:
        rows = _two_columns(data / f"parallel/{name}_zh_en.tsv.gz")
        pairs = ((strip_markup(zh), strip_markup(en)) for zh, en in rows)
        by_source[name] = list(dict.fromkeys(pair for pair in pairs if _is_translation(*pair)))
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


def held_out_subclasses(data: Path, seed: int = 7) -> frozenset[str]:
    """IPC subclasses whose titles are never trained on, enough for `held_out_titles`."""
    by_subclass: dict[str, list[Pair]] = {}
    for zh, en, code in _rows(data / "parallel/ipc_zh_en.tsv.gz", 3):
        by_subclass.setdefault(code[:4], []).append((zh, en))
    chosen: set[str] = set()
    count = 0
    for subclass in random.Random(seed).sample(sorted(by_subclass), len(by_subclass)):
        if count > HELD_OUT_MARGIN * HELD_OUT_TITLES:
            break
        chosen.add(subclass)
        count += len(by_subclass[subclass])
    return frozenset(chosen)


def held_out_titles(data: Path, held_out: frozenset[str]) -> list[Pair]:
    """At most 1,000 distinct title pairs of the held-out subclasses."""
    pairs: dict[str, str] = {}
    for zh, en, code in _rows(data / "parallel/ipc_zh_en.tsv.gz", 3):
        if code[:4] in held_out and len(zh) >= MIN_HELD_OUT_LENGTH and en not in pairs.values():
            pairs.setdefault(zh, en)
    listed = list(pairs.items())
    random.Random(1).shuffle(listed)
    return listed[:HELD_OUT_TITLES]


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


def chinese_texts(data: Path, pairs: dict[str, list[Pair]]) -> Iterable[str]:
    """Technical Chinese texts, for counting words and tokens."""
    for listed in pairs.values():
        yield from (zh for zh, _ in listed)
    yield from (row["abstract"] for row in journal_articles(data))
    yield from (row["title"] + "。" + row["abstract"] for row in patent_texts(data))
    yield from (title for title, _ in patent_titles(data))
    yield from (title for _, _, title in ipc_titles(data))


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
