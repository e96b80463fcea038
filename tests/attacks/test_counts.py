"""The table in docs/security.md names tests that there are, each with a count."""

from pathlib import Path

from tests.support import attack_counts

TESTS = Path(__file__).parents[1]


def test_every_row_names_a_test() -> None:
    written = attack_counts.written()
    assert len(written) >= 20 and all(written.values())
    for name in written:
        file, _colons, test = name.partition("::")
        texts = [path.read_text(encoding="utf-8") for path in TESTS.rglob(file)]
        function = test.partition("[")[0]
        assert f"def {function}(" in "".join(texts), name
