"""Corrections of a need in `matcher match`, and diversity in `match` and `similar`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import PATENTS, run, run_json, write_csv

SEPARATOR, GRIPPER = "CN201919900001.1", "CN202029900002.4"
NEED = "我公司成立于2008年。夹爪抓取易碎零件时留下压痕。希望柔性夹爪用PVC制成。"
TEAM = [
    {
        "申请号": f"CN20191990{number}",
        "发明名称": f"{stuff}涂覆的电池隔膜",
        "abstract": f"电池隔膜涂覆{stuff}，耐高温收缩，{more}。",
        "institution": "样例大学",
        "team": "储能材料团队",
        "legal_status": "授权",
    }
    for number, stuff, more in (
        ("0101", "勃姆石", "浆料用水性胶粘结后在烘箱里慢慢干燥"),
        ("0102", "芳纶", "纺丝液经喷头拉成细纤维再铺成网"),
        ("0103", "氮化硼", "粉末先球磨分级，然后静电喷在卷材上"),
        ("0104", "聚多巴胺", "基膜浸没在弱碱溶液中自聚合成薄层"),
        ("0105", "二氧化钛", "溶胶提拉两次，紫外灯照射固化"),
    )
]
OTHER = {
    "申请号": "CN201919900201",
    "发明名称": "卷绕机的纠偏装置",
    "abstract": "电池极片和隔膜一起卷绕，摄像头看见边缘以后由电机移动辊子。",
    "institution": "样例研究院",
    "team": "装备团队",
    "legal_status": "授权",
}


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the three patents, indexed; only to be read."""
    return indexed(tmp_path_factory.mktemp("few"), PATENTS)


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with five patents of one team and one of another; only to be read."""
    return indexed(tmp_path_factory.mktemp("team"), [*TEAM, OTHER])


@pytest.fixture(autouse=True)
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MATCHER_MODEL", "fake")
    yield


def indexed(folder: Path, rows: Any) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MATCHER_MODEL", "fake")
        file = write_csv(folder / "patents.csv", rows)
        assert run("import", file, "--home", folder).exit_code == 0
        assert run("index", "--home", folder).exit_code == 0
    return folder


def in_home(home: Path, *arguments: str) -> Any:
    return run_json(*arguments, "--home", home)


def parts(answer: Any) -> dict[str, str]:
    return {part["kind"]: part["text"] for part in answer["reading"]["parts"]}


def numbers(answer: Any) -> list[str]:
    return [result["application_number"] for result in answer["results"]]


def lexical_ranks(answer: Any) -> dict[str, int | None]:
    return {
        result["application_number"]: result["channels"]["lexical"] for result in answer["results"]
    }


def test_a_corrected_need_ranks_by_its_correction(few: Path) -> None:
    plain = in_home(few, "match", NEED)
    assert numbers(plain)[0] == GRIPPER
    away = [f"--part={kind}=" for kind in parts(plain)]
    corrected = in_home(few, "match", NEED, *away, "--part", "text=陶瓷涂覆的锂离子电池隔膜")
    assert parts(corrected) == {"text": "陶瓷涂覆的锂离子电池隔膜"}
    assert numbers(corrected)[0] == SEPARATOR
    assert corrected["need"] == plain["need"]
    marked = corrected["results"][0]["evidence"][0]
    assert "隔膜" in "".join(marked["text"][a:b] for a, b in marked["highlights"])


def test_corrections_drop_and_add_terms_and_keep_a_sentence(few: Path) -> None:
    plain = in_home(few, "match", NEED)["reading"]
    assert plain["boilerplate"] == ["我公司成立于2008年。"]
    names = {term["text"]: term["equivalents"] for term in plain["terms"]}
    assert "聚氯乙烯" in names.pop("PVC")
    arguments = ["--keep", plain["boilerplate"][0], "--drop-term", "聚氯乙烯"]
    arguments += [word for name in names for word in ("--drop-term", name)]
    reading = in_home(few, "match", NEED, *arguments, "--add-term", "夹爪=手爪/gripper")["reading"]
    assert reading["boilerplate"] == []
    assert reading["terms"] == [{"text": "夹爪", "equivalents": ["手爪", "gripper"]}]
    assert "我公司成立于2008年。" in parts({"reading": reading})["text"]


def test_the_equivalents_of_an_added_term_are_searched(few: Path) -> None:
    need, bearing = "滚子的毛病要早点发现", "CN201519900003.2"
    arguments = ["match", need, "--status", "all"]
    plain = in_home(few, *arguments)
    assert lexical_ranks(plain)[bearing] is None
    added = in_home(few, *arguments, "--add-term", "滚子=bearing/vibration")
    assert lexical_ranks(added)[bearing] == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--part", "price=1"], "--part is KIND=TEXT, and the kind one of title, text"),
        (["--part", "problem"], "--part is KIND=TEXT"),
        (["--part", "goal=a", "--part", "goal=b"], "gives the goal twice"),
        (["--part", "title=", "--part", "text=", "--part", "problem="], "nothing of the need"),
        (["--drop-term", "钢"], "a term to drop is none"),
        (["--keep", "别的。"], "a sentence to keep is none"),
        (["--add-term", "=gripper"], "the term is missing"),
    ],
)
def test_an_invalid_correction_is_refused_before_the_model_is_loaded(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    result = run("match", "夹爪留下压痕，不好用。", *arguments, "--home", tmp_path)
    assert result.exit_code == 2 and result.stdout == ""
    assert message in result.stderr and result.stderr.count("\n") == 1


def test_a_correction_of_a_sheet_of_needs_is_refused(tmp_path: Path) -> None:
    sheet = write_csv(tmp_path / "needs.csv", [{"id": "N1", "title": "夹爪", "problem": "压痕"}])
    result = run("match", "--needs", sheet, "--part", "goal=快", "--home", tmp_path)
    assert result.exit_code == 2 and "for one need" in result.stderr


def test_diversity_ranks_another_team_before_the_fourth_patent_of_one_team(
    team: Path, tmp_path: Path
) -> None:
    asking = ["match", "电池隔膜涂覆，耐高温收缩", "-k", "6"]
    other = OTHER["申请号"]
    ranks = [
        [number[:14] for number in numbers(in_home(team, *asking, *more))].index(other)
        for more in (["--diversity", "0"], ["--diversity", "1"])
    ]
    assert ranks == [5, 3]
    rows = [{"id": "N1", "title": "隔膜", "problem": asking[1]}]
    sheet = write_csv(tmp_path / "needs.csv", rows)
    many = in_home(team, "match", "--needs", str(sheet), "-k", "6", "--diversity", "1")
    assert numbers(many)[3][:14] == other


def test_diversity_applies_to_similar_patents(team: Path) -> None:
    asking = ["similar", TEAM[0]["申请号"], "-k", "5"]
    off = numbers(in_home(team, *asking, "--diversity", "0"))
    full = numbers(in_home(team, *asking, "--diversity", "1"))
    assert set(off) == set(full)
    assert (off[4][:14], full[3][:14]) == (OTHER["申请号"], OTHER["申请号"])


@pytest.mark.parametrize("wrong", ["-0.1", "1.5", "much"])
@pytest.mark.parametrize("command", ["match", "similar"])
def test_a_diversity_out_of_range_is_refused_in_one_line(command: str, wrong: str) -> None:
    result = run(command, "夹爪", f"--diversity={wrong}")
    assert result.exit_code == 2 and result.stdout == ""
    assert "--diversity" in result.stderr and result.stderr.count("\n") == 1
