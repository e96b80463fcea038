"""`matcher suggest`, and `matcher index` doing the same."""

from pathlib import Path

import pytest

from matcher.settings import Settings
from tests.api.conftest import save
from tests.support.command import run, run_json, write_csv
from tests.support.reverse_samples import HEAT, OTHERS, keep_need

NEW = {
    "申请号": "CN202119900005.5",
    "发明名称": "电池隔膜耐热涂覆陶瓷层",
    "abstract": "电池隔膜在150℃下热收缩，涂覆陶瓷层的隔膜耐热，不再热收缩。",
    "owner": "样例大学",
    "institution": "样例大学",
    "legal_status": "授权",
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home with patents that fit no need, and their index."""
    monkeypatch.setenv("MATCHER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MATCHER_MODEL", "fake")
    settings = Settings()
    save(settings, *OTHERS)
    assert run("index").exit_code == 0
    return settings


def bring(folder: Path, **changes: str) -> None:
    result = run("import", write_csv(folder / "new.csv", [{**NEW, **changes}]))
    assert result.exit_code == 0, result.stderr


def test_index_queues_suggestions_and_reports_them(home: Settings, tmp_path: Path) -> None:
    need = keep_need(home, HEAT)
    bring(tmp_path)
    result = run("index")
    assert result.exit_code == 0
    assert "1 new or newly open-licensed patents held against 1 open needs: 1 suggestions" in (
        result.stderr
    )
    assert HEAT.text not in result.output
    # By now it is under an open licence, but suggested before.
    bring(tmp_path, open_licence="是")
    report = run_json("suggest")
    assert report == {"patents": 1, "needs": 1, "suggestions": []}
    assert run("suggest").stdout == "No patent waits for an open need.\n"
    assert need not in run("index").output


def test_suggest_prints_need_patent_and_reason(home: Settings, tmp_path: Path) -> None:
    bring(tmp_path)
    assert "suggestions" not in run("index").output  # no need asks
    need = keep_need(home, HEAT)
    bring(tmp_path, open_licence="是")
    report = run_json("suggest")
    (suggestion,) = report.pop("suggestions")
    assert report == {"patents": 1, "needs": 1}
    assert suggestion.pop("id").startswith("suggestion_")
    assert suggestion.pop("fit") in ("strong", "fair")
    assert suggestion == {
        "need": need,
        "patent": NEW["申请号"],
        "reason": "open_licence",
        "rank": 1,
    }


def test_patents_missing_from_the_index_are_suggested_later(home: Settings, tmp_path: Path) -> None:
    keep_need(home, HEAT)
    bring(tmp_path)
    result = run("suggest")
    assert result.exit_code == 1 and "run matcher index" in result.stderr
    assert "1 suggestions queued" in run("index").stderr
