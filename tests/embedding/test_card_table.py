"""Technology cards that indexing makes."""

from dataclasses import replace
from pathlib import Path

import pytest

from matcher.embedding.card_table import CardsBuilder, CardTable, SegmentCards
from matcher.errors import IndexUnavailableError
from matcher.patents.cards.card import technology_card
from tests.support.samples import ALL, BEARING, GRIPPER, SEPARATOR


def table(*patents: object) -> CardTable:
    builder = CardsBuilder()
    for patent in patents:
        builder.add(patent)  # type: ignore[arg-type]
    return builder.build()


def test_a_card_is_that_of_the_texts(tmp_path: Path) -> None:
    built = table(*ALL, GRIPPER)
    built.save(tmp_path)
    for cards in (built, CardTable.open(tmp_path)):
        for patent in ALL:
            assert cards.of(patent) == technology_card(patent) != None  # noqa: E711


def test_a_changed_text_is_not_in_the_table() -> None:
    cards = table(SEPARATOR)
    assert cards.of(replace(SEPARATOR, abstract="另一种隔膜。")) is None
    claim = replace(SEPARATOR.claims[0], text="另一项。")
    assert cards.of(replace(SEPARATOR, claims=(claim,))) is None
    assert cards.of(replace(SEPARATOR, region="河北")) == technology_card(SEPARATOR)


def test_segments_are_asked_one_after_the_other() -> None:
    cards = SegmentCards([table(SEPARATOR), table(), table(BEARING)])
    assert cards.of(BEARING) == technology_card(BEARING)
    assert cards.of(GRIPPER) is None


def test_a_damaged_table_is_an_error_with_the_remedy(tmp_path: Path) -> None:
    table(SEPARATOR).save(tmp_path)
    (tmp_path / "cards" / "keys.npy").write_bytes(b"x")
    with pytest.raises(IndexUnavailableError, match=r"cards .* matcher index --full"):
        CardTable.open(tmp_path)
