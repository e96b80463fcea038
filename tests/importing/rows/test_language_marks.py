import pytest

from matcher.importing.rows.language_marks import in_best_language, without_label, without_marks


@pytest.mark.parametrize(
    ("text", "best", "whole"),
    [
        ("[EN] SAMPLE TOOL", "SAMPLE TOOL", "SAMPLE TOOL"),
        ("(EN) Sample tool (FR) Outil", "Sample tool", "Sample tool\nOutil"),
        ("(FR) Outil (EN) Sample tool", "Sample tool", "Outil\nSample tool"),
        ("[EN] Sample tool\n[CN] 样例工装", "样例工装", "Sample tool\n样例工装"),
        ("[CN]  1.一种样例工装。", "1.一种样例工装。", "1.一种样例工装。"),
        ("EN - Sample tool", "Sample tool", "Sample tool"),
        ("[DE] Werkzeug", "Werkzeug", "Werkzeug"),
        ("Tool of standard (EN) 1234", "Tool of standard (EN) 1234", "Tool of standard (EN) 1234"),
        ("", "", ""),
    ],
)
def test_marks_of_languages(text: str, best: str, whole: str) -> None:
    assert in_best_language(text) == best
    assert without_marks(text) == whole


@pytest.mark.parametrize("text", ["摘要 : 本样例公开", "摘 要：本样例公开", "[摘要] 本样例公开"])
def test_the_word_abstract_is_no_part_of_the_abstract(text: str) -> None:
    assert without_label(text) == "本样例公开"
    assert without_label("摘要性能好的样例") == "摘要性能好的样例"
