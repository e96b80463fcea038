"""Needs given to `matcher match` as a text or a document."""

from datetime import date
from pathlib import Path

import pytest

from matcher.commands.need_source import NeedSource

TODAY = date(2026, 6, 1)
TEXT = "现有隔膜在130℃以上收缩，需要耐高温隔膜。"
CONTACT = "联系人张三 13800000000 微信同号"


@pytest.mark.parametrize("way", ["text", "file", "form"])
def test_contact_data_is_taken_out_and_told(
    way: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written = TEXT + CONTACT
    if way == "form":
        written = f"企业名称：样例公司\n需求名称：隔膜\n主要问题：{written}"
    path = tmp_path / "need.txt"
    path.write_text(written, "utf-8")
    source = NeedSource(need=[written]) if way == "text" else NeedSource(file=path)
    (need,) = source.read(TODAY)
    assert (need.problem or need.text) == TEXT
    told = capsys.readouterr().err
    assert "contact data taken out" in told and "1" in told
    assert "张三" not in told and "13800000000" not in told


def test_a_document_of_several_needs_gives_them_all(tmp_path: Path) -> None:
    path = tmp_path / "needs.md"
    path.write_text("需求名称：隔膜\n主要问题：收缩\n\n需求名称：轴承\n主要问题：噪声\n", "utf-8")
    needs = NeedSource(file=path).read(TODAY)
    assert [(need.title, need.problem) for need in needs] == [("隔膜", "收缩"), ("轴承", "噪声")]
