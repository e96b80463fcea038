"""The baseline against its definition."""

from pathlib import Path

import numpy as np
import pytest

from matcher.types import Need, Patent, PatentId
from models.fake import FakeEncoder
from scripts.quality.baseline import HybridBaseline, zscore
from tests.support.samples import ALL, SEPARATOR


def test_the_baseline_adds_both_channels_z_scores(tmp_path: Path) -> None:
    patents = [Patent(PatentId(name), text) for name, text in (("a", "阀门"), ("b", "水泵"))]
    patents.append(Patent(PatentId("c"), "阀门密封"))
    baseline = HybridBaseline(patents, FakeEncoder(), tmp_path)
    found = dict(baseline.rank(Need("阀门")))
    assert max(found, key=lambda name: found[name]) == "a"
    encoder = FakeEncoder()
    vectors = encoder.encode([one.title for one in patents], "passage")
    dense = (vectors @ encoder.encode(["阀门"], "query")[0]).astype(np.float64)
    lexical = baseline.lexical_scores("阀门", np.arange(3))
    assert np.isnan(lexical[1]) and lexical[0] > lexical[2] > 0
    assert [found[n] for n in "abc"] == pytest.approx(list(zscore(dense) + zscore(lexical)))
    assert [name for name, _ in baseline.rank(Need("阀门"), {"c", "b"})] == ["c", "b"]


def test_z_scores_take_nan_as_the_minimum() -> None:
    assert zscore(np.array([3.0, np.nan, 1.0])) == pytest.approx([2**0.5, -(0.5**0.5), -(0.5**0.5)])
    assert zscore(np.array([np.nan, np.nan])).tolist() == [0, 0]


def test_the_baseline_indexes_whole_patents(tmp_path: Path) -> None:
    ranked = HybridBaseline(ALL, FakeEncoder(), tmp_path).rank(Need("陶瓷涂覆的隔膜"))
    assert ranked[0][0] == SEPARATOR.id and len(ranked) == len(ALL)
