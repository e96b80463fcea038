"""Accounts for tests: people who can sign in, each with the same password."""

from functools import cache

from matcher.access import api_keys, passwords
from matcher.access.accounts import Account, new_id
from matcher.access.roles import Role
from matcher.settings import Settings
from matcher.store import accounts as stored
from matcher.store.schema.times import now
from matcher.wiring.open import open_store
from tests.support.callers import ENTERPRISE, INSTITUTION

NAME, PASSWORD, OTHER_PASSWORD = "yangli.yuan", "海上明月共潮生 2026", "春江花月夜里的那个人 7 号"


@cache
def hash_of(password: str) -> str:
    """Return the hash of a password; it is made once, as it takes a while."""
    return passwords.hash_password(password)


def make_account(
    settings: Settings, role: Role = Role.STAFF, name: str = NAME, *, disabled: bool = False
) -> Account:
    """Save an account with the sample password; TTO and enterprise are the sample ones."""
    moment = now()
    account = Account(
        id=new_id(),
        name=name,
        role=role,
        hashed=hash_of(PASSWORD),
        created_at=moment,
        password_set_at=moment,
        institution=INSTITUTION if role is Role.TTO else None,
        enterprise=ENTERPRISE if role is Role.ENTERPRISE else None,
        disabled_at=moment if disabled else None,
    )
    with open_store(settings) as store:
        api_keys.make_pepper(settings.home, settings.pepper)
        with store.writing() as connection:
            stored.add(connection, account)
    return account
