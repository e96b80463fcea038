"""What was understood can be corrected."""

import pytest

from matcher.errors import InputError
from matcher.needs.reading.correction import corrected
from matcher.needs.reading.reading import read_need
from matcher.types import Need, Reading, Term


@pytest.fixture
def reading() -> Reading:
    text = "我公司成立于2008年。PVC管容易开裂。要求壁厚≥3 mm。"
    return read_need(Need(title="耐寒管材", text=text))


def texts(reading: Reading) -> dict[str, str]:
    return {part.kind: part.text for part in reading.parts}


def test_no_correction_changes_nothing(reading: Reading) -> None:
    assert corrected(reading) == reading
    assert corrected(reading, parts={"title": "耐寒管材"}) == reading
    assert reading.boilerplate == ("我公司成立于2008年。",)


def test_a_replaced_part_is_read_anew(reading: Reading) -> None:
    changed = corrected(reading, parts={"problem": "聚乙烯管在-20℃开裂", "goal": "用10年"})
    assert texts(changed) == {
        "title": "耐寒管材",
        "problem": "聚乙烯管在-20℃开裂",
        "technique": "壁厚≥3 mm。",
        "goal": "用10年",
    } | {"technique": texts(reading)["technique"]}
    assert changed.indicators == ("-20℃", "≥3 mm", "10年")
    assert [term.text for term in changed.terms] == ["聚乙烯"]
    assert [term.text for term in reading.terms] == ["PVC"]


def test_a_part_can_be_removed_and_boilerplate_restored(reading: Reading) -> None:
    changed = corrected(reading, parts={"technique": " "}, keep=["我公司成立于2008年。"])
    assert texts(changed) == {
        "title": "耐寒管材",
        "problem": "PVC管容易开裂。",
        "text": "我公司成立于2008年。",
    }
    assert changed.boilerplate == ()
    assert changed.indicators == ()


def test_terms_and_figures_can_be_replaced(reading: Reading) -> None:
    cold = Term("耐寒", ("cold resistant",))
    changed = corrected(
        reading, drop_terms=["聚氯乙烯"], add_terms=[cold], indicators=["≥4 mm", ""]
    )
    assert changed.terms == (cold,)
    assert changed.indicators == ("≥4 mm",)
    assert changed.parts == reading.parts
    better = Term("PVC", ("聚氯乙烯",))
    assert corrected(reading, add_terms=[better]).terms == (better,)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"parts": {"price": "1"}}, "a need has no part 'price'; there are title, text"),
        ({"parts": {"title": "", "problem": "", "technique": ""}}, "nothing of the need"),
        ({"keep": ["别的。"]}, "none of those that the reading set aside"),
        ({"drop_terms": ["钢"]}, "none of the reading's terms"),
    ],
)
def test_a_correction_of_something_missing_is_an_error(
    reading: Reading, wrong: dict[str, object], told: str
) -> None:
    with pytest.raises(InputError, match=told):
        corrected(reading, **wrong)  # type: ignore[arg-type]
