from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.needs.record import Cooperation, NeedDetails

FIRM = "天津样例电池股份有限公司"
WHOLE = NeedDetails(
    text="天津样例电池股份有限公司想要更耐热的隔膜，电话13800000000或022-00000000，sample@example.com",
    reference="甲-1",
    title="天津样例电池的隔膜",
    enterprise=FIRM,
    credit_code="91110000600037341L",
    region="天津",
    industry="新材料",
    indicators="150℃下热收缩率不超过2%，厚度20190301批次13900",
    keywords=("隔膜", "样例电池"),
    budget_wan=80.5,
    cooperation=(Cooperation.JOINT, Cooperation.LICENCE),
    deadline=date(2027, 6, 30),
)


def test_the_engine_gets_terms_and_amounts_as_text() -> None:
    need = WHOLE.need

    assert (need.budget, need.cooperation, need.deadline) == (
        "80.5万元",
        "合作研发、许可",
        "2027-06-30",
    )
    assert (need.id, need.title, need.keywords) == ("甲-1", WHOLE.title, WHOLE.keywords)


def test_a_masked_need_has_neither_enterprise_nor_contact_data() -> None:
    masked = WHOLE.technical

    assert masked == NeedDetails(
        text="某企业想要更耐热的隔膜",
        title="某企业的隔膜",
        industry="新材料",
        indicators=WHOLE.indicators,
        keywords=("隔膜", "样例电池"),
    )


def test_a_short_name_that_is_a_word_is_not_masked() -> None:
    need = NeedDetails(text="电池公司的电池", enterprise="电池公司")

    assert need.technical.text == "某企业的电池"


@pytest.mark.parametrize("budget", [0, 0.01, 1234567.5])
def test_budgets_are_written_out(budget: float) -> None:
    assert NeedDetails(text="泵", budget_wan=budget).need.budget == f"{budget}万元".replace(
        ".0万", "万"
    )


lines = st.none() | st.text(min_size=1, max_size=20)


@given(
    st.builds(
        NeedDetails,
        text=st.text(max_size=20),
        title=lines,
        enterprise=lines,
        keywords=st.lists(st.text(min_size=1, max_size=5), max_size=3).map(tuple),
        budget_wan=st.none() | st.floats(0, 1e6),
        cooperation=st.lists(st.sampled_from(Cooperation), unique=True).map(tuple),
        deadline=st.none() | st.dates(),
    )
)
def test_the_stored_form_round_trips(details: NeedDetails) -> None:
    import json

    assert NeedDetails.from_json(json.loads(json.dumps(details.to_json()))) == details
