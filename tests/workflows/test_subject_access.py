"""Subject access: report of a person's data, and its erasure."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from matcher.access.contact_rules import ContactNotFoundError
from matcher.access.roles import COMMAND_CALLER, Caller, Role
from matcher.store import audit, institutions, patents
from matcher.store.database import Store
from matcher.store.schema.times import now
from matcher.types import Team
from matcher.workflows import subject_access
from matcher.workflows.reveal_contact import reveal
from tests.support.contact_samples import CONTACT, KEY, MAIL, MATCH, PHONE, add_matches, keep
from tests.support.samples import INSTITUTION, SEPARATOR

STAFF = Caller("0123456789ab", Role.STAFF)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(f"sqlite:///{tmp_path / 'matcher.sqlite'}") as opened:
        yield opened


def behind_a_match(store: Store) -> None:
    with store.writing() as connection:
        patents.save(connection, [SEPARATOR])
        add_matches(connection)
        keep(connection)


def test_a_person_is_reported_whole_and_erased_for_good(store: Store) -> None:
    behind_a_match(store)
    with store.writing() as connection:
        reveal(
            connection,
            STAFF,
            MATCH,
            reason="约定洽谈",
            contact_id=None,
            key=KEY,
            per_day=20,
            moment=now(),
        )
        lead = Team(INSTITUTION, "储能材料团队", "材料学院", "样例甲", ("样例甲", "样例乙"))
        institutions.save_teams(connection, [lead])
        of_whom = {"person": "样例甲", "institution": INSTITUTION, "by": COMMAND_CALLER}
        report = subject_access.report(connection, **of_whom, with_values=True, key=KEY)  # type: ignore[arg-type]
        blind = subject_access.report(connection, **of_whom, with_values=False, key=None)  # type: ignore[arg-type]
        other = subject_access.report(
            connection, "样例甲", "样例研究院", by=COMMAND_CALLER, with_values=True, key=None
        )
        erased = subject_access.erase(connection, **of_whom, reason="本人书面申请")  # type: ignore[arg-type]
        with pytest.raises(ContactNotFoundError):
            subject_access.erase(connection, **of_whom, reason="本人书面申请")  # type: ignore[arg-type]
        after = subject_access.report(connection, **of_whom, with_values=True, key=KEY)  # type: ignore[arg-type]
        trail = audit.page(connection, about=erased["contacts"][0])
        assert audit.verify(connection).is_intact

    (contact,) = report["contacts"]
    assert (contact["phone"], contact["email"]) == (PHONE, MAIL)
    assert [consent["evidence"] for consent in contact["consents"]] == [CONTACT.evidence]
    assert (report["teams"], report["patents"]) == ([lead.name], [SEPARATOR.id])
    assert [(row["action"], row["by"]) for row in report["audit"]] == [
        ("consent.recorded", "command"),
        ("contact.revealed", STAFF.key),
    ]
    assert (
        "phone" not in blind["contacts"][0] and PHONE not in str(blind) and MAIL not in str(blind)
    )
    assert (other["contacts"], other["teams"], other["patents"], other["audit"]) == ([], [], [], [])
    assert erased == {"contacts": [contact["contact"]], "consents": 1}
    assert (after["contacts"], after["teams"]) == ([], [lead.name])
    assert [row.action for row in trail] == [
        "consent.recorded",
        "contact.revealed",
        "subject.reported",
        "subject.reported",
        "subject.erased",
    ]
    assert all("样例甲" not in str(row) for row in trail)
