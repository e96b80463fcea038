"""Formulas, templates, markup, links and line ends in every text, in every file for people."""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
import typer.main
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from fastapi.testclient import TestClient
from openpyxl import Workbook

from api.access.rules import RULES
from api.app import create_app
from matcher.access.roles import Role
from matcher.cli import app as command
from matcher.needs.record import NeedDetails
from matcher.reporting import pdf
from matcher.reporting.landscape import canvas, report
from matcher.settings import Settings
from matcher.store import institutions, patents
from matcher.types import PatentId, TeamRef, TtoContact
from matcher.wiring.build import build_index
from matcher.wiring.open import open_store
from tests.support import small_event
from tests.support.browsers import ADDRESS
from tests.support.callers import header
from tests.support.command import run
from tests.support.engines import unlimited
from tests.support.export_checks import faults_of
from tests.support.readable_texts import no_chart, text_of
from tests.support.samples import SEPARATOR
from tests.support.two_sides import Member, session_of

FORMULAS = (
    *("=1+1", "+1+1", "-1+1", "@SUM(A1)", "＝1+1", "＋1", "－1", "＠SUM(A1)", "\t=1+1", " =1+1"),
    *('=HYPERLINK("https://evil.example","x")', "=cmd|' /C calc'!A0", '=DDE("cmd","x")'),
    *("\n=1+1", "\r=1+1", "%0A=1+1"),
)
TEMPLATES = ("{{7*7}}", "{% raw %}", "${7*7}", "<%= 7*7 %>", "#{7*7}", "[[7*7]]", "{{专利号}}")
MARKUP = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</td></table><iframe src=//evil.example>",
    "</style><script>1</script>",
    "]]><!--",
    "<w:instrText>DDEAUTO c:\\\\x</w:instrText>",
    '"><svg onload=alert(1)>',
    "*/}body{background:url(//evil.example)}/*",
)
LINKS = (
    *("javascript:alert(1)", "file:///etc/passwd", "\\\\host\\share", "https://evil.example/"),
    *("data:text/html,<script>1</script>", "=1\r\nContent-Type: text/html\r\n\r\n<script>"),
)
PAYLOADS = (*FORMULAS, *TEMPLATES, *MARKUP, *LINKS)
"""Texts that each field begins with; none does harm, whoever opens the file."""
FILES = {
    "catalogue": ("pdf", "html", "xlsx", "csv"),
    "contract draft": ("docx",),
    "contract template": ("docx",),
    "event pages": ("html", "pdf"),
    "event workbook": ("xlsx",),
    "funnel": ("xlsx", "csv"),
    "landscape": ("pdf", "docx", "xlsx"),
    "performance": ("xlsx", "csv"),
    "programme export": ("xlsx", "csv"),
    "template": ("xlsx",),
}
"""Commands that write files for people, and their formats. None writes .ics or .eml."""
DAY = "2026-01-31"
FRAMES = ("by_institution", "teams", "all")
DISPOSITION = re.compile(r'attachment; filename(\*=UTF-8\'\'[\w%.~-]+|="[\w .-]+")')


def number(index: int) -> str:
    """The number of the patent with the payload of this place."""
    return f"CN2019199{index:05}.X"


