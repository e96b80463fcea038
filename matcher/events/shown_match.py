"""A match as it was shown for a need: the stored JSON of an answer, read back as typed values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, get_args

from matcher.types import (
    CardAspect,
    CardLine,
    Evidence,
    Fit,
    FitBasis,
    FitGap,
    LegalStatus,
    LicenceTerms,
    NeedPartKind,
    PatentType,
    TeamRef,
    TtoContact,
)

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ShownMatch:
    """A match as it was shown; later changes of the catalogue do not change it."""

    title: str
    application_number: str | None = None
    publication_number: str | None = None
    patent_type: PatentType | None = None
    owner: str | None = None
    team: TeamRef | None = None
    contact: TtoContact | None = None
    status: LegalStatus = LegalStatus.UNKNOWN
    status_text: str | None = None
    """The status in the words of its source."""
    status_as_of: date | None = None
    years_left: float | None = None
    licence: LicenceTerms = field(default=LicenceTerms())
    readiness: str | None = None
    pledge_note: str | None = None
    """Note in the language of the run that matched the need."""
    pledge_code: str | None = None
    """Code of the note; None in events matched by earlier versions."""
    fit: Fit | None = None
    fit_basis: FitBasis | None = None
    """The text that the label rests on; None in matches stored before it was kept."""
    fit_gap: FitGap | None = None
    card: tuple[CardLine, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    unanswered: tuple[NeedPartKind, ...] = ()
    """The parts of the need that nothing in the patent answers."""

    @property
    def institution(self) -> str | None:
        """The institution of the patent's team, or else its owner."""
        return (self.team.institution if self.team else None) or self.owner

    @property
    def has_terms(self) -> bool:
        """True if anything is known of the licence or sale."""
        terms = self.licence
        texts = (terms.fee_basis, terms.fee, terms.term, terms.price_mode, terms.price)
        return bool(terms.open_licence or terms.kinds or terms.conversion_modes or any(texts))

    @classmethod
    def from_json(cls, stored: Json) -> "ShownMatch":
        """Read the JSON object of `matcher.search.answer_json.match_json`."""
        team, contact = stored.get("team"), stored.get("contact")
        licence = stored.get("licence") or {}
        kind, day = stored.get("patent_type"), stored.get("status_as_of")
        return cls(
            title=stored["title"],
            application_number=stored.get("application_number"),
            publication_number=stored.get("publication_number"),
            patent_type=PatentType(kind) if kind else None,
            owner=stored.get("owner"),
            team=team and TeamRef(team["institution"], team.get("name"), lead=team.get("lead")),
            contact=contact and _contact(contact),
            status=LegalStatus(stored.get("legal_status", LegalStatus.UNKNOWN)),
            status_text=stored.get("legal_status_text"),
            status_as_of=date.fromisoformat(day) if day else None,
            years_left=stored.get("years_left"),
            licence=_licence(licence),
            readiness=licence.get("readiness"),
            pledge_note=(stored.get("pledge") or {}).get("note"),
            pledge_code=(stored.get("pledge") or {}).get("note_code"),
            fit=stored.get("fit"),
            fit_basis=stored.get("fit_basis"),
            fit_gap=stored.get("fit_gap"),
            card=_card(stored.get("card", {})),
            evidence=tuple(_evidence(passage) for passage in stored.get("evidence", ())),
            unanswered=tuple(stored.get("unanswered", ())),
        )


def _contact(stored: Json) -> TtoContact:
    return TtoContact(stored["institution"], stored["name"], stored["phone"], stored["email"])


def _licence(stored: Json) -> LicenceTerms:
    return LicenceTerms(
        open_licence=stored.get("open_licence"),
        fee_basis=stored.get("fee_basis"),
        fee=stored.get("fee"),
        term=stored.get("term"),
        kinds=tuple(stored.get("kinds", ())),
        conversion_modes=tuple(stored.get("conversion_modes", ())),
        price_mode=stored.get("price_mode"),
        price=stored.get("price"),
    )


def _card(stored: Json) -> tuple[CardLine, ...]:
    return tuple(
        CardLine(aspect, line["text"], line["passage"], line["source"])
        for aspect in get_args(CardAspect)
        for line in stored.get(aspect, ())
    )


def _evidence(stored: Json) -> Evidence:
    focus = stored.get("focus")
    return Evidence(
        passage=stored["passage"],
        text=stored["text"],
        highlights=tuple((start, end) for start, end in stored["highlights"]),
        related=tuple((start, end) for start, end in stored.get("related", ())),
        focus=(focus[0], focus[1]) if focus else None,
        parts=tuple(stored.get("parts", ())),
    )
