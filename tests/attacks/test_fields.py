"""A mark in every confidential field, looked for in every answer of every role, in logs and jobs.

The table says who may see a field. Both ways are held: who may not see it never does, and who may
sees it somewhere, so that no search is in vain.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import pytest

from api.access.rules import RULES
from matcher.reporting import pdf
from matcher.reporting.landscape import report
from tests.support.readable_texts import no_chart, text_of
from tests.support.route_requests import JSON, address
from tests.support.two_sides import SCOPES, Member, Side, TwoSides
from tests.support.waiting import wait_for

TECHNICAL = ("title", "problem", "indicators", "goal", "text", "keyword")
SEEN: tuple[tuple[tuple[str, ...], tuple[str, ...], str], ...] = (
    (("matched",), TECHNICAL, "enterprise portal tto team"),  # the office by its match
    (("hidden",), TECHNICAL, "portal team"),
    (("masked",), TECHNICAL, "portal every-tto team"),
    (("open",), TECHNICAL, "portal every-tto team"),
    (("matched",), ("reference", "person", "mail"), "enterprise portal team"),
    (("hidden", "masked", "open"), ("reference", "person", "mail"), "portal team"),
    (("hidden", "masked"), ("firm",), "portal team"),
    (("open",), ("firm",), "portal every-tto team"),
    (("noteenterprise", "nextenterprise"), (), "enterprise portal team"),
    (("notetto", "nexttto"), (), "tto team"),
    (("owner", "owneroffice", "message", "answer"), (), "enterprise portal tto team"),
    (("reason",), (), "admin auditor"),
    (("granted", "public"), ("person",), "enterprise portal tto team"),
    (("public",), ("purpose",), "enterprise portal tto team"),
    (("public",), ("evidence",), "tto admin"),
    (("granted",), ("purpose", "evidence"), "tto admin auditor"),  # as the person may ask to know
    (("granted",), ("mail",), "admin"),
    (("public",), ("mail",), "enterprise portal tto team"),
    (("hookhost",), (), "portal admin auditor"),  # the audit trail tells the host
    (("hookpath",), (), "portal admin"),
    (("contracts",), ("number", "enterprise", "person", "office", "note"), "tto team"),
    (("pledges",), ("number", "pledgee", "note"), "tto team"),
    (("product-filings",), ("enterprise", "product", "note"), "tto team"),
    (("suggested",), (), "portal tto team"),
    (("event",), (), "team"),
    (("file", "cell"), (), "sender"),
    (("cellmail",), (), ""),  # masked even for who sent it
)
"""Records, their fields, and who may see them: roles of the record's own side, `every-tto` of both
sides, the programme's `team`, `admin`, `auditor`, and the `sender` of an import."""
FORMATS: Mapping[str, tuple[str, ...]] = {
    "/v1/audit/export": ("csv", "jsonl"),
    "/navigation/report.{format}": ("docx", "pdf"),
    "/navigation/demand/report.{format}": ("docx", "pdf"),
}
"""Formats of files where they are not those of tables."""
LOOKING = ("portalA", "enterpriseA", "ttoA", "ttoB", "staff", "admin", "auditor", "visitor")
"""Who looks at everything. The other side's portal and enterprise would see what side A's do of
side B; a second of the staff looks at imports only."""
FRAMES: Mapping[str, str] = {"/navigation/demand": "demand", "/navigation": "by_year"}
READING = {
    "/v1/match": (),
    "/v1/matches/{match}/contact-reveals": (),
    "/v1/subject-reports": ("granted-person",),
    "/v1/subject-reports/full": ("granted-person",),
}
"""Routes that are posted to and change no record, and the mark of the person they ask about."""
MARK = re.compile(r"Zq([AB])((?:(?!qZ).)+?)\1qZ", re.IGNORECASE)


