"""The command line in Chinese: help, errors, and where the language is chosen."""

import pytest

from tests.support.command import run

pytestmark = pytest.mark.usefixtures("home")


def test_help_is_in_chinese_by_the_option_and_by_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pages = [run("--language", "zh"), run("--language=zh", "--help")]
    monkeypatch.setenv("MATCHER_LANGUAGE", "zh")
    pages += [run(), run("-h")]
    assert {page.stdout for page in pages} == {pages[0].stdout}
    assert "用法：matcher" in pages[0].stdout
    assert "\n选项：\n" in pages[0].stdout
    assert "  match        给能满足需求的专利排序\n" in pages[0].stdout
    assert "Usage: matcher" in run("--language", "en").stdout


def test_help_of_a_command_is_laid_out_by_cells() -> None:
    lines = run("match", "--language", "zh", "--help").stdout.splitlines()
    cells = [sum(2 if ord(character) > 0x2E80 else 1 for character in line) for line in lines]
    assert max(cells) <= 80
    assert any("[默认：10; x>=1]" in line for line in lines)
    assert not any(line.strip().startswith(("，", "。", "；", "）")) for line in lines)


def test_a_run_in_chinese_leaves_the_next_in_english() -> None:
    english = run("match", "--help").stdout
    assert run("match", "--help", "--language", "zh").stdout != english
    assert run("match", "--help").stdout == english


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["nonsense"], "错误：没有命令 'nonsense'；见 matcher --help"),
        (["import"], "错误：缺少参数 'FILE...'；见 matcher import --help"),
        (["match", "--xyz", "x"], "错误：没有选项 --xyz；见 matcher match --help"),
        (["match", "-k"], "错误：选项 '-k' 须带值"),
        (["match", "-k", "0", "x"], "错误：'-k' / '--results' 的值无效：须大于或等于 1"),
        (["match", "-k", "many", "x"], "错误：'-k' / '--results' 的值无效：须为整数"),
        (["template", "x", "-o", "y"], "的值无效：'x' 不在可选值"),
        (["info", "x"], "错误：多余的参数（x）；见 matcher info --help"),
    ],
)
def test_errors_of_the_arguments_are_in_chinese(arguments: list[str], expected: str) -> None:
    result = run("--language", "zh", *arguments)
    assert result.exit_code == 2
    assert expected in result.stderr


def test_an_unknown_language_is_refused() -> None:
    assert "'fr' is not one of 'zh', 'en'" in run("info", "--language", "fr").stderr
