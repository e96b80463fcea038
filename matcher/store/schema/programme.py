"""Tables of the programme's records, each built from the declaration of its kind.

A record has an `id`, its kind's fields under their names, `created_at`, `updated_at` and
`version`, which counts the edits. Institutions have a table of their own in schema.catalogue with
the same columns: patents and teams refer to it by name.
"""

from typing import Any

from sqlalchemy import Column, Date, Integer, String, Table, Text, UniqueConstraint
from sqlalchemy.types import TypeEngine

from matcher.programme.contracts import CONTRACTS
from matcher.programme.fields import Field
from matcher.programme.kinds import ALLIANCE_MEMBERS, PLEDGES, POOL_PATENTS, POOLS, PRODUCT_FILINGS
from matcher.programme.record import RecordKind
from matcher.store.schema.amounts import Yuan
from matcher.store.schema.catalogue import metadata
from matcher.store.schema.times import UtcTime


def _table(kind: RecordKind) -> Table:
    looked_up = {kind.owner, "patent"} - {kind.key[0]}
    return Table(
        kind.table,
        metadata,
        Column("id", String(40), primary_key=True),
        *(
            Column(
                field.name,
                _type(field),
                nullable=not field.is_required,
                index=field.name in looked_up,
            )
            for field in kind.fields
        ),
        Column("created_at", UtcTime, nullable=False),
        Column("updated_at", UtcTime, nullable=False),
        Column("version", Integer, nullable=False),
        UniqueConstraint(*kind.key),
    )


def _type(field: Field) -> TypeEngine[Any]:
    types: dict[str, TypeEngine[Any]] = {
        "text": String(field.max_length),
        "long": Text(),
        "day": Date(),
        "yuan": Yuan(),
        "patent": String(60),
        "choice": String(20),
    }
    return types[field.form]


alliance_members = _table(ALLIANCE_MEMBERS)
"""alliance, institution, role, joined_on, left_on, accepted_on."""

pools = _table(POOLS)
"""name, operator, field, terms, note."""

pool_patents = _table(POOL_PATENTS)
"""pool, patent (its id), institution, joined_on, left_on, accepted_on."""

pledges = _table(PLEDGES)
"""number, patent, institution, pledgee, amount, registered_on, expires_on, released_on, note."""

product_filings = _table(PRODUCT_FILINGS)
"""patent, institution, enterprise, product, number, filed_on, due_on, valid_until, note."""

contracts = _table(CONTRACTS)
"""number, patent, match, institution, enterprise, kind, amount (Decimal, yuan), signed_on,
term_until, recordal_due_on, recordal_number, recordal_on, person (the case owner), office, note."""
