"""Held-out figures of the encoder: titles to abstracts, and texts to their translations.

The texts are those that training leaves out (scripts.training.sources). The engine has no part in
it, so the run is `dense`.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matcher.embedding.passage_table import best_per_group
from matcher.ports import Encoder, Rows, TextKind, Vectors
from matcher.progress import Report, Step
from scripts.quality.figures import Figure, figure, short_name
from scripts.training import sources

JOURNALS = "journals, title to abstract"
PAIRS = {
    "ipc": "IPC titles",
    "ipc path": "IPC title paths",
    "paper titles": "paper titles",
    "paper abstracts": "paper abstracts",
    "pydocs": "Python documentation",
    "espidf": "ESP-IDF documentation",
    "kicad": "KiCad documentation",
    "d2l": "Dive into Deep Learning",
}
"""Names of the parallel sources in the report."""
DEPTH = 10


def held_out_figures(encoder: Encoder, data: Path, report: Report) -> list[Figure]:
    """MRR@10 of csl_ts_test, and hit@1 of each source's texts in the other language."""
    rows = [row for row in sources.journal_articles(data, "csl_ts_test") if row.get("title")]
    titles, abstracts = [row["title"] for row in rows], [row["abstract"] for row in rows]
    measured = [(JOURNALS, titles, abstracts)]
    pairs = sources.held_out_pairs(data, sources.held_out_documents(data))
    for name, listed in pairs.items():
        chinese, english = ([pair[side] for pair in listed] for side in (0, 1))
        measured.append((chinese_to_english(name), chinese, english))
        measured.append((english_to_chinese(name), english, chinese))
    figures = []
    for on, queries, answers in measured:
        ranks = answer_ranks(encoder, queries, answers, on, report)
        is_mrr = on == JOURNALS
        values = np.where(ranks <= DEPTH, 1 / ranks, 0) if is_mrr else ranks == 1
        names = [short_name("\n".join(pair)) for pair in zip(queries, answers, strict=True)]
        metric = "mrr@10" if is_mrr else "hit@1"
        figures.append(figure(on, metric, "dense", zip(names, values.tolist(), strict=True)))
    return figures


def chinese_to_english(source: str) -> str:
    """Name of the figures of a parallel source's Chinese texts to its English ones."""
    return f"{PAIRS[source]}, Chinese to English"


def english_to_chinese(source: str) -> str:
    """Name of the figures of a parallel source's English texts to its Chinese ones."""
    return f"{PAIRS[source]}, English to Chinese"


def answer_ranks(
    encoder: Encoder, queries: Sequence[str], answers: Sequence[str], name: str, report: Report
) -> NDArray[np.int64]:
    """Rank (n,) of the n-th answer for the n-th query among all answers, by the encoder alone.

    If a text is longer than the model's window, its best piece counts.
    """
    query_vectors, query_owner = _piece_vectors(
        encoder, queries, "query", f"{name}: queries", report
    )
    answer_vectors, answer_owner = _piece_vectors(
        encoder, answers, "passage", f"{name}: answers", report
    )
    rows = np.arange(len(answers), dtype=np.int64)
    similarity = np.full((len(queries), len(answers)), -np.inf)
    cosines = (query_vectors @ answer_vectors.T).astype(np.float64)
    for query, scores in zip(query_owner, cosines, strict=True):
        similarity[query] = np.fmax(similarity[query], best_per_group(answer_owner, scores, rows))
    ranks: NDArray[np.int64] = (similarity > similarity.diagonal()[:, None]).sum(axis=1) + 1
    return ranks


def _piece_vectors(
    encoder: Encoder, texts: Sequence[str], kind: TextKind, stage: str, report: Report
) -> tuple[Vectors, Rows]:
    """Vectors (p, d) of the pieces of all texts, and the text (p,) of each piece."""
    pieces_of = [encoder.split(text, kind) for text in texts]
    pieces = [piece for own in pieces_of for piece in own]
    owner = np.repeat(np.arange(len(texts), dtype=np.int64), [len(own) for own in pieces_of])

    def progress(done: int) -> None:
        report(Step(stage, done, len(pieces)))

    return encoder.encode(pieces, kind, progress), owner
