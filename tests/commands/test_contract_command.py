"""`matcher contract`: what the catalogue knows is filled in, what it does not is marked."""

from pathlib import Path
from typing import Any

import pytest
from docx import Document

from matcher.reporting.contract.draft import BLANK, DRAFT
from matcher.reporting.contract.fields import FIELDS
from tests.support.command import PATENTS, run, run_json, write_csv

NUMBER, FIRM = "CN201919900001.1", "样例精密机械有限公司（样例）"
TERMS = {"licence_fee": "每年5万元", "licence_fee_basis": "按年支付", "licence_kinds": "普通许可"}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with an open licence, a patent with preset terms, and a lapsed one."""
    monkeypatch.setenv("MATCHER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MATCHER_MODEL", "fake")
    monkeypatch.chdir(tmp_path)
    rows = [{**PATENTS[0], **TERMS}, PATENTS[1], {**PATENTS[2], **TERMS}]
    assert run("import", write_csv(tmp_path / "patents.csv", rows)).exit_code == 0
    return tmp_path / "home"


def draft(*arguments: str | Path, number: str = NUMBER) -> Any:
    fixed = ("contract", "draft", number, "--enterprise", FIRM, "-o", "draft.docx")
    return run_json(*fixed, *arguments)


def refused(*arguments: str | Path, number: str = NUMBER, code: int = 2) -> str:
    result = run("contract", "draft", number, "--enterprise", FIRM, "-o", "draft.docx", *arguments)
    assert (result.exit_code, result.stdout) == (code, ""), result.stderr
    assert result.stderr.startswith("Error: ") and result.stderr.count("\n") == 1
    assert not Path("draft.docx").exists()
    return result.stderr


def text(file: str = "draft.docx") -> str:
    return "\n".join(paragraph.text for paragraph in Document(file).paragraphs)


def own_template(*lines: str, header: str | None = None) -> Path:
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    if header is not None:
        document.sections[0].header.paragraphs[0].text = header
    document.save("own.docx")
    return Path("own.docx")


def test_the_draft_has_the_facts_of_the_record_and_marks_the_rest() -> None:
    report = draft()
    written = text()
    assert "许可方（甲方）：样例大学\n" in written and f"被许可方（乙方）：{FIRM}\n" in written
    assert "专利号：ZL201919900001.1\n" in written and "许可费：每年5万元\n" in written
    assert "许可方式：普通许可（开放许可）\n" in written and "支付方式：按年支付\n" in written
    assert "法律状态：有权（截至2026年5月1日）" in written
    assert "{{" not in written and "None" not in written
    assert "许可期限" in report["missing"] and "许可费" not in report["missing"]
    assert set(report["missing"]) <= set(FIELDS) and report["unknown"] == []
    for field in report["missing"]:
        assert BLANK.format(field) in written
    assert written.count("【待填：") == len(report["missing"])


def test_every_draft_is_marked_above_the_text_and_on_every_page() -> None:
    draft()
    document = Document("draft.docx")
    assert DRAFT in document.paragraphs[0].text
    assert DRAFT in document.sections[0].header.paragraphs[0].text
    draft("--template", own_template("许可费：{{ 许可费 }}", header="样例大学"), "--force")
    document = Document("draft.docx")
    header = [paragraph.text for paragraph in document.sections[0].header.paragraphs]
    assert DRAFT in header[0] and header[1] == "样例大学"
    assert [p.text for p in document.paragraphs][1:] == ["许可费：每年5万元"]


def test_set_values_are_inserted_as_text() -> None:
    report = draft("--set", "许可地域=全国 & <港澳台除外>", "--set", "许可期限={{ 许可费 }}")
    written = text()
    assert "许可地域：全国 & <港澳台除外>\n" in written and "许可期限：{{ 许可费 }}\n" in written
    assert not {"许可地域", "许可期限"} & set(report["missing"]) and report["changed"] == {}


def test_a_changed_preset_term_is_reported() -> None:
    assert draft("--set", "许可费=每年3万元")["changed"] == {"许可费": "每年5万元"}
    assert "许可费：每年3万元" in text()
    result = run(
        *("contract", "draft", NUMBER, "--enterprise", FIRM, "-o", "draft.docx", "--force"),
        *("--set", "许可费=每年3万元"),
    )
    assert result.exit_code == 0 and result.stdout == ""
    assert "许可费 was set beforehand to 每年5万元; the draft says 每年3万元" in result.stderr
    assert "To fill in by hand: 合同编号, " in result.stderr
    assert result.stderr.endswith(f"Wrote draft.docx. {DRAFT}\n")


def test_a_template_of_the_institution_may_have_unknown_fields() -> None:
    own = own_template("账号：{{ 账号 }}，开户行：{{ 开户行 }}", "许可费：{{ 许可费 }}")
    report = draft("--template", own, "--set", "开户行=样例银行")
    assert (report["missing"], report["unknown"]) == (["账号"], ["账号"])
    assert "账号：【待填：账号】，开户行：样例银行" in text()


def test_facts_of_the_record_cannot_be_set() -> None:
    assert "专利号 is ZL201919900001.1 on record" in refused("--set", "专利号=ZL1")
    assert "has no field 许可非" in refused("--set", "许可非=5万元")
    assert "has no field 许可期限" in refused(
        "--template", own_template("{{ 许可费 }}"), "--set", "许可期限=三年"
    )
    assert "write it as 许可费=5万元" in refused("--set", "许可费")
    assert "许可费 is set to nothing" in refused("--set", "许可费=")
    assert "set twice" in refused("--set", "许可费=1", "--set", "许可费=2")


def test_a_patent_that_cannot_be_licensed_is_refused() -> None:
    assert "no licence terms are on record" in refused(number="CN202029900002.4", code=1)
    assert "has lapsed" in refused(number="CN201519900003.2", code=1)
    assert "CN200010000000" in refused(number="CN200010000000", code=3)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{{ 许可费", "cannot be filled"),
        ("{% if 许可费 %}甲方", "cannot be filled"),
        ("{{ 许可费.__class__ }}", "unsafe"),
        ("{{ 许可费.__class__.__mro__ }}", "unsafe"),
        ("{{ 地址.街道 }}", "地址"),
        ("{% include '/etc/hostname' %}", "cannot be filled"),
    ],
)
def test_a_template_that_cannot_be_run_is_refused(line: str, message: str) -> None:
    assert message in refused("--template", own_template(line))


def test_a_file_that_is_no_template_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.docx"
    broken.write_text("许可费", encoding="utf-8")
    assert "is no Word document" in refused("--template", broken)
    assert "broken" not in refused("--template", tmp_path / "none.docx")
    named = run("contract", "draft", NUMBER, "--enterprise", FIRM, "-o", "draft.txt")
    assert named.exit_code == 2 and ".docx at the end" in named.stderr
    draft()
    again = run("contract", "draft", NUMBER, "--enterprise", FIRM, "-o", "draft.docx")
    assert again.exit_code == 2 and "--force" in again.stderr


def test_our_template_has_every_field() -> None:
    assert run("contract", "template", "-o", "ours.docx").exit_code == 0
    written = text("ours.docx")
    assert all(f"{{{{ {field} }}}}" in written for field in FIELDS)
    assert written.count("{{") == len(FIELDS)
    report = draft("--template", "ours.docx")
    assert "许可期限" in report["missing"] and "许可费：每年5万元" in text()


def test_the_document_names_every_field() -> None:
    page = (Path(__file__).parents[2] / "docs" / "contract.md").read_text("utf-8")
    named = [name.split(" ")[0] for row in page.split("|") for name in row.strip().split(", ")]
    assert set(FIELDS) <= set(named)
