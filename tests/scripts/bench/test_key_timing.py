"""The measurement of refused keys: every kind is refused, and counted."""

from pathlib import Path

from scripts.bench.key_timing import measure, wrong_keys


def test_every_kind_of_wrong_key_is_refused_as_often_as_asked(tmp_path: Path) -> None:
    times = measure(tmp_path, 3)
    assert {len(each) for each in times.values()} == {3}
    assert min(map(min, times.values())) > 0


def test_each_key_is_wrong_in_one_way() -> None:
    valid = "mk_0123456789ab_" + "A" * 43
    wrong = wrong_keys(valid)
    assert len({*wrong.values(), valid}) == len(wrong) + 1
    assert wrong["last character wrong"][:-1] == valid[:-1]
