"""Stored needs of enterprises."""

import re
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self

from matcher.errors import NotFoundError
from matcher.text.contact_clauses import clear_contacts
from matcher.types import Need


class NeedNotFoundError(NotFoundError):
    """The need does not exist, or the caller may not see it."""


class PublishScope(StrEnum):
    """Publication of a need beyond the programme (公开/脱敏/仅匹配)."""

    PUBLIC = "public"
    MASKED = "masked"
    MATCH_ONLY = "match_only"


class NeedState(StrEnum):
    """State of a need."""

    OPEN = "open"
    CLOSED = "closed"


class ClosedReason(StrEnum):
    """Reason for closing a need."""

    MATCHED = "matched"
    """对接成功: met by a match of the programme."""
    SOLVED_ELSEWHERE = "solved_elsewhere"
    """另行解决"""
    WITHDRAWN = "withdrawn"
    """撤回: it is needed no longer."""
    DUPLICATE = "duplicate"
    """重复"""
    OTHER = "other"
    """其他"""


class Cooperation(StrEnum):
    """Mode of cooperation with the team (合作方式)."""

    INDEPENDENT = "independent"
    COMMISSIONED = "commissioned"
    JOINT = "joint"
    ASSIGNMENT = "assignment"
    LICENCE = "licence"

    @property
    def chinese(self) -> str:
        """Term of the form."""
        return _COOPERATION[self]


_COOPERATION = {
    Cooperation.INDEPENDENT: "独立研发",
    Cooperation.COMMISSIONED: "委托研发",
    Cooperation.JOINT: "合作研发",
    Cooperation.ASSIGNMENT: "技术转让",
    Cooperation.LICENCE: "许可",
}


MAX_NEED_CHARACTERS = 100_000
"""Characters of all texts of a need together."""
SOME_ENTERPRISE = "某企业"
"""Replacement for the enterprise's name."""
MIN_NAME_CHARACTERS = 4
"""Characters of a name that is masked in the texts: a shorter name is a common word, too."""
_LEGAL_FORM = re.compile(r"(?:集团|股份|责任|有限)*公司$")


@dataclass(frozen=True, slots=True)
class NeedDetails:
    """The form (技术需求征集表) without the contact person."""

    text: str = ""
    reference: str | None = None
    """The caller's own number of the need."""
    title: str | None = None
    enterprise: str | None = None
    credit_code: str | None = None
    """统一社会信用代码, checked."""
    region: str | None = None
    industry: str | None = None
    problem: str | None = None
    indicators: str | None = None
    goal: str | None = None
    keywords: tuple[str, ...] = ()
    budget_wan: float | None = None
    """In 万元; of a range the upper end."""
    budget_written: str | None = None
    """As the form has it, where the figure alone says less: 50-80万元, 面议."""
    cooperation: tuple[Cooperation, ...] = ()
    deadline: date | None = None

    @property
    def need(self) -> Need:
        """Need as the engine takes it."""
        cooperation = "、".join(mode.chinese for mode in self.cooperation)
        return Need(
            text=self.text,
            id=self.reference,
            title=self.title,
            enterprise=self.enterprise,
            region=self.region,
            industry=self.industry,
            problem=self.problem,
            indicators=self.indicators,
            goal=self.goal,
            keywords=self.keywords,
            budget=self.budget_shown,
            cooperation=cooperation or None,
            deadline=None if self.deadline is None else self.deadline.isoformat(),
        )

    @property
    def budget_shown(self) -> str | None:
        """Budget as it is shown: as it was written, or the figure in 万元."""
        if self.budget_written is not None or self.budget_wan is None:
            return self.budget_written
        return f"{self.budget_wan:.10g}万元"

    @property
    def technical(self) -> Self:
        """Technical content only (脱敏), without the enterprise and its terms.

        The enterprise's name and contact data are masked in the texts.
        """
        given = (self.enterprise, _LEGAL_FORM.sub("", self.enterprise or ""), self.credit_code)
        names = [name for name in given if name and len(name) >= MIN_NAME_CHARACTERS]

        def masked(text: str) -> str:
            for name in names:
                text = text.replace(name, SOME_ENTERPRISE)
            return clear_contacts(text).text

        return replace(
            self,
            text=masked(self.text),
            title=self.title and masked(self.title),
            problem=self.problem and masked(self.problem),
            indicators=self.indicators and masked(self.indicators),
            goal=self.goal and masked(self.goal),
            keywords=tuple(map(masked, self.keywords)),
            reference=None,
            enterprise=None,
            credit_code=None,
            region=None,
            budget_wan=None,
            budget_written=None,
            cooperation=(),
            deadline=None,
        )

    def to_json(self) -> dict[str, Any]:
        """Return the stored form; empty fields are left out."""
        values = {k: v for k, v in asdict(self).items() if v not in (None, "", ())}
        if self.deadline is not None:
            values["deadline"] = self.deadline.isoformat()
        return values

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """Build the details from the form of `to_json`."""
        deadline = stored.get("deadline")
        return cls(
            **{
                **stored,
                "keywords": tuple(stored.get("keywords", ())),
                "cooperation": tuple(map(Cooperation, stored.get("cooperation", ()))),
                "deadline": None if deadline is None else date.fromisoformat(deadline),
            }
        )


@dataclass(frozen=True, slots=True)
class NeedRecord:
    """Stored need."""

    id: str
    created_by: str
    """Id of the key that posted it."""
    details: NeedDetails
    contact: bytes | None = field(repr=False)
    """The enterprise's contact person, encrypted."""
    publish_scope: PublishScope
    pledge_wish: bool
    """The enterprise wishes for pledge financing (质押融资意愿)."""
    state: NeedState
    closed_reason: ClosedReason | None
    expires_on: date | None
    """Last day on which it is matched."""
    created_at: datetime
    updated_at: datetime
    version: int

    @property
    def enterprise(self) -> str | None:
        """Name of the enterprise."""
        return self.details.enterprise

    @property
    def need(self) -> Need:
        """Need as the engine takes it."""
        return self.details.need

    def is_asking(self, today: date) -> bool:
        """True if it is open and not expired."""
        expired = self.expires_on is not None and self.expires_on < today
        return self.state is NeedState.OPEN and not expired
