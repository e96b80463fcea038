"""Figures of an encoder, by hand."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from scripts.training.evaluate import abstract_retrieval, need_ranking, translation_retrieval
from scripts.training.student import Encode, Vectors
from tests.support.training_data import write_data


def encoder(vectors: dict[str, list[float]]) -> Encode:
    def encode(texts: Sequence[str]) -> Vectors:
        return np.array([vectors[text] for text in texts], dtype=np.float32)

    return encode


def test_needs_are_ranked_among_their_judged_documents(tmp_path: Path) -> None:
    folder = write_data(tmp_path) / "need-achievement"
    encode = encoder(
        {
            "阀门": [1, 0],
            "水泵": [0, 1],
            "钢": [0.8, 0.6],
            "阀门漏水": [1, 0],  # of the valve (grade 3) and the pump (0): right order
            "水泵坏了": [1, 0],  # of the pump (grade 2) and steel (0): wrong order
        }
    )
    assert need_ranking(encode, folder) == {
        "needs ndcg@10": pytest.approx((1 + 1 / np.log2(3)) / 2),
        "needs spearman": pytest.approx((1 - 1) / 2),
    }


def test_translations_and_abstracts_are_found_by_the_nearest_vector() -> None:
    encode = encoder({"阀": [1, 0], "泵": [0, 1], "valve": [0.9, 0.1], "pump": [0.8, 0.6]})
    figures = translation_retrieval(encode, {"ipc": [("阀", "valve"), ("泵", "pump")]})
    assert figures == {"ipc zh-en": 1.0, "ipc en-zh": 0.5}
    rows = [{"title": "阀", "abstract": "valve"}, {"title": "泵", "abstract": "pump"}]
    assert abstract_retrieval(encode, rows) == 1.0
    swapped = [{"title": "阀", "abstract": "pump"}, {"title": "泵", "abstract": "valve"}]
    assert abstract_retrieval(encode, swapped) == 0.5
