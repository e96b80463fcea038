"""Evaluation of an encoder: real needs, translations, journal abstracts."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from matcher.measures import Ranked, measure
from scripts.training import sources
from scripts.training.student import Encode

DEPTH = 10


def evaluate(encode: Encode, data: Path) -> dict[str, float]:
    """Every figure of docs/model-card.md, by name."""
    pairs = sources.held_out_pairs(data, sources.held_out_documents(data))
    return {
        **need_ranking(encode, data / "need-achievement"),
        **translation_retrieval(encode, pairs),
        "csl_ts_dev mrr@10": abstract_retrieval(
            encode, sources.journal_articles(data, "csl_ts_dev")
        ),
        "csl_ts_test mrr@10": abstract_retrieval(
            encode, sources.journal_articles(data, "csl_ts_test")
        ),
    }


def need_ranking(encode: Encode, folder: Path, split: str = "dev") -> dict[str, float]:
    """Mean nDCG@10 (linear gain) and Spearman correlation over the needs of a BEIR folder.

    Only judged documents are ranked, and only needs with a positive one count.
    """
    queries = {row["_id"]: row for row in _lines(folder / "queries.jsonl")}
    corpus = {row["_id"]: row for row in _lines(folder / "corpus.jsonl")}
    qrels = _positive_qrels(folder / "qrels" / f"{split}.tsv")
    documents = sorted({document for grades in qrels.values() for document in grades})
    row_of = {document: row for row, document in enumerate(documents)}
    document_vectors = encode([_text(corpus[document]) for document in documents])
    query_vectors = encode([_text(queries[query]) for query in qrels])
    run: dict[str, Ranked] = {}
    for vector, (query, grades) in zip(query_vectors, qrels.items(), strict=True):
        scores = document_vectors[[row_of[document] for document in grades]] @ vector
        scored = zip(grades, scores.tolist(), strict=True)
        run[query] = sorted(scored, key=lambda pair: -pair[1])
    measured = measure(run, qrels)
    return {
        "needs ndcg@10": float(measured["ndcg@10"].mean()),
        "needs spearman": float(measured["spearman"].mean()),
    }


def translation_retrieval(
    encode: Encode, pairs: Mapping[str, Sequence[sources.Pair]]
) -> dict[str, float]:
    """Share of the texts whose translation is the nearest of their source, both ways."""
    shares = {}
    for name, listed in pairs.items():
        chinese, english = (encode([pair[side] for pair in listed]) for side in (0, 1))
        similarity = chinese @ english.T
        rows = np.arange(len(listed))
        shares[f"{name} zh-en"] = float((similarity.argmax(axis=1) == rows).mean())
        shares[f"{name} en-zh"] = float((similarity.argmax(axis=0) == rows).mean())
    return shares


def abstract_retrieval(encode: Encode, rows: Sequence[dict[str, Any]]) -> float:
    """MRR@10 of each title's own abstract among all abstracts."""
    rows = [row for row in rows if row.get("title")]
    titles = encode([row["title"] for row in rows])
    similarity = titles @ encode([row["abstract"] for row in rows]).T
    ranks = (similarity > similarity.diagonal()[:, None]).sum(axis=1) + 1
    return float(np.where(ranks <= DEPTH, 1 / ranks, 0).mean())


def _positive_qrels(file: Path) -> dict[str, dict[str, int]]:
    qrels: dict[str, dict[str, int]] = {}
    for line in file.read_text("utf-8").splitlines()[1:]:
        query, document, grade = line.split("\t")
        qrels.setdefault(query, {})[document] = int(grade)
    return {query: grades for query, grades in qrels.items() if max(grades.values()) > 0}


def _text(row: dict[str, str]) -> str:
    return f"{row['title']}\n{row['text']}".strip()


def _lines(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line]
