"""How good a model is: real needs, Chinese against English titles, titles against abstracts."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from scripts.training import sources

Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]


def figures(encode: Encode, data: Path) -> dict[str, float]:
    """Every figure of docs/model-card.md, by name; `encode` gives unit vectors (n, d)."""
    return {
        **needs(encode, data / "need-achievement"),
        **bilingual(encode, sources.held_out_titles(data, sources.held_out_subclasses(data))),
        "csl_ts_dev mrr@10": titles(encode, sources.journal(data, "csl_ts_dev")),
        "csl_ts_test mrr@10": titles(encode, sources.journal(data, "csl_ts_test")),
    }


def needs(encode: Encode, folder: Path, split: str = "dev") -> dict[str, float]:
    """nDCG@10 (linear gain) and Spearman within the judged pools, needs with a positive."""
    queries = {row["_id"]: row for row in _lines(folder / "queries.jsonl")}
    corpus = {row["_id"]: row for row in _lines(folder / "corpus.jsonl")}
    pools: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels" / f"{split}.tsv").read_text("utf-8").splitlines()[1:]:
        query, document, grade = line.split("\t")
        pools.setdefault(query, {})[document] = int(grade)
    pools = {query: pool for query, pool in pools.items() if max(pool.values()) > 0}
    documents = sorted({document for pool in pools.values() for document in pool})
    place = {document: n for n, document in enumerate(documents)}
    of_documents = encode([_text(corpus[document]) for document in documents])
    of_queries = encode([_text(queries[query]) for query in pools])
    gains, agreements = [], []
    for vector, pool in zip(of_queries, pools.values(), strict=True):
        scores = of_documents[[place[document] for document in pool]] @ vector
        grades = np.array(list(pool.values()), dtype=float)
        gains.append(ndcg(grades[np.argsort(-scores, kind="stable")]))
        agreements.append(spearmanr(scores, grades).statistic if grades.std() else 0.0)
    return {"needs ndcg@10": float(np.mean(gains)), "needs spearman": float(np.mean(agreements))}


def ndcg(ranked: NDArray[np.float64], depth: int = 10) -> float:
    """nDCG with linear gain of the grades in the order of a ranking."""
    discounts = 1 / np.log2(np.arange(2, depth + 2))
    best = np.sort(ranked)[::-1][:depth]
    return float((ranked[:depth] @ discounts[: len(ranked)]) / (best @ discounts[: len(best)]))


def bilingual(encode: Encode, pairs: Sequence[sources.Pair]) -> dict[str, float]:
    """How often the other language's title is the nearest of all."""
    chinese, english = (encode([pair[side] for pair in pairs]) for side in (0, 1))
    similarity = chinese @ english.T
    right = np.arange(len(pairs))
    return {
        "ipc zh-en": float((similarity.argmax(axis=1) == right).mean()),
        "ipc en-zh": float((similarity.argmax(axis=0) == right).mean()),
    }


def titles(encode: Encode, rows: Sequence[dict[str, Any]]) -> float:
    """MRR@10 of the abstract that belongs to a title, among all of them."""
    rows = [row for row in rows if row.get("title")]
    asked = encode([row["title"] for row in rows])
    similarity = asked @ encode([row["abstract"] for row in rows]).T
    rank = (similarity > similarity.diagonal()[:, None]).sum(axis=1) + 1
    return float(np.where(rank <= 10, 1 / rank, 0).mean())


def _text(row: dict[str, str]) -> str:
    return f"{row['title']}\n{row['text']}".strip()


def _lines(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line]
