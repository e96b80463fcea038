"""Each command on real files: what goes in, what comes out."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.support.command import (
    PATENTS,
    PHONE,
    run,
    run_json,
    write_csv,
)
from tests.support.small_models import make_model

pytestmark = pytest.mark.usefixtures("home")
NEEDS = (
    {"id": "N1", "title": "耐高温隔膜", "problem": "隔膜在150℃收缩", "contact_phone": PHONE},
    {"id": "N2", "title": "抓取易碎零件", "problem": "夹爪会留下压痕"},
)
BAD_DATE = {"filing_date": "昨天"}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A file with the three patents."""
    return write_csv(tmp_path / "patents.csv", PATENTS)


@pytest.fixture
def indexed(home: Path, table: Path) -> None:
    """The three patents, imported and indexed."""
    assert run("import", table).exit_code == 0
    assert run("index").exit_code == 0


def answer(*arguments: str | Path) -> dict[str, Any]:
    answered: dict[str, Any] = run_json("match", *arguments)
    return answered


def numbers(*arguments: str) -> set[str]:
    return {result["application_number"][:6] for result in answer(*arguments)["results"]}


def counts(*arguments: str | Path) -> tuple[int, ...]:
    (file,) = run_json("import", *arguments)["files"]
    return tuple(file[name] for name in ("rows", "new", "changed", "unchanged", "refused"))


def test_import_prints_its_counts_as_json(table: Path) -> None:
    result = run("import", table, "--json")
    assert result.exit_code == 0
    (file,) = json.loads(result.stdout)["files"]
    assert {"file", "format", "rows", "new", "changed", "unchanged", "refused"} <= file.keys()
    assert (file["file"], file["rows"], file["new"]) == ("patents.csv", 3, 3)
    for problem in file["problems"]:
        assert {"sheet", "row", "column", "value", "mend"} <= problem.keys()
    assert "Next: matcher index" in result.stderr


def test_import_counts_new_changed_and_unchanged_patents(table: Path, tmp_path: Path) -> None:
    assert counts(table) == (3, 3, 0, 0, 0)
    assert counts(table) == (3, 0, 0, 3, 0)
    newer = write_csv(
        tmp_path / "newer.csv", [{**PATENTS[1], "legal_status": "授权"}, *PATENTS[2:]]
    )
    assert counts(newer) == (2, 0, 1, 1, 0)
    assert "Next:" not in run("import", newer).stderr


def test_import_prints_counts_and_problems_for_people(
    table: Path, tmp_path: Path, home: Path
) -> None:
    rows = [{**PATENTS[0], **BAD_DATE}, {"abstract": "没有名称也没有号", "province": "天津"}]
    result = run("import", table, write_csv(tmp_path / "bad.csv", rows))
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0].split() == (
        ["file", "format", "rows", "new", "changed", "unchanged", "refused"]
    )
    assert "昨天" in result.stderr
    assert "(the row was left out)" in result.stderr
    (kept,) = (home / "import-problems").iterdir()
    assert "+1" in kept.name
    assert f"Problems: 4, all of them in {kept}" in result.stderr
    assert PHONE not in result.output


def test_the_problems_of_every_import_are_kept_and_listed(tmp_path: Path, home: Path) -> None:
    bad = write_csv(tmp_path / "坏 行.csv", [{**PATENTS[0], **BAD_DATE}])
    for _ in range(2):
        run("import", bad)
    named = tmp_path / "mine.csv"
    run("import", bad, "--problems", named)
    kept = sorted(str(path) for path in (home / "import-problems").iterdir())
    assert len(kept) == 3 and all("坏_行" in path for path in kept)
    assert {Path(path).read_bytes() for path in kept} == {named.read_bytes()}
    (home / "import-problems.csv").write_text("", "utf-8")
    listed = run_json("info")["import_problems"]
    assert sorted(listed[:3]) == kept
    assert listed[3:] == [str(home / "import-problems.csv")]
    shown = "".join(run("info").stdout.split())
    assert all(Path(path).name in shown for path in kept)


def test_import_prints_ten_problems_and_writes_all_of_them(tmp_path: Path) -> None:
    rows = [{**PATENTS[0], "发明名称": "", "abstract": f"第{i}件"} for i in range(12)]
    path = tmp_path / "problems.csv"
    result = run("import", write_csv(tmp_path / "bad.csv", rows), "--problems", path, "--json")
    (file,) = json.loads(result.stdout)["files"]
    assert len(file["problems"]) >= 12
    shown = [line for line in result.stderr.splitlines() if line.startswith("- ")]
    assert len(shown) == 11
    assert shown[-1] == f"- … {len(file['problems']) - 10} more"
    assert f"Problems: {len(file['problems'])}, all of them in {path}\n" in result.stderr
    with path.open(encoding="utf-8-sig", newline="") as opened:
        assert len(list(csv.reader(opened))) == len(file["problems"]) + 1


