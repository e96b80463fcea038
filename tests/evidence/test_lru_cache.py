from matcher.evidence.lru_cache import Remembered


def test_what_is_missing_is_computed_together_and_only_once() -> None:
    asked: list[list[str]] = []

    def lengths(texts: list[str]) -> list[int]:
        asked.append(texts)
        return [len(text) for text in texts]

    remembered = Remembered(lengths, most=3)
    assert remembered.of(["a", "bb", "a"]) == {"a": 1, "bb": 2}
    assert remembered.of(["bb", "ccc"]) == {"bb": 2, "ccc": 3}
    assert remembered.of([]) == {}
    assert asked == [["a", "bb"], ["ccc"]]


def test_the_last_used_values_are_kept() -> None:
    asked: list[str] = []

    def same(texts: list[str]) -> list[str]:
        asked.extend(texts)
        return texts

    remembered = Remembered(same, most=2)
    remembered.of(["a", "b"])
    remembered.of(["a"])
    remembered.of(["c"])  # b goes, it was used longest ago
    assert remembered.of(["a", "b", "c", "d"]) == {t: t for t in "abcd"}  # more than are kept
    assert asked == ["a", "b", "c", "b", "d"]
