"""Keys for tests: the header of a caller of each role."""

from datetime import datetime

from matcher.access import api_keys
from matcher.access.roles import Role
from matcher.settings import Settings
from matcher.store import keys as stored
from matcher.store.schema.times import now
from matcher.wiring.open import open_store

INSTITUTION, ENTERPRISE = "样例大学", "样例科技（样例）"

Headers = dict[str, str]


def header(
    settings: Settings,
    role: Role,
    *,
    institution: str | None = None,
    enterprise: str | None = None,
    expires_at: datetime | None = None,
    revoked_at: datetime | None = None,
) -> Headers:
    """Make a key and return the header that sends it; TTO and enterprise are the sample ones."""
    with open_store(settings):
        pass  # the pepper comes after the database
    secret = api_keys.new_secret()
    key = api_keys.ApiKey(
        id=api_keys.new_id(),
        role=role,
        hashed=api_keys.hash_secret(secret, api_keys.make_pepper(settings.home, settings.pepper)),
        created_at=now(),
        institution=institution or (INSTITUTION if role is Role.TTO else None),
        enterprise=enterprise or (ENTERPRISE if role is Role.ENTERPRISE else None),
        expires_at=expires_at,
        revoked_at=revoked_at,
    )
    with open_store(settings) as store, store.writing() as connection:
        stored.add(connection, key)
    return {"Authorization": f"Bearer {api_keys.format_key(key.id, secret)}"}
