"""Every `matcher` command that the READMEs show works as it stands there."""

import re
import shlex
from pathlib import Path

import docx
import pytest

from matcher.errors import InputError
from matcher.reporting.pdf import check_pdf
from tests.support.command import run
from tests.support.import_files import BOTH, write_csv, write_xlsx

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.zh-CN.md")
NEEDS = (("需求名称", "需求描述"), ("高温隔膜", "隔膜在高温下不收缩"))
TEAMS = (("机构", "团队"), ("样例大学", "储能材料团队"))
SERVES = {"serve"}


def commands(readme: str) -> list[list[str]]:
    """The words of every command in the shell blocks, without variables and comments in front."""
    text = (ROOT / readme).read_text(encoding="utf-8")
    lines = "\n".join(re.findall(r"```bash\n(.*?)```", text, re.DOTALL)).splitlines()
    parts = [part for line in lines for part in line.split("&&")]
    words = [shlex.split(part, comments=True) for part in parts]
    inline = re.findall(r"`(matcher [^`…]+)`", text)
    words += [shlex.split(command) for command in inline]
    return [w[w.index("matcher") + 1 :] for w in words if "matcher" in w[:2]]


@pytest.mark.parametrize("readme", READMES)
def test_the_commands_of_the_readme_work(
    readme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHER_MODEL", "fake")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "matcher").symlink_to(ROOT / "matcher")
    found = commands(readme)
    missing = what_pdf_lacks()
    assert {words[0] for words in found} >= {"import", "index", "match", "template", "evaluate"}
    for words in found:
        if words[0] in SERVES or words == ["import"]:
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
    elif file.suffix == ".xlsx" and file.stem in ("needs", "需求表"):
        write_xlsx(file, {"需求": NEEDS})
    elif file.suffix == ".xlsx" and file.stem == "teams":
        write_xlsx(file, {"团队": TEAMS})
    elif file.suffix == ".xlsx" and file.stem in ("export", "导出"):
        write_xlsx(file, {"专利": BOTH})


@pytest.mark.parametrize("readme", READMES)
def test_every_link_of_the_readme_leads_somewhere(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)\)", text)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
    assert (ROOT / "scripts/demo").stat().st_mode & 0o111
    assert (ROOT / "scripts/test").stat().st_mode & 0o111
