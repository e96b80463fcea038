import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.patents.claims import read_claims, split_claims
from matcher.types import ClaimsCoverage

CHINESE = (
    "1.一种隔膜，其特征在于，包括基膜和厚度为2.5微米的涂层。"
    "2．根据权利要求1所述的隔膜，其特征在于，涂层含氧化铝。"
    "3、如权利要求1或2所述的隔膜，其特征在于，由以下步骤制得：1. 混合；2. 涂布。3. 烘干。4. 收卷。"
    "4.一种电池，其特征在于，包括权利要求1-3任一项所述的隔膜。"
)
ENGLISH = (
    "1. A method for coating, comprising: a) mixing; b) drying at 2.5 bar.\n"
    "2. The method of claim 1, wherein the film is dry.\n"
    "3. The method according to any one of claims 1 to 2, wherein the film is thin."
)
PIECES = ["一种隔膜，其特征在于", "根据权利要求1所述的隔膜", "The method of claim 1", "烘干", "2.5"]
MARKS = [
    "1.",
    "2．",
    "3、",
    "10.",
    "\n2. ",
    "。3.",
    "；",
    "。",
    "\n",
    " ",
    "权利要求2：",
    "claim 3. ",
]


def numbers(text: str) -> list[int]:
    return [claim.number for claim in read_claims(text, ClaimsCoverage.ALL)[0]]


@pytest.mark.parametrize(("text", "count"), [(CHINESE, 4), (ENGLISH, 3)])
def test_steps_and_decimal_fractions_open_no_claim(text: str, count: int) -> None:
    assert numbers(text) == list(range(1, count + 1))


def test_a_step_stays_inside_its_claim_even_where_its_number_is_the_next() -> None:
    steps = "一种方法，其特征在于，包括：\n1. 混合；\n2. 烘干。\n3. 冷却。"
    text = f"1. {steps}\n2. 根据权利要求1所述的方法。"
    claims, _ = read_claims(text, ClaimsCoverage.ALL)
    assert [claim.text for claim in claims] == [steps, "根据权利要求1所述的方法。"]


@given(st.text() | st.lists(st.sampled_from(PIECES + MARKS)).map("".join), st.booleans())
def test_the_joined_pieces_are_the_text(text: str, consecutive: bool) -> None:
    pieces = split_claims(text, consecutive=consecutive)
    if text.strip():
        assert "".join(piece.mark + piece.body for piece in pieces) == text
    else:
        assert pieces == []


@given(st.lists(st.sampled_from(PIECES + MARKS)).map("".join))
def test_claim_numbers_rise(text: str) -> None:
    found = numbers(text)
    assert found == sorted(set(found))


def test_independent_claims_keep_their_numbers() -> None:
    text = "1.一种隔膜，其特征在于，包括基膜。5.一种电池，其特征在于，包括权利要求1所述的隔膜。"
    claims, coverage = read_claims(text, ClaimsCoverage.INDEPENDENT)
    assert [claim.number for claim in claims] == [1, 5]
    assert coverage is ClaimsCoverage.INDEPENDENT


@pytest.mark.parametrize(
    ("text", "stated", "coverage"),
    [
        ("", ClaimsCoverage.ALL, ClaimsCoverage.NONE),
        (" \n", ClaimsCoverage.FIRST, ClaimsCoverage.NONE),
        ("一种隔膜，其特征在于，包括基膜。", ClaimsCoverage.ALL, ClaimsCoverage.FIRST),
        ("1.一种隔膜，其特征在于，包括基膜。", ClaimsCoverage.FIRST, ClaimsCoverage.FIRST),
        (CHINESE, ClaimsCoverage.ALL, ClaimsCoverage.ALL),
    ],
)
def test_the_coverage_is_corrected_by_the_claims_of_the_cell(
    text: str, stated: ClaimsCoverage, coverage: ClaimsCoverage
) -> None:
    assert read_claims(text, stated)[1] is coverage


def test_a_first_claim_without_a_number_is_claim_1() -> None:
    assert numbers(
        "一种隔膜，其特征在于，包括基膜。2.根据权利要求1所述的隔膜，其特征在于，很薄。"
    ) == [1, 2]


def test_claims_of_taiwan_in_traditional_characters() -> None:
    text = (
        "1. 一種隔膜，其特徵在於，包括基膜與陶瓷層。2. 如請求項1所述之隔膜，其中該基膜為聚乙烯。"
        "3. 如申請專利範圍第1項所述之隔膜，其中該陶瓷層為氧化鋁。"
    )

    claims, coverage = read_claims(text, ClaimsCoverage.ALL)

    assert [(c.number, c.is_dependent, c.refers_to) for c in claims] == [
        (1, False, ()),
        (2, True, (1,)),
        (3, True, (1,)),
    ]
    assert claims[1].text == "如請求項1所述之隔膜，其中該基膜為聚乙烯。"
    assert coverage is ClaimsCoverage.ALL
