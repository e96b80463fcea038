"""The `matcher` command, run in this process or another, and files for it to read."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from matcher.cli import app
from tests.support import databases

PHONE = "13800000000"
PATENTS: tuple[Mapping[str, str], ...] = (
    {
        "申请号": "CN201919900001.1",
        "公开(公告)号": "CN119900001B",
        "发明名称": "一种陶瓷涂覆的锂离子电池隔膜",
        "abstract": "在聚乙烯基膜上涂覆氧化铝陶瓷层，隔膜在150℃下的热收缩率低于2%。",
        "claims_all": "1. 一种锂离子电池隔膜，其特征在于，包括聚乙烯基膜和氧化铝陶瓷层。\n"
        "2. 根据权利要求1所述的隔膜，其特征在于，陶瓷层厚度为2微米。",
        "owner": "样例大学",
        "ipc_all": "H01M50/449",
        "filing_date": "2019-03-01",
        "grant_date": "2021-03-01",
        "legal_status": "授权",
        "legal_status_date": "2026-05-01",
        "province": "天津",
        "institution": "样例大学",
        "team": "储能材料团队",
        "team_lead": "样例甲",
        "tto_name": "样例大学技术转移中心",
        "tto_phone": "022-0000-0000",
        "contact_name": "样例甲",
        "contact_phone": PHONE,
        "consent_scope": "公开",
        "consent_evidence": "样例同意书",
        "open_licence": "是",
    },
    {
        "申请号": "CN202029900002.4",
        "公开(公告)号": "CN219900002U",
        "发明名称": "一种机器人柔性夹爪",
        "abstract": "夹爪的手指由硅胶制成并充气变形，可以抓取易碎的零件而不留压痕。",
        "owner": "样例研究院",
        "ipc_all": "B25J15/12",
        "filing_date": "2020-05-01",
        "province": "河北",
        "institution": "样例研究院",
    },
    {
        "申请号": "CN201519900003.2",
        "公开(公告)号": "CN119900003B",
        "发明名称": "Bearing fault diagnosis by vibration analysis",
        "abstract": "A vibration signal of the bearing is decomposed; a fault is found early.",
        "owner": "样例大学",
        "ipc_all": "G01M13/045",
        "filing_date": "2015-01-01",
        "legal_status": "未缴年费终止",
        "legal_status_date": "2026-05-01",
        "province": "天津",
        "institution": "样例大学",
    },
)


def run(*arguments: str | Path, stdin: str | bytes | None = None) -> Result:
    """Run the command in this process, over the home and model that the environment names."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


def run_json(*arguments: str | Path) -> Any:
    """Run the command with --json and return the value that it prints; it must succeed."""
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def process(
    *arguments: str | Path, home: Path, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Run the command in its own process."""
    return subprocess.run(
        [sys.executable, "-m", "matcher.cli", *map(str, arguments)],
        env=process_environment(home, **environment),
        capture_output=True,
        timeout=120,
        check=False,
    )


def process_environment(home: Path, **more: str) -> dict[str, str]:
    """Return the environment of a process that uses this home and the model for tests."""
    others = {
        name: value for name, value in os.environ.items() if not name.startswith(("MATCHER", "LC_"))
    }
    own = {"MATCHER_HOME": str(home), "MATCHER_MODEL": "fake", "COLUMNS": "100"}
    own["MATCHER_LANGUAGE"] = "en"
    if databases.server is not None:
        own["MATCHER_DATABASE_URL"] = databases.url_of(home)
    return others | own | more


def write_csv(file: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    """Write a table with a heading row."""
    headings = list(dict.fromkeys(name for row in rows for name in row))
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, headings)
        writer.writeheader()
        writer.writerows(rows)
    return file
