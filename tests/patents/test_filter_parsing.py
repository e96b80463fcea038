"""Filters in Chinese or English words."""

from datetime import date

import pytest

from matcher.errors import InputError
from matcher.patents.filter_parsing import FilterTexts, read_filters
from matcher.types import Filters, LegalStatus, PatentType


def test_empty_filters_leave_out_only_the_lapsed() -> None:
    assert read_filters(FilterTexts()) == Filters()
    assert LegalStatus.LAPSED not in read_filters(FilterTexts()).legal_status


@pytest.mark.parametrize(
    ("texts", "meant"),
    [
        (["有权"], {LegalStatus.IN_FORCE}),
        (["In force", "审中"], {LegalStatus.IN_FORCE, LegalStatus.PENDING}),
        (["in-force，失效"], {LegalStatus.IN_FORCE, LegalStatus.LAPSED}),
        (["未知"], {LegalStatus.UNKNOWN}),
        (["all"], set(LegalStatus)),
        (["有权", "全部"], set(LegalStatus)),
        ([" "], Filters().legal_status),
    ],
)
def test_statuses(texts: list[str], meant: set[LegalStatus]) -> None:
    assert read_filters(FilterTexts(statuses=texts)).legal_status == meant


def test_every_other_filter() -> None:
    assert read_filters(
        FilterTexts(
            ipc=["h01m 4/36", "Ｈ01Ｍ10"],
            industries=["新材料", "ngit", "NM"],
            institutions=[" 样例大学 "],
            regions=["天津市", "Hebei"],
            kinds=["发明", "utility model"],
            open_licence=True,
            sleeping=False,
            filed_after="2019年1月31日",
            years_left=0.5,
        )
    ) == Filters(
        ipc_prefixes=("H01M4/36", "H01M10"),
        industries=("NM", "NGIT"),
        institutions=("样例大学",),
        regions=("天津", "河北"),
        patent_types=(PatentType.INVENTION, PatentType.UTILITY_MODEL),
        open_licence=True,
        sleeping=False,
        filed_after=date(2019, 1, 31),
        min_years_left=0.5,
    )
    assert read_filters(FilterTexts(filed_after="2019")).filed_after == date(2019, 1, 1)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"statuses": ["alive"]}, "there is no legal status 'alive'; there are in_force, pending"),
        ({"kinds": ["trademark"]}, "there is no patent kind 'trademark'"),
        ({"industries": ["steel"]}, "there are NGIT 新一代信息技术"),
        ({"ipc": ["9"]}, "not an IPC symbol"),
        ({"ipc": ["H01M/4"]}, "not an IPC symbol"),
        ({"regions": ["Narnia"]}, "not a province of China"),
        ({"filed_after": "soon"}, "'soon' is not a date"),
        ({"filed_after": ""}, "'' is not a date"),
        ({"years_left": float("nan")}, "the years left must be a number from 0"),
        ({"years_left": -1}, "the years left must be a number from 0"),
    ],
)
def test_an_unknown_word_is_an_error(given: dict[str, object], message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_filters(FilterTexts(**given))  # type: ignore[arg-type]
    assert message in str(caught.value)
