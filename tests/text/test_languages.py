import pytest

from matcher.search.notes import reading_notes
from matcher.text.languages import unread_share
from matcher.types import Need

LONG_ENOUGH = "需要一种耐高温的电池隔膜"


@pytest.mark.parametrize(
    ("text", "share"),
    [
        (LONG_ENOUGH, 0.0),
        ("A separator for Li-ion cells, 5 µm, Ω and α", 0.0),
        ("ＰＥ隔膜", 0.0),
        ("батарея", 1.0),
        ("배터리 분리막", 1.0),
        ("ab дв", 0.5),
        ("150 / 2.5", 0.0),
        ("", 0.0),
    ],
)
def test_the_share_of_letters_in_other_scripts(text: str, share: float) -> None:
    assert unread_share(text) == share


@pytest.mark.parametrize(
    ("need", "pieces", "told"),
    [
        (Need(text=LONG_ENOUGH), 1, []),
        (Need(text=LONG_ENOUGH), 3, []),
        (Need(text=LONG_ENOUGH), 4, ["4 pieces"]),
        (Need(text="隔膜"), 1, ["one short word"]),
        (Need(title="隔膜", goal=LONG_ENOUGH), 1, []),
        (Need(text="сепаратор для батареи"), 1, ["neither Chinese nor Latin"]),
        (Need(text="막"), 1, ["neither Chinese nor Latin", "one short word"]),
        (Need(), 0, ["empty"]),
        (Need(title="  "), 0, ["empty"]),
    ],
)
def test_a_need_in_another_script_gets_a_note(need: Need, pieces: int, told: list[str]) -> None:
    notes = reading_notes(need, pieces)
    assert len(notes) == len(told)
    for note, words in zip(notes, told, strict=True):
        assert words in note
