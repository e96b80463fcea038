"""Tokens of sessions, of forms and of known browsers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from matcher.access import sessions
from matcher.access.accounts import Account
from matcher.access.roles import Role

NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
PEPPER = b"pepper"
ACCOUNT = Account("us_0123456789ab", "zhang", Role.STAFF, "", NOW, NOW)


def test_tokens_are_random_and_their_hash_needs_the_pepper() -> None:
    first, second = sessions.new_token(), sessions.new_token()
    assert first != second and sessions.is_token(first)
    hashed = sessions.hash_token(first, PEPPER)
    assert len(hashed) == 64 and first not in hashed
    assert hashed != sessions.hash_token(first, b"another")
    assert hashed != sessions.hash_token(second, PEPPER)


@pytest.mark.parametrize(
    "text", ["", "x" * 42, "x" * 44, "x" * 42 + "\n", "é" * 43, "x" * 42 + "="]
)
def test_other_texts_are_no_tokens(text: str) -> None:
    assert not sessions.is_token(text)


def test_the_form_token_belongs_to_one_session() -> None:
    first, second = sessions.new_token(), sessions.new_token()
    token = sessions.form_token(first)
    assert sessions.is_form_token(token, first)
    for sent in ("", "é", token[:-1], sessions.form_token(second), first):
        assert not sessions.is_form_token(sent, first)


def test_a_browser_is_known_to_one_account_until_its_password_changes() -> None:
    known = sessions.known_browser_token(ACCOUNT, NOW, PEPPER)
    assert ACCOUNT.id not in known and ACCOUNT.name not in known
    later = NOW + timedelta(days=179)
    assert sessions.knows(known, ACCOUNT, later, PEPPER)
    assert not sessions.knows(known, ACCOUNT, NOW + timedelta(days=180), PEPPER)
    assert not sessions.knows(known, ACCOUNT, later, b"another")
    assert not sessions.knows(known, replace(ACCOUNT, id="us_other"), later, PEPPER)
    assert not sessions.knows(known, replace(ACCOUNT, password_set_at=later), later, PEPPER)
    issued, _dot, proof = known.partition(".")
    postponed = f"{int(issued) + 1}.{proof}"
    for sent in (None, "", ".", issued, postponed, f"{issued}.é", f"-1.{proof}", f"²{known}"):
        assert not sessions.knows(sent, ACCOUNT, later, PEPPER)
