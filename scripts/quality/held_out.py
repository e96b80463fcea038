"""What the model never learned from: titles to abstracts, Chinese to English titles and back.

The texts are those that training keeps apart (scripts.training.sources); the engine has no part in
it, so the figures are of the encoder, the run `dense`.
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
ZH_EN = "IPC titles, Chinese to English"
EN_ZH = "IPC titles, English to Chinese"
DEPTH = 10


def held_out_figures(encoder: Encoder, data: Path, report: Report) -> list[Figure]:
    """MRR@10 of csl_ts_test, and how often the other language's IPC title comes first."""
    rows = [row for row in sources.journal(data, "csl_ts_test") if row.get("title")]
    journals = ([row["title"] for row in rows], [row["abstract"] for row in rows])
    pairs = sources.held_out_titles(data, sources.held_out_subclasses(data))
    chinese, english = ([pair[side] for pair in pairs] for side in (0, 1))
    figures = []
    for on, asked, answers in (
        (JOURNALS, *journals),
        (ZH_EN, chinese, english),
        (EN_ZH, english, chinese),
    ):
        ranks = own_ranks(encoder, asked, answers, on, report)
        mrr = on == JOURNALS
        values = np.where(ranks <= DEPTH, 1 / ranks, 0) if mrr else ranks == 1
        names = [short_name("\n".join(pair)) for pair in zip(asked, answers, strict=True)]
        metric = "mrr@10" if mrr else "hit@1"
        figures.append(figure(on, metric, "dense", zip(names, values.tolist(), strict=True)))
    return figures


def own_ranks(
    encoder: Encoder, asked: Sequence[str], answers: Sequence[str], what: str, report: Report
) -> NDArray[np.int64]:
    """The rank (n,) of each text's own answer among all answers, by the encoder alone.

    Both lists have n texts. Of a text longer than the model's window the best piece counts.
    """
    queries, query_owner = _vectors(encoder, asked, "query", f"{what}: asking", report)
    passages, passage_owner = _vectors(encoder, answers, "passage", f"{what}: reading", report)
    wanted = np.arange(len(answers), dtype=np.int64)
    similarity = np.full((len(asked), len(answers)), -np.inf)
    for row, scores in zip(query_owner, (queries @ passages.T).astype(np.float64), strict=True):
        best = best_per_group(passage_owner, scores, wanted)
        similarity[row] = np.fmax(similarity[row], best)
    ranks: NDArray[np.int64] = (similarity > similarity.diagonal()[:, None]).sum(axis=1) + 1
    return ranks


def _vectors(
    encoder: Encoder, texts: Sequence[str], kind: TextKind, what: str, report: Report
) -> tuple[Vectors, Rows]:
    """The vectors of every piece of the texts, and which text each belongs to."""
    pieces = [encoder.split(text, kind) for text in texts]
    flat = [piece for listed in pieces for piece in listed]
    owner = np.repeat(np.arange(len(texts), dtype=np.int64), [len(listed) for listed in pieces])

    def progress(done: int) -> None:
        report(Step(what, done, len(flat)))

    return encoder.encode(flat, kind, progress), owner
