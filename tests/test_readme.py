"""Every `matcher` command that the READMEs and their guides show works as it stands there."""

import re
import shlex
from pathlib import Path

import docx
import pytest

from matcher.errors import InputError
from matcher.reporting.pdf import check_pdf
from matcher.settings import Settings
from tests.support.command import run
from tests.support.import_files import BOTH, write_csv, write_xlsx

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.zh-CN.md")
GUIDES = ("matching", "imports", "configuration", "events", "quality", "navigation", "pages")
"""Documents that show commands; each finds a catalogue with an index, as a reader has by then."""
DOCUMENTS = (*READMES, *(f"docs/{guide}.md" for guide in GUIDES))
NEEDS = (("需求名称", "需求描述"), ("高温隔膜", "隔膜在高温下不收缩"))
TEAMS = (("机构", "团队"), ("样例大学", "储能材料团队"))
SERVES = {"serve"}
ASKS = ["users", "add"]
"""Command that asks for a password at the terminal."""


def commands(document: str) -> list[list[str]]:
    """The words of every command in the shell blocks, without variables and comments in front."""
    text = (ROOT / document).read_text(encoding="utf-8")
    lines = "\n".join(re.findall(r"```bash\n(.*?)```", text, re.DOTALL)).splitlines()
    parts = [part for line in lines for part in line.split("&&")]
    words = [shlex.split(part, comments=True) for part in parts]
    inline = re.findall(r"`(matcher [^`…]+)`", text)
    words += [shlex.split(command) for command in inline]
    return [w[w.index("matcher") + 1 :] for w in words if "matcher" in w[:2]]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_commands_of_the_document_work(
    document: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHER_MODEL", "fake")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "matcher").symlink_to(ROOT / "matcher")
    found = commands(document)
    missing = what_pdf_lacks()
    if document in READMES:
        assert {words[0] for words in found} >= {"import", "index", "match", "template", "evaluate"}
    else:
        make(tmp_path / "export.xlsx")
        assert run("import", "export.xlsx").exit_code == run("index").exit_code == 0
    assert found
    for words in found:
        if words[0] in SERVES or words[:2] == ASKS or words == ["import"]:
            continue
        for word in words[1:]:
            make(tmp_path / word)
        if "FOLDER" in words or "文件夹" in words:
            words = ["matcher/samples" if w in ("FOLDER", "文件夹") else w for w in words]
        result = run(*words)
        if missing and "--pdf" in words:  # it says what to install
            assert result.exit_code == 2 and missing in " ".join(result.stderr.split())
            result = run(*(word for word in words if word != "--pdf"))
        assert result.exit_code == 0, (words, result.stderr)
        if words[0] == "template":
            (tmp_path / words[-1]).unlink()


def what_pdf_lacks() -> str | None:
    """What is said where this machine has no pango or no Chinese font."""
    try:
        check_pdf()
    except InputError as error:
        return str(error)
    return None


def make(file: Path) -> None:
    """The file that a command reads, as its name tells."""
    if file.exists():
        return
    if file.suffix == ".docx":
        document = docx.Document()
        document.add_paragraph("隔膜在高温下不收缩，最好能涂陶瓷")
        document.save(str(file))
    elif file.suffix == ".csv":
        write_csv(file, BOTH)
    elif file.suffix == ".xlsx" and file.stem in ("needs", "需求表", "征集表"):
        write_xlsx(file, {"需求": NEEDS})
    elif file.suffix == ".xlsx" and file.stem in ("teams", "团队"):
        write_xlsx(file, {"团队": TEAMS})
    elif file.suffix == ".xlsx" and file.stem in ("export", "导出"):
        write_xlsx(file, {"专利": BOTH})


PAGES = sorted(str(page.relative_to(ROOT)) for page in (ROOT / "docs").rglob("*.md"))


@pytest.mark.parametrize("page", [*READMES, "CHANGELOG.md", *PAGES])
def test_every_link_leads_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", (ROOT / page).read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link]
    assert local or page not in READMES
    for link in local:
        file, _, heading = link.partition("#")
        target = ((ROOT / page).parent / file) if file else ROOT / page
        assert target.exists(), link
        assert not heading or heading in headings(target), link


def headings(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    lines = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}


def test_the_two_commands_can_be_run() -> None:
    assert (ROOT / "scripts/demo").stat().st_mode & 0o111
    assert (ROOT / "scripts/test").stat().st_mode & 0o111


def test_the_configuration_names_every_setting() -> None:
    text = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    names = {f"MATCHER_{name.upper()}" for name in Settings.model_fields}
    assert {name for name in names if f"`{name}`" not in text} == set()
