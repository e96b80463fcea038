"""The declarations of the kinds of record, and the tables and options that follow from them."""

import io
from dataclasses import replace
from datetime import date

import pytest
from rich.console import Console

from matcher.commands.terminal.answer import print_answer
from matcher.importing.headings.headings import normalise
from matcher.language.coded import CodedText
from matcher.patents.filter_parsing import FilterTexts, read_filters
from matcher.programme.contracts import CONTRACTS
from matcher.programme.kinds import KINDS
from matcher.programme.record import RecordKind
from matcher.store.schema.all import metadata
from matcher.types import Answer, Filters, Match, Need, Pledge, Sleeping
from tests.support.samples import SEPARATOR, TODAY

EACH = pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
OWN = {"id", "created_at", "updated_at", "version"}


@EACH
def test_a_table_has_a_column_for_each_field_and_no_other(kind: RecordKind) -> None:
    table = metadata.tables[kind.table]
    assert {column.name for column in table.c} == {field.name for field in kind.fields} | OWN
    for field in kind.fields:
        length = getattr(table.c[field.name].type, "length", None)
        if field.form in ("text", "patent"):
            assert length == field.max_length
        elif field.form == "choice":
            assert length is not None and length >= max(map(len, field.choices))


@EACH
def test_a_declaration_is_consistent(kind: RecordKind) -> None:
    names = [field.name for field in kind.fields]
    assert len(names) == len(set(names))
    assert kind.owner in names and set(kind.key) <= set(names)
    assert all(kind.field(name).is_required for name in kind.key)
    assert all({due.on, due.until or due.on} <= set(names) for due in kind.dues)
    assert all(kind.field(due.on).form == "day" for due in kind.dues)
    for field in kind.fields:
        assert field.description.strip() and bool(field.choices) == (field.form == "choice")
        if field.refers_to not in (None, "matches"):
            assert "name" in [one.name for one in KINDS[str(field.refers_to)].fields]


@EACH
def test_no_heading_of_a_kind_means_two_fields(kind: RecordKind) -> None:
    headings = [normalise(name) for field in kind.fields for name in set(field.headings)]
    assert len(headings) == len(set(headings))


@pytest.mark.parametrize(
    ("kind", "signed", "due"),
    [
        ("exclusive", date(2026, 1, 15), date(2026, 4, 15)),
        ("open_licence", date(2025, 11, 30), date(2026, 2, 28)),
        ("assignment", date(2026, 1, 15), None),
        ("exclusive", None, None),
    ],
)
def test_a_licence_is_to_be_recorded_within_three_months(
    kind: str, signed: date | None, due: date | None
) -> None:
    completed = CONTRACTS.completed({"kind": kind, "signed_on": signed})
    assert completed.get("recordal_due_on") == due


def test_pools_and_alliances_are_filters_by_name() -> None:
    filters = read_filters(FilterTexts(pools=[" 池,甲 ", "池,甲"], alliances=["联盟", " "]))
    assert filters == Filters(pools=("池,甲",), alliances=("联盟",))


def test_the_terminal_shows_a_pledge_and_the_pools_asked_for() -> None:
    match = Match(1, SEPARATOR, 1.0, {}, (), Sleeping(False, CodedText("sample", "")), None, None)
    pledged = replace(match, pledge=Pledge("pledged", CodedText("sample", "有质押登记")))
    filters = Filters(pools=("样例池",), alliances=("样例联盟",))
    shown = {}
    for name, one in (("free", match), ("pledged", pledged)):
        stream = io.StringIO()
        answer = Answer(Need("x"), "fake", "1", filters, {}, (one,))
        print_answer(Console(file=stream, width=100), answer, TODAY)
        shown[name] = stream.getvalue()
    assert "pledge    有质押登记" in shown["pledged"] and "质押" not in shown["free"]
    assert "patent pool 样例池" in shown["free"] and "alliance 样例联盟" in shown["free"]
