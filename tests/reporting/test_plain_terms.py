"""The meaning of licence terms in plain words."""

import pytest

from matcher.language.choice import speaking
from matcher.reporting.plain_terms import terms_in_words
from matcher.types import LicenceTerms


@pytest.mark.parametrize(
    ("kinds", "meaning"),
    [
        (("普通许可",), "普通许可：您可以使用"),
        (("独占许可",), "独占许可：只有您"),
        (("排他许可",), "排他许可：只有您和权利人"),
        (("non-exclusive",), "普通许可：您可以使用"),
        (("Exclusive licence",), "独占许可：只有您"),
    ],
)
def test_each_kind_has_its_own_meaning(kinds: tuple[str, ...], meaning: str) -> None:
    with speaking("zh"):
        (told,) = terms_in_words(LicenceTerms(kinds=kinds))
    assert told.startswith(meaning)


def test_an_open_licence_ways_and_prices_are_explained_once_each() -> None:
    terms = LicenceTerms(
        open_licence=True,
        kinds=("普通许可", "普通"),
        conversion_modes=("转让", "作价投资"),
        price_mode="协议定价",
    )
    with speaking("en"):
        told = [sentence.partition(":")[0] for sentence in terms_in_words(terms)]
    assert told == [
        "open licence",
        "non-exclusive licence",
        "assignment",
        "equity",
        "negotiated price",
    ]


def test_unknown_terms_are_not_explained() -> None:
    assert list(terms_in_words(LicenceTerms(open_licence=None, fee="面议"))) == []
