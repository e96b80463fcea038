"""Targets: tokens, cookies, cursors and settings, which come back from people and programs."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from pydantic import SecretStr, ValidationError
from starlette.requests import Request

from api.http import pages, preconditions
from api.pages import basket_cookie, csrf
from matcher.access import accounts, api_keys, encryption, sessions
from matcher.access.roles import Role
from matcher.language.choice import accepted_language
from matcher.matches import webhook
from matcher.settings import Settings
from matcher.store.idempotency import keyed_request
from scripts.fuzz import mutation
from scripts.fuzz.target import Prepared, Target

_MOMENT = datetime(2026, 6, 1, tzinfo=UTC)
_PEPPER = b"only for these inputs"
_TOKEN = "A" * 43
_KEY = SecretStr("bWF0Y2hlciBzYW1wbGUga2V5IGZvciB0ZXN0cyBvbmw=")
_ID = "match_" + "0" * 24
_ACCOUNT = accounts.Account(
    id="user_" + "0" * 24,
    name="sample",
    role=Role.STAFF,
    hashed="",
    created_at=_MOMENT,
    password_set_at=_MOMENT,
)


def _request(headers: dict[str, str]) -> Request:
    """Return a request with these headers, as a server hands them over: bytes of Latin-1."""
    raw = [
        (name.encode(), value.encode("utf-8", "replace"))
        for name, value in headers.items()
        if not set(value) & set("\r\n\0")
    ]
    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "query_string": b"",
        "headers": raw,
        "server": ("localhost", 80),
        "scheme": "http",
    }
    return Request(scope)


def _session(text: str) -> None:
    if sessions.is_token(text):
        sessions.hash_token(text, _PEPPER)
    sessions.is_form_token(text, _TOKEN)
    sessions.knows(text, _ACCOUNT, _MOMENT, _PEPPER)


def _key(text: str) -> None:
    parts = api_keys.split_key(text)
    if parts is not None:
        api_keys.is_secret_of(parts[1], None, _PEPPER)
    api_keys.expiry(text, _MOMENT)


def _cookies(text: str) -> None:
    request = _request(
        {"cookie": f"basket={text}; matcher-form={text}", "origin": text, "x-csrf-token": text}
    )
    basket_cookie.read(request)
    csrf.check_origin(request)


def _cursor(text: str) -> None:
    try:
        pages.read_number_cursor(text)
    finally:
        pages.read_record_cursor(text)


def _position(text: str) -> None:
    """Read a cursor whose content, and not its letters, was changed."""
    try:
        pages.read_number_cursor(pages.write_cursor(text))
    finally:
        pages.read_record_cursor(pages.write_cursor(text))


def _idempotency(text: str) -> None:
    keyed_request(_PEPPER, "sample", text, b"{}")


def _if_match(text: str) -> None:
    accepted_language(text)
    preconditions.check_match(_request({"if-match": text}), 1)


def _sealed(text: str) -> None:
    sealed = text.encode("utf-8", "replace")
    encryption.is_sealed(sealed)
    encryption.unseal(encryption.cipher(_KEY), sealed)


def _contact_key(text: str) -> None:
    encryption.cipher(SecretStr(text))


def _settings(text: str) -> None:
    """Read settings from texts, as from the environment: a line NAME=VALUE each."""
    values = dict(line.partition("=")[::2] for line in text.splitlines())
    known = {name: value for name, value in values.items() if name in Settings.model_fields}
    try:
        Settings(**known)  # type: ignore[arg-type]
    except ValidationError as told:
        str(told)


def _account(text: str) -> None:
    accounts.fold_name(text)
    accounts.check_name(text)


def _webhook(text: str) -> None:
    webhook.check_url(text, allow_http=False, allow_private=False)


def _setting_seeds() -> list[bytes]:
    lines = [
        f"{name}={'' if field.default is None else field.default}"
        for name, field in Settings.model_fields.items()
    ]
    return ["\n".join(lines).encode(), *(line.encode() for line in lines)]


def _cursor_seeds() -> list[bytes]:
    return [pages.number_cursor(7).encode(), pages.record_cursor(_MOMENT, _ID).encode()]


def _session_seeds() -> list[bytes]:
    known = sessions.known_browser_token(_ACCOUNT, _MOMENT, _PEPPER)
    return [_TOKEN.encode(), known.encode(), sessions.form_token(_TOKEN).encode()]


def _sealed_seeds() -> list[bytes]:
    return [encryption.seal(encryption.cipher(_KEY), {"name": "样例甲", "phone": None})]


def _texts(*seeds: str) -> Callable[[], Sequence[bytes]]:
    return lambda: [seed.encode() for seed in seeds]


def _target(
    name: str,
    read: Callable[[str], None],
    seeds: Callable[[], Sequence[bytes]],
    weight: int = 7,
) -> Target:
    def prepare(_folder: Path) -> Prepared:
        return Prepared(lambda data: read(data.decode("utf-8", "replace")), seeds())

    return Target(name, prepare, mutation.text, weight, 4_000)


TOKENS = (
    _target("sessions and form tokens", _session, _session_seeds),
    _target("API keys", _key, _texts(api_keys.format_key("0" * 12, _TOKEN), "90d", "2027-01-01")),
    _target("cookies", _cookies, _texts("CN201910000001X|CN1|local:0123456789abcdef", "%00%ff")),
    _target("cursors", _cursor, _cursor_seeds),
    _target("positions in cursors", _position, _texts(f"1780000000000000:{_ID}", "7")),
    _target("Idempotency-Key", _idempotency, _texts("5f1c9d0e-3a44-4b52-9b1e-0c6f0f6a2f57")),
    _target("If-Match", _if_match, _texts('"v1"', 'W/"v1", "v2"', "*", "zh-CN,zh;q=0.9,en;q=0.8")),
    _target("sealed contacts", _sealed, _sealed_seeds),
    _target("contact keys", _contact_key, _texts(Fernet.generate_key().decode()), 3),
    _target("settings", _settings, _setting_seeds),
    _target("account names", _account, _texts("zhang.wei", "样例甲"), 3),
    _target("webhook addresses", _webhook, _texts("https://hooks.example/a?b=1", "https://[::1]/")),
)
"""Targets of this room."""
