"""`matcher keys`: the secret is shown once; keys are revoked, rotated and expire."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.access import api_keys
from matcher.access.roles import Role
from matcher.errors import InputError
from matcher.settings import Settings
from matcher.store import keys as stored
from matcher.store.schema import keys as schema
from matcher.store.schema.audit import audit_trail
from matcher.wiring.open import open_store
from tests.support.command import run, run_json

NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MATCHER_HOME", str(tmp_path))
    monkeypatch.setenv("MATCHER_MODEL", "fake")
    return tmp_path


def made(*more: str) -> dict[str, str]:
    key: dict[str, str] = run_json("keys", "create", *more)
    return key


def listed() -> list[dict[str, str | None]]:
    keys: list[dict[str, str | None]] = run_json("keys", "list")["keys"]
    return keys


def status(key: str) -> int:
    settings = Settings()
    with TestClient(create_app(settings)) as client:
        return client.get("/v1/patents", headers={"Authorization": f"Bearer {key}"}).status_code


def test_a_new_key_is_shown_once_and_its_secret_is_nowhere(home: Path) -> None:
    key = made("--role", "tto", "--institution", "样例大学", "--label", "窗口")
    assert key.keys() == {"id", "key", "role"}
    assert key["role"] == "tto"
    parts = api_keys.split_key(key["key"])
    assert parts is not None and parts[0] == key["id"]
    secret = parts[1].encode()
    for file in (file for file in home.rglob("*") if file.is_file()):
        assert secret not in file.read_bytes(), file
    (key_row,) = listed()
    assert (key_row["institution"], key_row["label"], key_row["state"]) == (
        "样例大学",
        "窗口",
        "usable",
    )
    shown = run("keys", "list").stdout + run("keys", "list", "--json").stdout
    with open_store(Settings()) as store, store.reading() as connection:
        (row,) = stored.each(connection)
    assert row.hashed not in shown and parts[1] not in shown
    assert (home / api_keys.PEPPER_FILE).stat().st_mode & 0o077 == 0


def test_a_home_that_is_made_is_for_its_owner_only(home: Path) -> None:
    assert run("keys", "create", "--role", "staff", "--home", home / "new").exit_code == 0
    assert (home / "new").stat().st_mode & 0o077 == 0


def test_the_list_shows_the_last_day_of_a_key_as_it_was_given(home: Path) -> None:
    run("keys", "create", "--role", "staff", "--expires", "2027-03-31")
    assert "2027-03-31" in run("keys", "list").stdout


def test_without_their_pepper_the_check_says_that_no_key_can_be_verified(home: Path) -> None:
    run("keys", "create", "--role", "staff")
    assert run("check").exit_code == 0
    (home / api_keys.PEPPER_FILE).unlink()
    checked = run("check")
    said = " ".join(checked.stdout.split())
    assert checked.exit_code == 1 and "keys.pepper is missing" in said and "file back" in said


def test_create_prints_only_the_key_on_stdout_and_notes_the_first_key(home: Path) -> None:
    first, second = (
        run("keys", "create", "--role", "staff"),
        run("keys", "create", "--role", "admin"),
    )
    assert api_keys.split_key(first.stdout.strip()) is not None
    assert "not shown again" in first.stderr and "first key" in first.stderr
    assert "first key" not in second.stderr


def test_a_key_works_until_it_is_revoked(home: Path) -> None:
    key, other = made("--role", "portal"), made("--role", "portal")
    assert status(key["key"]) == 200
    assert listed()[0]["last_used_at"] is not None
    assert run("keys", "revoke", key["id"]).exit_code == 0
    assert (status(key["key"]), status(other["key"])) == (401, 200)
    assert [key["state"] for key in listed()] == ["revoked", "usable"]
    ended = listed()[0]["revoked_at"]
    assert run("keys", "revoke", key["id"]).exit_code == 0
    assert listed()[0]["revoked_at"] == ended


def test_rotating_ends_the_old_secret_at_once(home: Path) -> None:
    key = made("--role", "portal")
    new = run_json("keys", "rotate", key["id"])
    assert new.keys() == {"id", "key", "role"} and new["id"] == key["id"]
    assert (status(key["key"]), status(new["key"])) == (401, 200)
    run("keys", "revoke", key["id"])
    again = run("keys", "rotate", key["id"])
    assert again.exit_code == 1 and "is revoked" in again.stderr


def test_every_change_leaves_a_row_in_the_audit_trail_without_the_secret(home: Path) -> None:
    key = made("--role", "enterprise", "--enterprise", "样例科技（样例）", "--label", "样例甲")
    run("keys", "rotate", key["id"])
    run("keys", "revoke", key["id"])
    run("keys", "revoke", key["id"])
    with open_store(Settings()) as store, store.reading() as connection:
        rows = connection.execute(audit_trail.select().order_by(audit_trail.c.seq)).all()
    assert [(row.action, row.subject) for row in rows] == [
        (f"key.{action}", key["id"]) for action in ("created", "rotated", "revoked")
    ]
    assert {row.by for row in rows} == {"command"}
    assert "样例甲" not in str(rows) and key["key"].split("_", 2)[2] not in str(rows)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--role", "tto"], "--institution"),
        (["--role", "enterprise"], "--enterprise"),
        (["--role", "staff", "--institution", "样例大学"], "--institution"),
        (["--role", "king"], "king"),
        ([], "--role"),
        (["--role", "staff", "--expires", "tomorrow"], "90d"),
        (["--role", "staff", "--expires", "99999d99"], "90d"),
        (["--role", "staff", "--expires", "2020-01-01"], "not ahead"),
        (["--role", "staff", "--label", "x" * 201], "--label"),
        (["--role", "tto", "--institution", "样" * 201], "--institution"),
    ],
)
def test_contradicting_options_are_refused_in_one_line(
    home: Path, options: list[str], expected: str
) -> None:
    result = run("keys", "create", *options)
    assert result.exit_code == 2 and expected in result.stderr and result.stdout == ""
    assert result.stderr.count("\n") == 1


def test_an_unknown_key_is_an_error(home: Path) -> None:
    for command in ("revoke", "rotate"):
        result = run("keys", command, "000000000000")
        assert result.exit_code == 3 and "there is no key" in result.stderr


def test_the_expiry_of_a_key() -> None:
    assert api_keys.expiry(None, NOW) is None
    assert api_keys.expiry("90d", NOW) == NOW + timedelta(days=90)
    assert api_keys.expiry("2026-11-24", NOW) == datetime(2026, 11, 25, tzinfo=UTC)
    with pytest.raises(InputError, match="not ahead"):
        api_keys.expiry("2026-11-23", NOW)
    key = api_keys.ApiKey("0" * 12, Role.STAFF, "", NOW, expires_at=NOW + timedelta(days=1))
    assert key.is_usable(NOW + timedelta(days=1) - timedelta(microseconds=1))
    assert not key.is_usable(NOW + timedelta(days=1))


def test_an_expired_key_is_refused_and_cannot_be_rotated(home: Path) -> None:
    key = made("--role", "portal", "--expires", "1d")
    assert status(key["key"]) == 200
    with open_store(Settings()) as store, store.writing() as connection:
        past = datetime.now(UTC) - timedelta(seconds=1)
        row = schema.api_keys.c.id == key["id"]
        connection.execute(schema.api_keys.update().where(row).values(expires_at=past))
    assert status(key["key"]) == 401
    assert "has expired" in run("keys", "rotate", key["id"]).stderr
    assert [key["state"] for key in listed()] == ["expired"]


def test_a_lost_pepper_is_a_server_error_without_its_path(
    home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    key = made("--role", "portal")
    (home / api_keys.PEPPER_FILE).unlink()
    with TestClient(create_app(Settings())) as client:
        answer = client.get("/v1/patents", headers={"Authorization": f"Bearer {key['key']}"})
    assert answer.status_code == 503 and str(home) not in answer.text
    assert api_keys.PEPPER_FILE in caplog.text


def test_the_pepper_is_made_only_once(home: Path) -> None:
    assert api_keys.make_pepper(home, None) == api_keys.make_pepper(home, None)
    assert len(api_keys.read_pepper(home, None)) == 64
    assert [file.name for file in home.iterdir()] == [api_keys.PEPPER_FILE]


def test_no_second_pepper_is_made_where_keys_have_another(home: Path) -> None:
    key = made("--role", "portal")["id"]
    (home / api_keys.PEPPER_FILE).unlink()
    for arguments in (
        ("keys", "create", "--role", "portal"),
        ("keys", "rotate", key),
        ("users", "add", "zhang.wei", "--role", "staff", "--password-stdin"),
    ):
        refused = run(*arguments, stdin="海上明月共潮生 2026\n")
        assert refused.exit_code == 2 and "MATCHER_KEY_PEPPER" in refused.stderr
    assert not (home / api_keys.PEPPER_FILE).exists()
    assert len(listed()) == 1
