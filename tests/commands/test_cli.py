"""The command as a whole: what it loads, how it speaks, how it fails."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from matcher.store import patents
from matcher.wiring import build
from tests.support.command import (
    PATENTS,
    process,
    process_environment,
    run,
    run_json,
    write_csv,
)

pytestmark = pytest.mark.usefixtures("home")
COMMANDS = (
    *("import", "index", "match", "similar", "needs-for", "card"),
    *("evaluate", "learn", "serve", "template", "info", "demo"),
)
HEAVY = [
    *("torch", "sentence_transformers", "transformers", "faiss", "tantivy", "sqlalchemy"),
    *("pandas", "openpyxl", "fastapi", "uvicorn", "pydantic_settings", "rich"),
]


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the three patents, imported and indexed; only to be read."""
    folder = tmp_path_factory.mktemp("indexed")
    for arguments in (["import", write_csv(folder / "patents.csv", PATENTS)], ["index"]):
        assert process(*arguments, home=folder).returncode == 0
    return folder


def test_help_loads_no_heavy_library() -> None:
    code = (
        "import sys\nfrom matcher.cli import main\n"
        "for command in sys.argv[1:]:\n"
        "    sys.argv = ['matcher', *command.split(), '--help']\n"
        "    try:\n        main()\n    except SystemExit as end:\n        assert not end.code\n"
        f"print('loaded', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "", *COMMANDS], capture_output=True, timeout=60, check=True
    )
    assert done.stdout.decode().splitlines()[-1] == "loaded []"


def test_help_names_every_command_and_goes_to_stdout() -> None:
    for result in (run(), run("--help"), run("-h")):
        assert result.exit_code == 0
        assert result.stderr == ""
        assert all(f"\n  {command} " in result.stdout for command in COMMANDS)
        assert "..." not in result.stdout.split("Commands:")[1]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_the_common_options(command: str) -> None:
    shown = run(command, "--help").stdout
    assert "--home" in shown
    assert "--debug" in shown
    assert ("--json" in shown) == (command not in ("serve", "template"))


def test_version() -> None:
    result = run("--version")
    assert result.stdout.startswith("matcher 0.")
    assert result.exit_code == 0


def test_home_may_stand_before_or_behind_the_command(tmp_path: Path) -> None:
    before = run("--home", tmp_path / "a", "info", "--json")
    behind = run("info", "--json", "--home", tmp_path / "b")
    both = run("--home", tmp_path / "a", "info", "--json", "--home", tmp_path / "b")
    homes = [json.loads(result.stdout)["home"] for result in (before, behind, both)]
    assert [Path(home).name for home in homes] == ["a", "b", "b"]


@pytest.mark.parametrize(
    ("arguments", "code", "expected"),
    [
        (["nonsense"], 2, "No such command 'nonsense'; see matcher --help"),
        (["import"], 2, "Missing argument 'FILE...'; see matcher import --help"),
        (["match", "--xyz", "x"], 2, "No such option: --xyz; see matcher match --help"),
        (["match", "隔膜"], 1, "run matcher index"),
        (["index"], 2, "the catalogue is empty: import patents first"),
        (["import", "missing.xlsx"], 2, "missing.xlsx"),
        (["template", "nonsense", "-o", "x.xlsx"], 2, "'patents', 'needs', 'teams'"),
        (["evaluate", "nowhere"], 2, "nowhere"),
    ],
)
def test_an_error_is_one_line_on_stderr_and_an_exit_code(
    arguments: list[str], code: int, expected: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == code
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert expected in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [["--debug", "index"], ["index", "--debug"]])
def test_debug_shows_the_traceback(arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Traceback" in result.stderr
    assert "InputError: the catalogue is empty" in result.stderr


def test_an_invalid_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHER_PORT", "many")
    result = run("info")
    assert result.exit_code == 2
    assert "MATCHER_PORT cannot be used" in result.stderr
    assert result.stderr.count("\n") == 1


def test_an_unexpected_error_does_not_print_its_message(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("of the record of somebody@sample.example")

    monkeypatch.setattr(build, "build_index", fail)
    result = run("index")
    assert result.exit_code == 1
    assert (
        result.stderr == "Error: unexpected ZeroDivisionError; --debug shows where it came from\n"
    )
    assert "Traceback" in run("index", "--debug").stderr


def test_a_full_disk_is_reported_with_its_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(build, "build_index", fail)
    told = "Error: nothing more can be written to the output (No space left on device): "
    assert run("index").stderr == told + "free some space there, then do the same again\n"


def test_ctrl_c_in_an_import_rolls_it_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = write_csv(tmp_path / "first.csv", PATENTS[:1])
    both = write_csv(tmp_path / "both.csv", PATENTS[:2])
    assert run("import", first).exit_code == 0
    save = patents.save_batches

    def stopped(*arguments: Any) -> None:
        save(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(patents, "save_batches", stopped)
    result = run("import", both)
    assert result.exit_code == 130
    assert result.stderr == "Stopped.\n"
    monkeypatch.undo()
    monkeypatch.setenv("MATCHER_HOME", str(tmp_path / "home"))
    assert run_json("info")["patents"] == 1


def test_a_pipe_closed_by_its_reader_prints_no_error(indexed: Path) -> None:
    command = [sys.executable, "-m", "matcher.cli", "match", "隔膜", "--json"]
    with subprocess.Popen(
        command,
        env=process_environment(indexed),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as started:
        assert started.stdout is not None
        assert started.stderr is not None
        started.stdout.close()
        assert started.stderr.read() == b""
        assert started.wait(60) == 1


def test_a_closed_stdout_prints_no_error(indexed: Path) -> None:
    done = subprocess.run(
        f"exec '{sys.executable}' -m matcher.cli match 隔膜 --json >&-",
        shell=True,
        env=process_environment(indexed),
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("locale", ["POSIX", "en_US.ISO-8859-1", "zh_CN.GB18030"])
def test_output_into_a_pipe_is_utf8_in_every_locale(indexed: Path, locale: str) -> None:
    odd = {"LC_ALL": locale, "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    for arguments in (["match", "高温隔膜"], ["match", "高温隔膜", "--json"]):
        done = process(*arguments, home=indexed, **odd)
        assert done.returncode == 0
        assert "【" in done.stdout.decode() or "--json" in arguments
        assert "陶瓷涂覆" in done.stdout.decode()
        assert "高温隔膜" in done.stdout.decode()
        assert b"\x1b" not in done.stdout


def test_json_is_the_only_output_on_stdout(indexed: Path) -> None:
    for arguments in (["match", "隔膜"], ["index", "--full"]):
        done = process(*arguments, "--json", home=indexed)
        assert done.returncode == 0
        assert isinstance(json.loads(done.stdout), dict)
        assert done.stdout.count(b"\n") == 1


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "matcher.store.database.create_engine", lambda *_, **__: __import__("no_such_driver")
    )
    monkeypatch.setenv("MATCHER_DATABASE_URL", "postgresql://matcher:geheim@127.0.0.1/matcher")
    result = run("info")
    assert result.stderr == "Error: the Python package no_such_driver is missing: install it\n"


def test_a_home_that_is_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = run("info", "--home", tmp_path / "file")
    assert result.exit_code == 1
    assert "MATCHER_HOME" in result.stderr