def test_import_refuses_a_problems_file_in_a_missing_folder_before_it_reads(table: Path) -> None:
    assert run("import", table, "--problems", "nowhere/problems.csv").exit_code == 2
    assert run_json("info")["patents"] == 0


def test_import_names_known_columns_without_use_in_one_line(tmp_path: Path) -> None:
    columns = ["链接", "被引证次数", "同族数量", "序号", "页数"]
    row = {"申请号": "CN201919900003.0", "发明名称": "样例轴承", **dict.fromkeys(columns, "1")}
    file = write_csv(tmp_path / "list.csv", [row])
    line = "list.csv: 5 columns that are known are not used: 链接, 被引证次数, 同族数量, 序号, …"
    assert line in run("import", file).stderr.splitlines()
    (counts,) = json.loads(run("import", file, "--json").stdout)["files"]
    assert (counts["unused_columns"], counts["problems"]) == (columns, [])


def test_import_reads_headings_named_by_map(tmp_path: Path) -> None:
    file = write_csv(
        tmp_path / "foreign.csv",
        [{"Bezeichnung": "Bearing", "Zusammenfassung": "A bearing.", "Nummer": "CN119900003B"}],
    )
    maps = ["title=Bezeichnung", "abstract=Zusammenfassung", "publication_number=Nummer"]
    result = run(
        "import", file, *(part for mapping in maps for part in ("--map", mapping)), "--json"
    )
    assert json.loads(result.stdout)["files"][0]["new"] == 1


@pytest.mark.parametrize("mapping", ["title", "=Titel", "title=", "title=A --map title=B"])
def test_import_refuses_an_invalid_map(table: Path, mapping: str) -> None:
    result = run("import", table, *f"--map {mapping}".split(" "))
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: --map title" if mapping != "=Titel" else "Error: --map")


def test_import_can_replace_the_catalogue(table: Path, tmp_path: Path) -> None:
    run("import", table)
    result = run("import", write_csv(tmp_path / "one.csv", PATENTS[:1]), "--replace")
    assert "2 patents that are in none of these files were deleted" in result.stdout
    assert run_json("info")["patents"] == 1


def test_a_dry_run_counts_what_the_import_would_do_and_saves_nothing(
    table: Path, tmp_path: Path, home: Path
) -> None:
    run("import", table)
    kept = list((home / "import-problems").iterdir())
    file = write_csv(tmp_path / "one.csv", [{**PATENTS[0], **BAD_DATE}])
    result = run("import", file, "--replace", "--dry-run")
    assert "2 patents that are in none of these files would be deleted" in result.stdout
    assert result.stderr.splitlines()[-1] == "Nothing was saved (--dry-run)."
    assert "; --problems FILE writes all of them" in result.stderr
    assert run_json("info")["patents"] == 3
    assert list((home / "import-problems").iterdir()) == kept
    named = tmp_path / "problems.csv"
    tried = run_json("import", file, "--dry-run", "--problems", named)
    assert tried["dry_run"] is True and tried["problems_file"] == str(named)
    assert "昨天" in named.read_text("utf-8-sig")
    done = run_json("import", file)
    assert "dry_run" not in done
    names = ("rows", "new", "changed", "unchanged", "refused")
    counts_of = [[run["files"][0][name] for name in names] for run in (tried, done)]
    assert counts_of[0] == counts_of[1]


def test_import_refuses_needs_and_names_the_command_for_them(tmp_path: Path) -> None:
    result = run("import", write_csv(tmp_path / "needs.csv", NEEDS))
    assert result.exit_code == 2
    assert "matcher match --needs" in result.stderr


def test_index_embeds_only_new_texts(table: Path, tmp_path: Path) -> None:
    run("import", write_csv(tmp_path / "one.csv", PATENTS[:1]))
    first = run_json("index")
    run("import", table)
    second = run_json("index")
    third = run_json("index")
    full = run_json("index", "--full")
    assert (first["patents"], first["reused"]) == (1, 0)
    assert (second["patents"], second["reused"]) == (3, first["embedded"])
    assert (third["built"], third["embedded"]) == (False, 0)
    assert full["embedded"] == first["embedded"] + second["embedded"]
    assert run("index").stdout == "The index is up to date: 3 patents, model fake.\n"