def hostile(index: int, payload: str) -> Any:
    """A patent whose every text begins with a payload."""
    institution = f"{payload}大学{index}"
    return replace(
        SEPARATOR,
        id=PatentId(number(index)),
        application_number=number(index),
        publication_number=None,
        title=f"{payload}隔膜",
        abstract=f"{payload}涂覆的陶瓷层",
        owners=(institution,),
        applicants=(institution,),
        inventors=(f"{payload}甲",),
        legal_status_text=f"{payload}授权",
        region="天津",
        team=TeamRef(institution, f"{payload}团队", f"{payload}学院", f"{payload}甲"),
        licence=replace(SEPARATOR.licence, fee=f"{payload}万元", term=payload, price=payload),
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home whose every text begins with a payload, and a small event of such texts."""
    folder = tmp_path_factory.mktemp("exports")
    settings = unlimited(folder)
    records = [hostile(index, payload) for index, payload in enumerate(PAYLOADS)]
    offices = [
        TtoContact(record.owners[0], f"{payload}中心", f"{payload}", f"{payload}@sample.example")
        for record, payload in zip(records, PAYLOADS, strict=True)
    ]
    with pytest.MonkeyPatch.context() as patch:
        _make_event_hostile(patch)
        with open_store(settings) as store, store.writing() as connection:
            patents.save(connection, records)
            institutions.save_tto(connection, offices)
            small_event.make(connection)
    build_index(settings)
    return settings


def _make_event_hostile(patch: pytest.MonkeyPatch) -> None:
    """Begin every text of the small event with a payload, each in its turn."""
    turn = iter(PAYLOADS * 9)
    named = {
        name: (f"{next(turn)}{title}", f"{institution}", f"{team}")
        for name, (title, institution, team) in small_event.PATENTS.items()
    }
    needs = tuple(
        replace(
            need,
            details=NeedDetails(
                enterprise=f"{next(turn)}{need.details.enterprise}",
                title=f"{next(turn)}{need.details.title}",
                problem=f"{next(turn)}{need.details.problem}",
                indicators=f"{next(turn)}收缩率",
                goal=f"{next(turn)}量产",
                industry=next(turn),
                region=next(turn),
                budget_written=next(turn),
                keywords=(next(turn),),
            ),
            pledge_wish=True,
        )
        for need in small_event.NEEDS
    )
    teams = tuple(
        replace(team, persons=(f"{next(turn)}{team.persons[0]}",)) for team in small_event.TEAMS
    )
    patch.setattr(small_event, "PATENTS", named)
    patch.setattr(small_event, "NEEDS", needs)
    patch.setattr(small_event, "TEAMS", teams)
    patch.setattr(small_event, "EVENT", replace(small_event.EVENT, place=f"{next(turn)}天津"))


@pytest.fixture(autouse=True)
def html_of_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give out the HTML that a PDF is drawn from, and charts by themselves; skip without a font."""
    monkeypatch.setattr(pdf, "pdf_of", lambda html: html.encode())
    monkeypatch.setattr(pdf, "check_pdf", lambda *_: None)
    monkeypatch.setattr(report, "chart", no_chart)
    try:
        canvas.chinese_font()
    except Exception as problem:
        pytest.skip(str(problem))


@pytest.fixture(scope="module")
def admin(home: Settings) -> Iterator[tuple[TestClient, Member]]:
    """The server over the home, and its operator."""
    with TestClient(create_app(home), base_url=ADDRESS) as client:
        key = header(home, Role.ADMIN)
        session = session_of(client.app, key)  # type: ignore[arg-type]
        yield client, Member("admin", Role.ADMIN, key, session)


def sent(client: TestClient, member: Member, method: str, path: str, **more: Any) -> Any:
    """Send a request as this caller."""
    headers = {**member.headers(path), **more.pop("headers", {})}
    client.cookies.clear()
    return client.request(method, path, headers=headers, follow_redirects=False, **more)


def enter(client: TestClient, member: Member) -> int:
    """Enter records of the programme whose texts begin with a payload; return how many."""
    entered = 0
    for index, payload in enumerate(PAYLOADS):
        patent = {"patent": number(index)}
        named = {"institution": f"{payload}校", "enterprise": f"{payload}厂", "note": payload}
        alliance, pool = f"{payload}联盟{index}", f"{payload}池{index}"
        bodies: dict[str, dict[str, str]] = {
            "institutions": {"name": alliance, "kind": "alliance", "tto_name": payload},
            "pools": {"name": pool, "terms": payload, "note": payload},
            "alliance-members": {"alliance": alliance, "institution": "样例", "role": payload},
            "pool-patents": {"pool": pool, **patent},
            "pledges": {"number": payload, "pledgee": payload, "registered_on": DAY, **patent},
            "product-filings": {"product": payload, **patent, **named},
            "contracts": {
                **{"number": payload, "kind": "assignment", "signed_on": DAY, "person": payload},
                **patent,
                **named,
            },
        }
        for kind, body in bodies.items():
            answer = sent(client, member, "POST", f"/v1/programme/{kind}", json=body)
            # A line end or a tab within a name is refused.
            assert answer.status_code in (201, 422), (kind, payload, answer.text)
            entered += answer.status_code == 201
    return entered


def exports() -> Iterator[tuple[str, str]]:
    """Address and file name of every export of the routes and pages."""
    for method, path in RULES:
        if method != "GET":
            continue
        if path.endswith("/export"):
            forms = ("csv",) if "audit" in path else ("xlsx", "csv")
            yield from ((f"{path}?format={form}", f"x.{form}") for form in forms)
        elif path.startswith("/catalogue."):
            yield path, path
        elif path.endswith("report.{format}"):
            yield from ((path.format(format=form), f"x.{form}") for form in ("docx", "pdf"))
        elif "{name}.{format}" in path:
            frames = FRAMES if "demand" not in path else ("demand", "all")
            for form in ("xlsx", "csv"):
                for name in frames[: None if form == "xlsx" else -1]:
                    yield path.format(name=name, format=form), f"x.{form}"
        elif path.endswith("{name}.svg"):
            yield path.replace("{name}", "by_institution"), "x.svg"


def test_exports_of_routes_and_pages(
    admin: tuple[TestClient, Member], tried: Callable[[int], None]
) -> None:
    client, member = admin
    assert enter(client, member) > 5 * len(PAYLOADS)
    faults, count, seen = [], 0, set()
    basket = {"cookie": "basket=" + "|".join(map(number, range(len(PAYLOADS))))}
    files = [(to, name, sent(client, member, "GET", to)) for to, name in exports()]
    for form in ("xlsx", "csv", "docx"):
        headers = {"cookie": f"{member.headers('/')['cookie']}; {basket['cookie']}"}
        notes = {f"note-{number(index)}": text for index, text in enumerate(PAYLOADS)}
        data = {"format": form, **notes}
        answer = sent(client, member, "POST", "/basket/list", data=data, headers=headers)
        files.append(("/basket/list", f"x.{form}", answer))
    for to, name, answer in files:
        assert answer.status_code == 200, (to, answer.text[:400])
        faults += [(to, fault) for fault in faults_of(answer.content, name)]
        disposition = answer.headers.get("content-disposition")
        if disposition is not None and DISPOSITION.fullmatch(disposition) is None:
            faults.append((to, disposition))
        text = text_of(answer.content)
        shown = {payload for payload in PAYLOADS if payload.strip() in text}
        seen |= shown
        count += len(shown)
    assert faults == []
    assert {payload for payload in PAYLOADS if payload not in seen and "\r" not in payload} == set()
    tried(count)


def commands() -> dict[str, list[str]]:
    """Every command that writes a file, by name, with its options for that."""

    def walk(group: Any, name: str = "") -> Iterator[tuple[str, Any]]:
        for part, each in getattr(group, "commands", {}).items():
            yield from walk(each, f"{name} {part}".strip())
        if not hasattr(group, "commands"):
            yield name, group

    found = walk(typer.main.get_command(command))
    return {name: p.opts for name, each in found for p in each.params if "--output" in p.opts}


def test_files_of_commands(
    home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tried: Callable[[int], None]
) -> None:
    assert set(commands()) == set(FILES)
    monkeypatch.setenv("MATCHER_HOME", str(home.home))
    monkeypatch.setenv("MATCHER_MODEL", "fake")
    if home.database_url is not None:
        monkeypatch.setenv("MATCHER_DATABASE_URL", home.database_url)
    faults, count, seen = [], 0, set()
    more = {
        "contract draft": [number(16), "--enterprise", "{{7*7}}=1+1厂"],
        "event pages": [small_event.NAME],
        "event workbook": [small_event.NAME],
        "programme export": ["pledge-wishes"],
        "template": ["patents"],
    }
    for name, forms in FILES.items():
        for form in forms:
            if name == "event pages" and form == "pdf":
                continue
            is_folder = name == "event pages"
            out = tmp_path / (f"{name}-{form}" if is_folder else f"{name}.{form}")
            result = run(*name.split(), *more.get(name, []), "-o", out)
            assert result.exit_code == 0, (name, form, result.stderr)
            for file in sorted(out.iterdir()) if is_folder else [out]:
                content = file.read_bytes()
                faults += [(name, fault) for fault in faults_of(content, file.name)]
                text = text_of(content)
                shown = {payload for payload in PAYLOADS if payload.strip() in text}
                seen |= shown
                count += len(shown)
    assert faults == []
    assert len(seen) > len(PAYLOADS) - 6
    tried(count)


def test_names_of_files_from_a_query(admin: tuple[TestClient, Member]) -> None:
    """What is asked for comes into no header but quoted, and adds no header."""
    client, member = admin
    for to in ("/catalogue.csv", "/navigation/tables/by_year.csv"):
        plain = sent(client, member, "GET", to).headers.keys()
        for payload in PAYLOADS:
            asked = {"institutions": payload, "words": payload}
            answer = sent(client, member, "GET", to, params=asked)
            if answer.status_code == 200:
                assert DISPOSITION.fullmatch(answer.headers["content-disposition"]), payload
                assert answer.headers.keys() == plain
            else:
                assert answer.status_code in (303, 422), (to, payload)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.csv", b"a\r\n=1+1\r\n"),
        ("x.csv", b'a\r\n"\t=1"\r\n'),
        ("x.csv", "＝1+1\r\n".encode()),
        ("x.html", b"<p onclick=x>"),
        ("x.html", b"<a href='javascript:x'>"),
        ("x.html", b"<a href='//evil.example'>"),
        ("x.svg", b"<svg><script>"),
        ("x.html", b"<style>p{background:url(//x)}</style>"),
    ],
)
def test_the_checks_find_what_they_look_for(name: str, content: bytes) -> None:
    assert faults_of(content, name) != []


def test_the_checks_find_a_formula_and_a_link_in_a_workbook() -> None:
    book = Workbook()
    sheet: Any = book.active
    sheet.append(["=1+1"])
    sheet.append(["x"])
    sheet["A2"].hyperlink = "https://evil.example/"
    content = io.BytesIO()
    book.save(content)
    assert len(faults_of(content.getvalue(), "x.xlsx")) >= 3


def test_the_checks_find_a_field_in_a_document() -> None:
    document = docx.Document()
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "DDEAUTO c:\\x")
    document.add_paragraph()._p.append(field)
    content = io.BytesIO()
    document.save(content)
    assert faults_of(content.getvalue(), "x.docx") == ["x.docx: DDEAUTO c:\\x"]
