"""`matcher users`: accounts are made, listed, changed and ended; no password is ever shown."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.access import api_keys
from matcher.commands import password_source
from matcher.settings import Settings
from matcher.store import accounts as stored
from matcher.store import sessions
from matcher.store.schema.audit import audit_trail
from matcher.store.schema.times import now
from matcher.wiring.open import open_store
from matcher.workflows import sign_in
from matcher.workflows.sign_in import SignedIn
from tests.support.accounts import NAME, OTHER_PASSWORD, PASSWORD
from tests.support.command import run, run_json

pytestmark = pytest.mark.usefixtures("home")


def added(*more: str, name: str = NAME, role: str = "staff") -> dict[str, str]:
    """Make an account with the sample password."""
    return changed("add", name, "--role", role, *more, stdin=PASSWORD)


def changed(*words: str, stdin: str | None = None) -> dict[str, str]:
    """Run a command of the group and return the account that it prints."""
    more = [] if stdin is None else ["--password-stdin"]
    result = run("users", *words, *more, "--json", stdin=stdin and f"{stdin}\n")
    assert result.exit_code == 0, result.stderr
    account: dict[str, str] = json.loads(result.stdout)
    return account


def listed() -> list[dict[str, Any]]:
    accounts: list[dict[str, Any]] = run_json("users", "list")["accounts"]
    return accounts


def signed_in(password: str = PASSWORD) -> SignedIn:
    settings = Settings()
    pepper = api_keys.read_pepper(settings.home, settings.pepper)
    with open_store(settings) as store:
        return sign_in.with_password(
            store, NAME, password, known_browser=None, pepper=pepper, moment=now()
        )


def sessions_left() -> int:
    return sum(account["sessions"] for account in listed())


def test_an_account_is_made_and_listed_without_its_password(home: Path) -> None:
    account = added("--institution", "样例大学", role="tto", name="Yangli.Yuan")
    assert account["name"] == NAME and account["role"] == "tto"
    assert account["id"].startswith("us_") and len(account["id"]) == 15
    (row,) = listed()
    assert (row["id"], row["state"], row["institution"], row["sessions"]) == (
        account["id"],
        "usable",
        "样例大学",
        0,
    )
    with open_store(Settings()) as store, store.reading() as connection:
        (saved,) = stored.each(connection)
    shown = run("users", "list").stdout + run("users", "list", "--json").stdout
    assert NAME in shown and "argon2" not in shown and saved.hashed not in shown
    for file in (file for file in home.rglob("*") if file.is_file()):
        assert PASSWORD.encode() not in file.read_bytes(), file


def test_the_first_account_closes_the_api_to_callers_without_a_key() -> None:
    def status() -> int:
        with TestClient(create_app(Settings())) as client:
            return client.get("/v1/patents").status_code

    assert status() == 200
    words = ("users", "add", "--role", "staff", "--password-stdin")
    first = run(*words, NAME, stdin=f"{PASSWORD}\n")
    second = run(*words, "second", stdin=f"{PASSWORD}\n")
    assert "first account" in first.stderr and "first account" not in second.stderr
    assert status() == 401
    assert "first key" not in run("keys", "create", "--role", "staff").stderr


def test_without_keys_the_list_of_keys_says_that_there_are_accounts() -> None:
    assert "everybody" in run("keys", "list").stderr
    added()
    assert "only accounts" in run("keys", "list").stderr


def test_the_password_is_asked_for_twice_and_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([PASSWORD, PASSWORD, PASSWORD, OTHER_PASSWORD])
    asked: list[str] = []

    def hidden(prompt: str) -> str:
        asked.append(prompt)
        return next(answers)

    monkeypatch.setattr("getpass.getpass", hidden)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    assert password_source.read_password(False) == PASSWORD
    assert asked == ["New password: ", "The same again: "]
    with pytest.raises(Exception, match="differ: nothing was changed"):
        password_source.read_password(False)


def test_without_a_terminal_the_password_comes_from_standard_input() -> None:
    result = run("users", "add", NAME, "--role", "staff")
    assert result.exit_code == 2 and "--password-stdin" in result.stderr
    assert listed() == []
    bad = run("users", "add", NAME, "--role", "staff", "--password-stdin", stdin=b"\xff\xfe\n")
    assert bad.exit_code == 2 and "not UTF-8" in bad.stderr


def test_only_the_first_line_of_standard_input_is_the_password() -> None:
    added()
    changed("password", NAME, stdin=f"{OTHER_PASSWORD}\r\nanother line")
    assert signed_in(OTHER_PASSWORD).account is not None


@pytest.mark.parametrize(
    ("words", "password", "expected"),
    [
        (["--role", "tto"], PASSWORD, "--institution"),
        (["--role", "enterprise"], PASSWORD, "--enterprise"),
        (["--role", "king"], PASSWORD, "king"),
        ([], PASSWORD, "--role"),
        (["--role", "staff"], "short", "12 to 200"),
        (["--role", "staff"], f"my {NAME} word", "sign-in name"),
    ],
)
def test_what_cannot_be_an_account_is_refused_in_one_line(
    words: list[str], password: str, expected: str
) -> None:
    result = run("users", "add", NAME, *words, "--password-stdin", stdin=f"{password}\n")
    assert result.exit_code == 2 and expected in result.stderr and result.stdout == ""
    assert result.stderr.count("\n") == 1 and password not in result.stderr
    assert listed() == []


def test_a_name_is_taken_once_and_for_all() -> None:
    added()
    run("users", "disable", NAME)
    again = run("users", "add", NAME.upper(), "--role", "staff", "--password-stdin", stdin=PASSWORD)
    assert again.exit_code == 1 and "is taken" in again.stderr


@pytest.mark.parametrize(
    "words",
    [("disable", NAME), ("role", NAME, "--role", "admin"), ("sign-out", NAME)],
    ids=" ".join,
)
def test_a_change_ends_the_sessions(words: tuple[str, ...]) -> None:
    added()
    signed_in()
    assert sessions_left() == 1
    changed(*words)
    assert sessions_left() == 0


def test_a_new_password_ends_the_sessions_and_the_old_password() -> None:
    added()
    signed_in()
    changed("password", NAME, stdin=OTHER_PASSWORD)
    assert sessions_left() == 0
    with pytest.raises(Exception, match="the password is not right"):
        signed_in()
    signed_in(OTHER_PASSWORD)


def test_a_locked_account_is_listed_as_such_and_unlocked() -> None:
    added()
    for _attempt in range(5):
        with pytest.raises(Exception, match="the password is not right"):
            signed_in("some other long text")
    assert listed()[0]["state"] == "locked"
    with pytest.raises(Exception, match="the password is not right"):
        signed_in()
    assert "not locked" in run("users", "unlock", NAME).stdout
    assert listed()[0]["state"] == "usable"
    signed_in()


def test_a_disabled_account_is_enabled_again() -> None:
    added()
    assert "is disabled" in run("users", "disable", NAME).stdout
    assert listed()[0]["state"] == "disabled"
    assert "can sign in" in run("users", "enable", NAME).stdout
    signed_in()


def test_an_unknown_name_is_an_error_that_does_not_quote_it() -> None:
    for words in (("disable",), ("enable",), ("unlock",), ("sign-out",), ("role", "--role", "tto")):
        more = ["--institution", "样例大学"] if words[0] == "role" else []
        result = run("users", *words, "some.body", *more)
        assert result.exit_code == 3 and "no account of this name" in result.stderr
        assert "some.body" not in result.stderr


def test_every_change_is_in_the_audit_trail_without_the_name() -> None:
    account = added()
    changed("password", NAME, stdin=OTHER_PASSWORD)
    for words in (("role", "--role", "admin"), ("sign-out",), ("unlock",), ("disable",)):
        changed(words[0], NAME, *words[1:])
    changed("enable", NAME)
    with open_store(Settings()) as store, store.reading() as connection:
        rows = connection.execute(audit_trail.select().order_by(audit_trail.c.seq)).all()
        assert sessions.of_holder(connection, account["id"], now()) == []
    actions = ["created", "password_set", "role_set", "signed_out", "unlocked", "disabled"]
    assert [(row.action, row.subject) for row in rows] == [
        (f"account.{action}", account["id"]) for action in [*actions, "enabled"]
    ]
    assert {row.by for row in rows} == {"command"} and NAME not in str(rows)
