"""An invented person (样例), a match that this one stands behind, and the values to look for."""

from datetime import UTC, date, datetime

from pydantic import SecretStr
from sqlalchemy import Connection, insert

from matcher.store import consents, personal_contacts
from matcher.store.schema.needs import matches, needs
from matcher.types import ConsentScope, PersonalContact
from tests.support.samples import INSTITUTION, SEPARATOR

KEY = SecretStr("hJ0o9Qy8Vq7C8xYc0cVw2p4i5n6B7v8C9x0Z1a2S3d4=")
OTHER_KEY = SecretStr("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
FIRM = "样例科技（样例）"
MATCH, ELSEWHERE = "match_000000000000000000000001", "match_000000000000000000000002"
PHONE, MAIL = "13800001234", "jia@sample.example"
MASKED = ("138****1234", "j***@sample.example")
CONTACT = PersonalContact(
    person="样例甲",
    institution=INSTITUTION,
    team="储能材料团队",
    phone=PHONE,
    email=MAIL,
    scope=ConsentScope.PUBLIC,
    evidence="样例同意书1号",
    expires=date(2099, 12, 31),
)


def add_matches(connection: Connection, created_by: str = "0" * 12) -> None:
    """A match of the firm's need with the patent of the person's team, and one of another's."""
    moment = datetime(2026, 6, 1, tzinfo=UTC)
    for number, match, enterprise, institution in (
        (1, MATCH, FIRM, INSTITUTION),
        (2, ELSEWHERE, "另一家公司（样例）", "样例研究院"),
    ):
        connection.execute(
            insert(needs).values(
                id=f"need_{number}",
                enterprise=enterprise,
                created_by=created_by,
                record={"text": "要更耐热的隔膜", "enterprise": enterprise},
                publish_scope="match_only",
                pledge_wish=False,
                state="open",
                created_at=moment,
                updated_at=moment,
                version=1,
            )
        )
        connection.execute(
            insert(matches).values(
                id=match,
                need=f"need_{number}",
                patent=SEPARATOR.id,
                institution=institution,
                state="recommended",
                created_at=moment,
                updated_at=moment,
                version=1,
            )
        )


def keep(connection: Connection, contact: PersonalContact = CONTACT) -> tuple[str, str]:
    """Import a contact; its id and that of its consent."""
    personal_contacts.save_personal(connection, [contact], KEY)
    held = personal_contacts.find(connection, contact.institution, contact.team, contact.person)
    assert held is not None
    return held.id, consents.of_contact(connection, held.id)[-1].id
