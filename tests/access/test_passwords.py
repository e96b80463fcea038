"""Rules of passwords, and their hashes."""

import pytest
from argon2 import PasswordHasher, Type, extract_parameters
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.access import passwords
from matcher.errors import InputError

GOOD = "一路向北看见海 sea 7"


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("elf letters", "12 to 200"),
        ("样例" * 5, "12 to 200"),
        ("x y z" * 41, "12 to 200"),
        ("passwordpassword", "first that are tried"),
        ("PassWord123456", "first that are tried"),
        ("ＰＡＳＳＷＯＲＤ１２３４５６", "first that are tried"),
        ("correct horse battery staple", "first that are tried"),
        ("woaini5201314", "first that are tried"),
        ("aaaaaaaaaaaaaaa", "first that are tried"),
        ("121212121212121", "first that are tried"),
        ("abcdefghijklmn", "first that are tried"),
        ("zyxwvutsrqpo", "first that are tried"),
        ("my zhang.wei word", "sign-in name"),
        ("my ZHANG.WEI word", "sign-in name"),
        ("a tab\tin the middle", "control character"),
        ("a zero width\u200b space", "control character"),
    ],
)
def test_weak_passwords_are_refused_without_being_quoted(password: str, expected: str) -> None:
    with pytest.raises(InputError, match=expected) as caught:
        passwords.check_new(password, "zhang.wei")
    assert password not in str(caught.value)


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "twelve chars",
        "春江潮水连海平海上明月共潮生",
        "7 bridges, no rule",
        "é" * 3 + "qwzxpl mnt",
    ],
)
def test_length_is_all_that_is_demanded(password: str) -> None:
    passwords.check_new(password, "zhang.wei")


def test_a_short_name_may_be_part_of_a_password() -> None:
    passwords.check_new("a lifelong boat", "li")


def test_the_hash_is_argon2id_with_a_salt_of_its_own_and_checks_only_its_password() -> None:
    first, second = passwords.hash_password(GOOD), passwords.hash_password(GOOD)
    assert first != second and GOOD not in first
    parameters = extract_parameters(first)
    assert parameters.type is Type.ID
    assert (parameters.memory_cost, parameters.time_cost) == (65_536, 3)
    assert passwords.is_password_of(GOOD, first) and passwords.is_password_of(GOOD, second)
    assert not passwords.is_password_of(GOOD + " ", first)


def test_the_same_characters_in_another_form_are_the_same_password() -> None:
    hashed = passwords.hash_password("cafe\u0301 １２３４ long")
    assert passwords.is_password_of("caf\u00e9 1234 long", hashed)


@settings(max_examples=12, deadline=None)
@given(st.text(max_size=300))
def test_no_text_is_the_password_of_no_account(text: str) -> None:
    assert passwords.is_password_of(text, None) is False


def test_a_hash_of_earlier_parameters_is_to_be_made_anew_and_still_checks() -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(GOOD)
    assert passwords.needs_new_hash(old) and passwords.is_password_of(GOOD, old)
    assert not passwords.needs_new_hash(passwords.hash_password(GOOD))


def test_a_damaged_hash_checks_nothing() -> None:
    assert not passwords.is_password_of(GOOD, "not a hash")
