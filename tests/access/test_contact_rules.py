"""Who may see a contact, and what is seen of it otherwise."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from matcher.access import contact_rules
from matcher.access.contact_rules import Consent, HeldContact
from matcher.access.relay import (
    STEPS,
    RelayState,
    RelayStep,
    after_step,
)
from matcher.access.roles import OPEN_CALLER, Caller, Role
from matcher.errors import ConflictError, InputError
from matcher.types import ConsentScope, TeamRef
from tests.support.samples import GRIPPER, INSTITUTION, SEPARATOR

TODAY, MOMENT = date(2026, 6, 1), datetime(2026, 6, 1, tzinfo=UTC)
FIRM, OTHER, MATCH = "样例科技公司", "另一家公司（样例）", "match_1"
CALLERS = {
    "firm": Caller("a" * 12, Role.ENTERPRISE, enterprise=FIRM),
    "other": Caller("b" * 12, Role.ENTERPRISE, enterprise=OTHER),
    "portal": Caller("c" * 12, Role.PORTAL),
    "tto": Caller("d" * 12, Role.TTO, institution=INSTITUTION),
    "staff": Caller("e" * 12, Role.STAFF),
    "admin": Caller("f" * 12, Role.ADMIN),
    "auditor": Caller("0" * 12, Role.AUDITOR),
    "open": OPEN_CALLER,
}
EVERYBODY = set(CALLERS) - {"auditor"}
CONSENT = Consent(
    id="consent_1",
    contact="contact_1",
    scope=ConsentScope.PUBLIC,
    purpose="洽谈（样例）",
    recipients=(),
    evidence="样例同意书",
    given_on=None,
    expires_on=date(2026, 6, 1),
    recorded_at=MOMENT,
    recorded_by="import",
)
CONTACT = HeldContact("contact_1", INSTITUTION, None, "样例甲", b"", MOMENT)


def opened_to(*consents: Consent, match: str = MATCH, today: date = TODAY) -> set[str]:
    return {
        name
        for name, caller in CALLERS.items()
        if contact_rules.permitting(consents, caller, match, today) is not None
    }


@pytest.mark.parametrize(
    ("scope", "recipients", "seen_by"),
    [
        (ConsentScope.PUBLIC, (), EVERYBODY),
        (ConsentScope.EVENT, (), {"staff"}),
        (ConsentScope.EVENT, (FIRM,), {"staff", "firm"}),
        (ConsentScope.EVENT, ("c" * 12,), {"staff", "portal"}),
        (ConsentScope.EVENT, (MATCH,), {"staff"}),
        (ConsentScope.GRANTED, (), set()),
        (ConsentScope.GRANTED, (FIRM,), {"firm"}),
        (ConsentScope.GRANTED, (MATCH,), EVERYBODY),
        (ConsentScope.GRANTED, ("match_2",), set()),
        (ConsentScope.GRANTED, ("c" * 12,), set()),
    ],
)
def test_each_consent_scope_shows_the_contact_to_its_callers(
    scope: ConsentScope, recipients: tuple[str, ...], seen_by: set[str]
) -> None:
    consent = replace(CONSENT, scope=scope, recipients=recipients)
    assert opened_to(consent) == seen_by


@pytest.mark.parametrize(
    "changes",
    [{"withdrawn_at": MOMENT}, {"replaced_at": MOMENT}, {"expires_on": date(2026, 5, 31)}],
)
def test_a_consent_that_ended_shows_the_contact_to_nobody(changes: dict[str, object]) -> None:
    assert opened_to(CONSENT) == EVERYBODY  # on its last day
    assert opened_to(replace(CONSENT, **changes)) == set()  # type: ignore[arg-type]


def test_a_consent_without_expiry_is_in_force_until_withdrawn() -> None:
    lasting = replace(CONSENT, expires_on=None)
    assert opened_to(lasting, today=date(2099, 1, 1)) == EVERYBODY


def test_of_several_consents_the_widest_is_returned() -> None:
    granted = replace(CONSENT, id="g", scope=ConsentScope.GRANTED, recipients=(FIRM,))
    event = replace(CONSENT, id="e", scope=ConsentScope.EVENT, recipients=(FIRM,))
    found = contact_rules.permitting([granted, event], CALLERS["firm"], MATCH, TODAY)
    assert found is event


def test_a_consent_ends_with_the_chinese_day() -> None:
    assert contact_rules.consent_day(datetime(2026, 6, 1, 15, 59, tzinfo=UTC)) == date(2026, 6, 1)
    assert contact_rules.consent_day(datetime(2026, 6, 1, 16, 0, tzinfo=UTC)) == date(2026, 6, 2)


@pytest.mark.parametrize(
    ("changes", "belongs"),
    [
        ({}, True),
        ({"person": "样例乙"}, True),
        ({"person": "样例丙"}, False),
        ({"institution": "样例研究院"}, False),
        ({"team": "储能材料团队", "person": "样例丙"}, True),
        ({"team": "另一团队"}, False),
    ],
)
def test_a_contact_belongs_to_the_team_of_the_patent(
    changes: dict[str, str], belongs: bool
) -> None:
    assert contact_rules.belongs_to(replace(CONTACT, **changes), SEPARATOR) is belongs  # type: ignore[arg-type]


def test_the_lead_of_a_team_without_a_name_is_its_contact() -> None:
    patent = replace(GRIPPER, team=TeamRef(INSTITUTION, lead="样例甲"))
    assert contact_rules.belongs_to(CONTACT, patent)
    assert not contact_rules.belongs_to(CONTACT, GRIPPER)


@pytest.mark.parametrize(
    "reason",
    ["", "  ", "请致电 138 0000 0000", "write to jia@sample.example", "见样例甲", "长" * 501],
)
def test_a_reason_with_a_person_or_contact_is_refused(reason: str) -> None:
    with pytest.raises(InputError) as caught:
        contact_rules.check_reason(reason, ["样例甲"])
    assert not reason.strip() or reason not in str(caught.value)


def test_a_reason_is_put_on_one_line() -> None:
    assert (
        contact_rules.check_reason(" 约定\n2026年6月的洽谈 ", ["样例甲"]) == "约定 2026年6月的洽谈"
    )


@pytest.mark.parametrize(
    ("scope", "recipients", "given_on", "expires_on"),
    [
        (ConsentScope.GRANTED, [], None, None),
        (ConsentScope.PUBLIC, [], date(2026, 6, 2), None),
        (ConsentScope.PUBLIC, [], None, date(2026, 5, 31)),
    ],
)
def test_an_impossible_consent_is_refused(
    scope: ConsentScope, recipients: list[str], given_on: date | None, expires_on: date | None
) -> None:
    with pytest.raises(InputError):
        contact_rules.check_consent(scope, recipients, given_on, expires_on, TODAY)


def test_possible_steps_of_a_relay_request() -> None:
    possible = {(state, step) for state, steps in STEPS.items() for step in steps}
    assert possible == {
        ("pending", "accept"),
        ("pending", "decline"),
        ("accepted", "answer"),
        ("accepted", "decline"),
    }
    for state in RelayState:
        for step in RelayStep:
            if (state, step) not in possible:
                with pytest.raises(ConflictError, match="possible:"):
                    after_step(state, step)
