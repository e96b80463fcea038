"""Stored needs and keys for the tests of reverse matching."""

from datetime import date

from matcher.access import api_keys
from matcher.access.roles import Role
from matcher.ids import new_id
from matcher.needs.record import (
    NeedDetails,
    NeedRecord,
    NeedState,
    PublishScope,
)
from matcher.settings import Settings
from matcher.store import keys as stored_keys
from matcher.store import needs as stored_needs
from matcher.store.schema.times import now
from matcher.wiring.open import open_store
from tests.support.samples import BEARING, SEPARATOR, sibling

FIRM, OTHER_FIRM = "样例电池厂（样例）", "样例机械厂（样例）"
HEAT = NeedDetails(
    text="电池隔膜在150℃下热收缩，需要涂覆陶瓷层的隔膜", title="耐高温隔膜", enterprise=FIRM
)
GRASP = NeedDetails(text="抓取易碎的零件时夹爪会留下压痕", title="柔性抓取", enterprise=OTHER_FIRM)

OTHERS = tuple(
    sibling(
        BEARING,
        f"CN2018{number:08}.{number % 10}",
        title=f"{thing}的{way}方法",
        abstract=f"本发明涉及{thing}，采用{way}，提高生产效率。",
        publication_number=None,
        legal_status=SEPARATOR.legal_status,
    )
    for number, (thing, way) in enumerate(
        (thing, way)
        for thing in ("轴承", "水泵", "纺织机", "果树", "钢材", "陶瓷砖", "电机", "污水")
        for way in ("检测", "加工", "清洗", "包装")
    )
)
"""A catalogue large enough for fit labels."""


def make_key(
    settings: Settings,
    role: Role,
    *,
    institution: str | None = None,
    enterprise: str | None = None,
) -> dict[str, str]:
    """Return the header of a new key, with its id as `x-key-id`."""
    with open_store(settings):
        pass  # the pepper comes after the database
    identity, secret = api_keys.new_id(), api_keys.new_secret()
    pepper = api_keys.make_pepper(settings.home, settings.pepper)
    key = api_keys.ApiKey(
        id=identity,
        role=role,
        hashed=api_keys.hash_secret(secret, pepper),
        created_at=now(),
        institution=institution,
        enterprise=enterprise,
    )
    with open_store(settings) as store, store.writing() as connection:
        stored_keys.add(connection, key)
    return {
        "Authorization": f"Bearer {api_keys.format_key(identity, secret)}",
        "x-key-id": identity,
    }


def keep_need(
    settings: Settings,
    details: NeedDetails,
    *,
    by: str = "open",
    scope: PublishScope = PublishScope.MATCH_ONLY,
    state: NeedState = NeedState.OPEN,
    expires_on: date | None = None,
) -> str:
    """Store a need as POST /v1/needs does, and return its id."""
    moment = now()
    record = NeedRecord(
        id=new_id("need"),
        created_by=by,
        details=details,
        contact=None,
        publish_scope=scope,
        pledge_wish=False,
        state=state,
        closed_reason=None,
        expires_on=expires_on,
        created_at=moment,
        updated_at=moment,
        version=1,
    )
    with open_store(settings) as store, store.writing() as connection:
        stored_needs.add(connection, record)
    return record.id
