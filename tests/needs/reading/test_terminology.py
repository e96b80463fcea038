"""Technical terms kept whole, with their other names; and the list they come from."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.needs.reading.terminology import entries, find_terms
from matcher.text.characters import nfkc_in_place


def found(text: str) -> dict[str, tuple[str, ...]]:
    return {term.text: term.equivalents for term in find_terms(text)}


def test_a_term_brings_its_other_names() -> None:
    assert "polyvinyl chloride" in found("聚氯乙烯管材")["聚氯乙烯"]
    assert "聚氯乙烯" in found("PVC pipes")["PVC"]
    assert "自动导引车" in found("Automated guided vehicles that stop")["Automated guided vehicles"]
    assert "AGV" in found("仓库用的无人搬运车")["无人搬运车"]


def test_a_concept_is_one_term_without_the_names_in_the_text() -> None:
    (term,) = find_terms("聚氯乙烯（PVC）型材，PVC回收")
    assert term.text == "聚氯乙烯"
    assert "PVC" not in term.equivalents
    assert "polyvinyl chloride" in term.equivalents


def test_the_longest_name_wins() -> None:
    assert list(found("氯化聚氯乙烯管")) == ["氯化聚氯乙烯"]
    assert list(found("全固态电池")) == ["全固态电池"]
    assert list(found("real-time PCR kit")) == ["real-time PCR"]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("We can switch it off; it led to am error", []),
        ("用pvc做的", ["pvc"]),
        ("用can开的罐头", []),
        ("Two AGVs and LEDs", ["AGVs", "LEDs"]),
        ("xpvcx", []),
        ("Lithium-ion batteries, wafers", ["Lithium-ion batteries", "wafers"]),
        ("a lithium ion\nbattery ages", ["lithium ion\nbattery"]),
        ("ＰＶＣ与TiO₂", ["ＰＶＣ", "TiO₂"]),
        ("二氧化硫脲的合成", ["二氧化硫脲"]),
        ("硝酸钾", []),
        ("The arm slams, eva and a cod", []),
    ],
)
def test_word_borders_case_and_compounds(text: str, terms: list[str]) -> None:
    assert list(found(text)) == terms


def test_unlisted_abbreviations_and_formulas_are_kept_whole() -> None:
    assert found("台架的HLX口与QRST试剂，Na2O含量，III期，保存DNA14天") == {
        "HLX": (),
        "QRST": (),
        "Na2O": (),
    }


def test_the_list_is_large_and_every_entry_has_two_names() -> None:
    assert len(entries()) >= 1000
    for entry in entries():
        assert len(entry.names) >= 2, entry
        for name in entry.names:
            assert name == name.strip() and len(name) >= 2, entry


def test_no_name_belongs_to_two_concepts() -> None:
    names: Counter[str] = Counter()
    for entry in entries():
        names.update({n if n in entry.exact else nfkc_in_place(n).lower() for n in entry.names})
    assert [name for name, count in names.items() if count > 1] == []


def test_every_listed_name_is_found_by_itself() -> None:
    for entry in entries():
        for name in entry.names:
            (term,) = find_terms(name)
            assert term.text == name, entry
            assert set(term.equivalents) <= set(entry.names) - {name}


@settings(deadline=None, max_examples=60)
@given(st.text(st.sampled_from("聚氯乙烯PVC pvcs-锂电池ſİＰ₂\n。")))
def test_terms_are_pieces_of_the_text(text: str) -> None:
    for term in find_terms(text):
        assert term.text in text
        assert term.text not in term.equivalents