@pytest.mark.usefixtures("indexed")
def test_match_prints_the_answer_as_json() -> None:
    answered = answer("耐高温的隔膜，热收缩率低", "-k", "1")
    assert {"need", "model", "index", "filters", "hidden", "results"} <= answered.keys()
    (result,) = answered["results"]
    assert result["rank"] == 1
    assert result["application_number"] == "CN201919900001.1"
    assert result["legal_status"] == "in_force"
    assert result["channels"].keys() == {"dense", "lexical"}
    evidence = result["evidence"][0]
    assert any("隔膜" in evidence["text"][start:end] for start, end in evidence["highlights"])
    assert result["contact"]["phone"] == "022-0000-0000"
    assert answered["hidden"] == {"legal_status": 1}


@pytest.mark.usefixtures("indexed")
def test_match_prints_the_answer_as_text_without_personal_contacts() -> None:
    result = run("match", "耐高温隔膜", "用于动力电池")
    assert result.exit_code == 0
    assert result.stderr == ""
    for text in ("耐高温隔膜 用于动力电池", " 1. 一种陶瓷涂覆的锂离子电池隔膜"):
        assert text in result.stdout
    assert re.search("【[^】]*隔膜", result.stdout)
    assert "样例大学技术转移中心 · 022-0000-0000" in result.stdout
    assert "1 by legal status" in result.stdout
    assert PHONE not in result.output + run("match", "隔膜", "--json").output


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize(
    ("filters", "left"),
    [
        ("", {"CN2019", "CN2020"}),
        ("--status all", {"CN2019", "CN2020", "CN2015"}),
        ("--status 有权", {"CN2019"}),
        ("--status lapsed --status 未知", {"CN2015", "CN2020"}),
        ("--ipc h01m", {"CN2019"}),
        ("--industry 新材料 --industry HEM", {"CN2019", "CN2020"}),
        ("--institution 研究院", {"CN2020"}),
        ("--region 河北省", {"CN2020"}),
        ("--kind 实用新型", {"CN2020"}),
        ("--open-licence", {"CN2019"}),
        ("--no-open-licence", {"CN2020"}),
        ("--sleeping", {"CN2019"}),
        ("--no-sleeping", {"CN2020"}),
        ("--filed-after 2020", {"CN2020"}),
        ("--years-left 400", set()),
    ],
)
def test_match_filters(filters: str, left: set[str]) -> None:
    assert numbers("隔膜 夹爪 bearing", *filters.split()) == left


@pytest.mark.usefixtures("indexed")
def test_match_reads_a_need_from_stdin_in_either_encoding() -> None:
    for raw in ("耐高温隔膜".encode(), "耐高温隔膜".encode("gb18030"), "\ufeff耐高温隔膜".encode()):
        result = run("match", "-", "--json", stdin=raw)
        assert json.loads(result.stdout)["need"] == {"text": "耐高温隔膜"}


@pytest.mark.usefixtures("indexed")
def test_match_reads_a_document_and_a_sheet_of_needs(tmp_path: Path) -> None:
    (tmp_path / "need.txt").write_text("耐高温隔膜", encoding="utf-8")
    assert answer("--file", tmp_path / "need.txt")["need"]["text"] == "耐高温隔膜"
    sheet = write_csv(tmp_path / "needs.csv", NEEDS)
    result = run("match", "--needs", sheet, "--json")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["need"]["id"] for answer in answers] == ["N1", "N2"]
    assert [answer["results"][0]["title"][-2:] for answer in answers] == ["隔膜", "夹爪"]
    assert PHONE not in result.output
    read = run("match", "--needs", sheet).stdout
    assert read.index("N1 · 耐高温隔膜") < read.index("N2 · 抓取易碎零件")


def test_match_refuses_no_source_and_several_sources_of_a_need(tmp_path: Path) -> None:
    for arguments in ([], ["隔膜", "--file", "x.txt"], ["--file", "x.txt", "--needs", "y.xlsx"]):
        result = run("match", *arguments)
        assert result.exit_code == 2
        assert "in one way" in result.stderr
    empty = write_csv(tmp_path / "needs.csv", [{"id": "N1", "title": "", "problem": ""}])
    assert run("match", "--needs", empty).exit_code == 2


