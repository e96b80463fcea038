"""Scope of a landscape: the patents that it counts."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

import numpy as np
from sqlalchemy import ColumnElement

from matcher.labels import COLON, FILTER, INDUSTRY, STATUS, TYPE, label, listed
from matcher.language.messages import _, ngettext
from matcher.needs.need_text import check_text
from matcher.search.catalogue import Catalogue
from matcher.search.matcher import Matcher
from matcher.store import patents
from matcher.store.filters import all_of, conditions
from matcher.store.supply import within
from matcher.text.contact_clauses import clear_contacts
from matcher.types import Filters, LegalStatus, Need, PatentRow

EVERY_STATUS = Filters(legal_status=frozenset(LegalStatus))
"""Filters of a landscape by default: a count by status needs the lapsed patents too."""
QUERY_PATENTS = 200
"""Patents that a query reads at most, the nearest first."""
NEED_PATENTS = 50
"""Patents that each need of a set reads at most."""
MAX_QUERY_SHOWN = 60
"""Characters of the query in the description of a scope."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Patents of a landscape: those of the filters, narrowed to a query or to needs if given."""

    filters: Filters = EVERY_STATUS
    query: str | None = None
    """Text in the words of a person; the patents nearest to it are counted."""
    needs: tuple[Need, ...] = ()
    """Set of needs; the patents nearest to them are counted, and they are the demand."""

    @property
    def is_whole(self) -> bool:
        """True for the whole catalogue."""
        return self == Scope()

    @property
    def is_by_text(self) -> bool:
        """True where the engine chooses the patents."""
        return bool(self.query or self.needs)


def scope_condition(
    catalogue: Catalogue, scope: Scope, matcher: Matcher | None, *, today: date
) -> ColumnElement[bool]:
    """Return the condition on `patents` of a scope; one by text takes a matcher.

    Raises InputError for an empty query.
    """
    months = catalogue.sleeping_months
    filtered = all_of(conditions(scope.filters, today, months))
    if not scope.is_by_text:
        return filtered
    assert matcher is not None  # its caller opened one for a scope by text
    with catalogue.store.reading() as connection:
        allowed, _hidden = patents.allowed(
            connection, scope.filters, today=today, sleeping_months=months
        )
    if scope.query:
        check_text(scope.query)
        return within(_nearest(matcher, [Need(scope.query)], QUERY_PATENTS, allowed))
    return within(_nearest(matcher, scope.needs, NEED_PATENTS, allowed))


def _nearest(
    matcher: Matcher, needs: Sequence[Need], k: int, allowed: np.ndarray | None
) -> list[PatentRow]:
    """Return the rows of the patents nearest to any of the needs, without the weak fits.

    A need whose patents get no label keeps all of them.
    """
    rows: set[PatentRow] = set()
    if allowed is not None and not len(allowed):
        return []
    listed_rows = None if allowed is None else [PatentRow(int(row)) for row in allowed]
    for need in needs:
        ranked = matcher.rankings(need, k=k, allowed=listed_rows)["engine"]
        nearest = [row for row, _score in ranked]
        if not nearest:
            continue
        labels = [fit.label for fit in matcher.fit_labels(need, nearest)]
        is_judged = any(labels)
        rows.update(
            row
            for row, fit in zip(nearest, labels, strict=True)
            if not is_judged or fit in ("strong", "fair")
        )
    return sorted(rows)


def describe(scope: Scope) -> str:
    """Return a scope in the words of a reader; the query without contact data, no need's text."""
    parts = [
        f"{label(FILTER[field.name])}{label(COLON)}{_shown(field.name, value)}"
        for field in fields(Filters)
        if (value := getattr(scope.filters, field.name)) != getattr(EVERY_STATUS, field.name)
    ]
    if scope.query:
        text = " ".join(clear_contacts(scope.query).text.split())
        cut = text if len(text) <= MAX_QUERY_SHOWN else text[:MAX_QUERY_SHOWN] + "…"
        parts.append(_("Query: {text}", text=cut))
    if scope.needs:
        parts.append(ngettext("{n:,} need", "{n:,} needs", len(scope.needs)))
    return "; ".join(parts) if parts else _("The whole catalogue")


def whole_filters(filters: Filters) -> Filters:
    """Return the filters with every legal status."""
    return replace(filters, legal_status=EVERY_STATUS.legal_status)


def _shown(name: str, value: object) -> str:
    if name == "industries":
        return listed(label(INDUSTRY[code]) for code in _texts(value))
    if name == "legal_status":
        order = [status for status in LegalStatus if status in _texts(value)]
        return listed(label(STATUS[status]) for status in order)
    if name == "patent_types":
        return listed(label(TYPE[kind]) for kind in TYPE if kind in _texts(value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return _("from {day}", day=value.isoformat())
    if isinstance(value, float | int):
        return _("at least {years:g}", years=value)
    return listed(_texts(value))


def _texts(value: object) -> Sequence[str]:
    assert isinstance(value, tuple | frozenset)
    return tuple(value)
