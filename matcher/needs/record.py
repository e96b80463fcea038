"""Needs that are kept, and their matches: what the programme holds of them."""

import re
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self

from matcher.errors import NotFoundError
from matcher.types import Need


class NeedNotFoundError(NotFoundError):
    """There is no such need, or none that the caller may see."""


class PublishScope(StrEnum):
    """Who besides the programme may read a need (公开/脱敏/仅匹配)."""

    PUBLIC = "public"
    MASKED = "masked"
    MATCH_ONLY = "match_only"


class NeedState(StrEnum):
    """Whether a need still asks."""

    OPEN = "open"
    CLOSED = "closed"


class ClosedReason(StrEnum):
    """Why a need asks no more."""

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
    """How an enterprise wants to work with the team (合作方式)."""

    INDEPENDENT = "independent"
    COMMISSIONED = "commissioned"
    JOINT = "joint"
    ASSIGNMENT = "assignment"
    LICENCE = "licence"

    @property
    def chinese(self) -> str:
        """The word of the form."""
        return _COOPERATION[self]


_COOPERATION = {
    Cooperation.INDEPENDENT: "独立研发",
    Cooperation.COMMISSIONED: "委托研发",
    Cooperation.JOINT: "合作研发",
    Cooperation.ASSIGNMENT: "技术转让",
    Cooperation.LICENCE: "许可",
}


NEED_CHARACTERS_AT_MOST = 100_000
"""Of all that a need says."""
SOME_ENTERPRISE = "某企业"
"""Stands in the place of the enterprise's name."""
NAME_AT_LEAST = 4
"""Characters of a name that is looked for in the texts: a shorter one is a word, too."""
_LEGAL_FORM = re.compile(r"(?:集团|股份|责任|有限)*公司$")
_REACHABLE = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"
    r"|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)",
    re.ASCII,
)
"""E-mails, and mobile and land-line numbers as China writes them."""


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
    """In 万元."""
    cooperation: tuple[Cooperation, ...] = ()
    deadline: date | None = None

    @property
    def need(self) -> Need:
        """As the engine takes it."""
        words = "、".join(mode.chinese for mode in self.cooperation)
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
            budget=None if self.budget_wan is None else f"{self.budget_wan:.10g}万元",
            cooperation=words or None,
            deadline=None if self.deadline is None else self.deadline.isoformat(),
        )

    @property
    def technical(self) -> Self:
        """Only what is needed (脱敏): nothing of who needs it, or on which terms.

        The enterprise's name is taken out of the texts too, as are phone numbers and e-mails.
        """
        given = (self.enterprise, _LEGAL_FORM.sub("", self.enterprise or ""), self.credit_code)
        names = [name for name in given if name and len(name) >= NAME_AT_LEAST]

        def masked(text: str) -> str:
            for name in names:
                text = text.replace(name, SOME_ENTERPRISE)
            return _REACHABLE.sub("…", text)

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
            cooperation=(),
            deadline=None,
        )

    def to_json(self) -> dict[str, Any]:
        """As it is stored: what is not given is left out."""
        values = {k: v for k, v in asdict(self).items() if v not in (None, "", ())}
        if self.deadline is not None:
            values["deadline"] = self.deadline.isoformat()
        return values

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """What `to_json` made."""
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
    """A need as it is kept."""

    id: str
    created_by: str
    """The id of the key that sent it in."""
    details: NeedDetails
    contact: bytes | None
    """The enterprise's person, sealed."""
    publish_scope: PublishScope
    pledge_wish: bool
    """The enterprise wishes for pledge financing (质押融资意愿)."""
    state: NeedState
    closed_reason: ClosedReason | None
    expires_on: date | None
    """The last day on which it asks."""
    created_at: datetime
    updated_at: datetime
    version: int

    @property
    def enterprise(self) -> str | None:
        """Whose need it is."""
        return self.details.enterprise

    @property
    def need(self) -> Need:
        """As the engine takes it."""
        return self.details.need

    def is_asking(self, today: date) -> bool:
        """Whether it is open and not expired."""
        expired = self.expires_on is not None and self.expires_on < today
        return self.state is NeedState.OPEN and not expired