@pytest.mark.parametrize("need", ["", "   ", "\n\t"])
def test_match_refuses_an_empty_need_before_it_loads_anything(need: str) -> None:
    result = run("match", need)
    assert result.exit_code == 2
    assert "the need is empty" in result.stderr


@pytest.mark.usefixtures("indexed")
def test_match_notes_the_limits_of_unusual_needs() -> None:
    assert "one short word" in " ".join(answer("隔膜")["notes"])
    assert "neither Chinese nor Latin" in " ".join(answer("разделитель для аккумулятора")["notes"])
    pasted = run("match", "-", "--json", stdin="耐高温隔膜，热收缩低。" * 5000)
    assert "pieces" in " ".join(json.loads(pasted.stdout)["notes"])
    assert json.loads(pasted.stdout)["results"][0]["application_number"] == "CN201919900001.1"
    nothing = run("match", "隔膜", "--region", "西藏")
    assert nothing.exit_code == 0
    assert "No patent passed the filters" in nothing.stdout
    assert "3 by region" in nothing.stdout


def test_template_is_not_written_over_a_file_without_force(tmp_path: Path) -> None:
    path = tmp_path / "patents.xlsx"
    assert run("template", "patents", "-o", path).exit_code == 0
    assert load_workbook(path, read_only=True).sheetnames
    again = run("template", "patents", "-o", path)
    assert again.exit_code == 2
    assert "--force" in again.stderr
    assert run("template", "teams", "-o", path, "--force").exit_code == 0


def test_info_shows_whether_the_index_is_up_to_date(table: Path, tmp_path: Path) -> None:
    run("import", write_csv(tmp_path / "one.csv", PATENTS[:1]))
    assert run_json("info")["index"] is None
    run("index")
    state = run_json("info")
    assert state["legal_status"] == {"in_force": 1}
    assert (state["index"]["up_to_date"], state["index"]["patents"]) == (True, 1)
    run("import", table)
    assert "out of date (patents were imported" in " ".join(run("info").stdout.split())


def test_evaluate_prints_measures(tmp_path: Path) -> None:
    (tmp_path / "qrels").mkdir()
    documents = [
        {"_id": "a", "title": "隔膜", "text": "耐高温"},
        {"_id": "b", "title": "夹爪", "text": ""},
    ]
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, documents)))
    (tmp_path / "queries.jsonl").write_text(json.dumps({"_id": "q", "text": "耐高温隔膜"}))
    (tmp_path / "qrels" / "dev.tsv").write_text("query-id\tcorpus-id\tscore\nq\ta\t1\nq\tb\t0\n")
    measured = run_json("evaluate", tmp_path, "--split", "dev")
    assert measured["queries"] == 1
    assert measured["runs"].keys() == {"lexical", "dense", "engine"}
    assert measured["runs"]["engine"]["ndcg@10"] == 1
    read = run("evaluate", tmp_path, "--judged-only").stdout
    assert "1 queries of dev, judged documents only" in read
    assert "engine" in read
    assert "2 passages encoded" in read

    model = make_model(tmp_path / "small")
    measured = run_json("evaluate", tmp_path, "--model", model)
    assert [own["model"] for own in measured["models"]] == [str(model)]
    assert measured["model_differences"] == []
    several = ("evaluate", tmp_path, "--model", "fake", "--model", model)
    assert len(run_json(*several)["models"]) == 2
    lines = run(*several, "--labels").stdout.splitlines()
    (cost,) = [n for n, line in enumerate(lines) if "passages a second" in line]
    assert lines[cost + 1].split()[0] == "fake"
    assert "Differences from fake, with the 95% interval of a paired bootstrap:" in lines
    assert any("with fake they hold only as far as these shares show" in line for line in lines)
    assert "每秒段落" in run(*several, "--language", "zh").stdout


def test_evaluate_names_a_model_that_cannot_be_loaded(tmp_path: Path) -> None:
    (tmp_path / "qrels").mkdir()
    (tmp_path / "corpus.jsonl").write_text(json.dumps({"_id": "a", "title": "隔膜"}))
    (tmp_path / "queries.jsonl").write_text(json.dumps({"_id": "q", "text": "隔膜"}))
    (tmp_path / "qrels" / "dev.tsv").write_text("q\ta\t1\n")
    done = run("evaluate", tmp_path, "--model", "fake", "--model", tmp_path / "nowhere")
    assert (done.exit_code, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert f"{tmp_path / 'nowhere'} cannot be loaded" in done.stderr