@pytest.fixture(autouse=True)
def plain_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give out the HTML that a PDF is drawn from: the letters of a PDF are numbers of its fonts.

    Charts, which take a second each, are looked at as SVG only.
    """
    monkeypatch.setattr(pdf, "pdf_of", lambda html: html.encode())
    monkeypatch.setattr(report, "chart", no_chart)


def expected(sides: TwoSides) -> dict[tuple[str, str], set[str]]:
    """By side and field: the callers who see its mark."""
    found = {}
    for side in sides.sides.values():
        for records, fields, who in SEEN:
            names = {f"{record}-{field}" for record in records for field in fields} or {*records}
            found.update({(side.name, name): _callers(side, who.split()) for name in names})
    return found


def _callers(side: Side, who: list[str]) -> set[str]:
    special = {
        "every-tto": {"ttoA", "ttoB"},
        "team": {"staff", "admin"},
        "admin": {"admin"},
        "auditor": {"auditor"},
        "sender": {"staff" if side.name == "A" else "colleague"},
    }
    return {name for one in who for name in special.get(one, {f"{one}{side.name}"})}


def addresses(sides: TwoSides) -> list[str]:
    """Every address that shows something: of each route and page, for the records of both sides."""
    found = dict.fromkeys(
        to
        for method, path in RULES
        if method == "GET"
        for side in sides.sides.values()
        for ids in _ids(side, path)
        for to in _formats(path, ids)
    )
    return [*found, "/v1/reminders?until=2099-01-01", "/v1/follow-ups/due?until=2099-01-01"]


def _ids(side: Side, path: str) -> Iterator[dict[str, str]]:
    ids = {
        **side.ids,
        "number": side.patent,
        "application_number": side.patent,
        "name": side.institution,
        "team": f"样例{side.name}团队",
    }
    if path.startswith("/navigation"):
        ids["name"] = next(frame for at, frame in FRAMES.items() if path.startswith(at))
    if path.startswith("/v1/programme/"):
        ids["record"] = side.records.get(path.split("/")[3], "")
    for need in SCOPES if path == "/v1/needs/{need}" else ("matched",):
        yield {**ids, "need": side.records[need]}


def _formats(path: str, ids: Mapping[str, str]) -> Iterator[str]:
    for format in FORMATS.get(path, ("xlsx", "csv")):
        to = address(path, {**ids, "format": format})
        yield to + (f"?format={format}" if path.endswith(("/export", "/problems")) else "")


def answers(sides: TwoSides, member: Member) -> Iterator[tuple[str, Any, str]]:
    """Yield address, answer and body of all that a caller can look at.

    The landscape of the catalogue is the same for everybody, and takes long: two look at it.
    """
    for to in addresses(sides):
        is_same = to.startswith("/navigation") and not to.startswith("/navigation/demand")
        if (member.name == "colleague" and "/import" not in to) or (
            is_same and member.name not in ("visitor", "staff")
        ):
            continue
        yield to, sides.ask(member, "GET", to), ""
    if member.name == "colleague":
        return
    for path, marks in READING.items():
        for side in sides.sides.values():
            body = dict(JSON[path])
            if marks:
                body |= {"person": side.mark(marks[0]), "institution": side.institution}
            yield path, sides.ask(member, "POST", address(path, side.ids), json=body), str(body)


@cache
def marks_of(text: str) -> frozenset[tuple[str, str]]:
    """Side and field of each mark in a text."""
    return frozenset((match[1].upper(), match[2].lower()) for match in MARK.finditer(text))


def test_who_sees_which_field(sides: TwoSides, tried: Callable[[int], None]) -> None:
    seen: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    count = 0
    callers = [sides.members[name] for name in (*LOOKING, "colleague")]
    for member in callers:
        for to, answer, asked in answers(sides, member):
            assert answer.status_code < 500, (to, answer.text)
            # Without a Chinese font there is no chart.
            assert answer.status_code != 422 or "/charts/" in to, (to, member.name, answer.text)
            count += 1
            for mark in marks_of(text_of(answer.content)) - marks_of(asked):
                seen[mark].setdefault(member.name, to)
    names = {member.name for member in callers}
    allowed = {mark: who & names for mark, who in expected(sides).items()}
    told_too_much = [
        (mark, name, to)
        for mark, by in seen.items()
        for name, to in by.items()
        if name not in allowed[mark]
    ]
    assert told_too_much == []
    # Who may see a field sees it somewhere: the search is not in vain.
    assert {mark: {*seen[mark]} for mark in allowed} == allowed
    tried(count)


def test_logs_and_jobs_hold_no_mark(sides: TwoSides, tried: Callable[[int], None]) -> None:
    """A file with marks is read by the job's own process, and a save finds nothing but problems."""
    side, staff, colleague = (sides.sides["A"], sides.members["staff"], sides.members["colleague"])
    row = f",,{side.mark('cell')} {side.mark('cellmail')}@sample.example 13800001234\n"
    content = f"申请号,发明名称,摘要\n{row}".encode()
    sent = sides.ask(
        staff, "POST", "/import", files={"files": (f"{side.mark('file')}.csv", content)}
    )
    path, count = sent.headers["location"], 0
    for step in ("read", "save"):
        if step == "save":
            assert sides.ask(staff, "POST", f"{path}/save").status_code == 303
        wait_for(lambda: sides.ask(staff, "GET", f"{path}/progress").json()["over"])
        looked = [
            sides.ask(staff, "GET", f"{path}/problems?format={form}") for form in ("csv", "xlsx")
        ]
        looked += [sides.ask(staff, "GET", path), sides.ask(staff, "GET", f"{path}/progress")]
        count += len(looked) + 1
        for answer in looked:
            assert answer.status_code == 200, answer.text
            assert ("A", "cellmail") not in marks_of(text_of(answer.content))
            assert "13800001234" not in text_of(answer.content)
        assert sides.ask(colleague, "GET", f"{path}/progress").status_code == 404
    with sides.app.state.import_jobs._shared.reading() as connection:
        jobs = [str(row) for row in connection.exec_driver_sql("SELECT * FROM jobs")]
    jobs = [row.replace(f"{side.mark('file')}.csv", "") for row in jobs]  # for who sent it in
    lines = sides.log.lines
    assert [line for line in (*lines, *jobs) if MARK.search(line) or "1380000" in line] == []
    assert len(lines) > 200 and any("import job" in line for line in lines) and jobs
    tried(count)
