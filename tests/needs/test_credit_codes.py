import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import InputError
from matcher.needs.credit_codes import check_character, credit_code


def test_the_check_character_is_the_standards() -> None:
    # By hand for 91120000MA0000000, weights 3^0 to 3^16: 9*1 + 1*3 + 1*9 + 2*27 + 21*6561 (M)
    # + 10*19683 (A) = 334686 = 31*10796 + 10; 31 - 10 = 21, which is M.
    assert check_character("91120000MA0000000") == "M"


@pytest.mark.parametrize("written", ["91110000600037341L", " 9111 0000 6000 3734 1l "])
def test_a_valid_code_is_accepted_in_any_spelling(written: str) -> None:
    assert credit_code(written) == "91110000600037341L"


@pytest.mark.parametrize(
    "written", ["91110000600037341M", "9111000060003734", "9111000O600037341L"]
)
def test_a_wrong_code_is_refused(written: str) -> None:
    with pytest.raises(InputError, match="credit code"):
        credit_code(written)


@given(st.text("0123456789", min_size=17, max_size=17), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_never_passes(body: str, place: int, step: int) -> None:
    code = body + check_character(body)
    wrong = str((int(body[place]) + step) % 10)
    with pytest.raises(InputError):
        credit_code(code[:place] + wrong + code[place + 1 :])
