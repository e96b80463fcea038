"""Help and output of the commands are wholly in the language of the run.

Only data, and what is typed as it stands, may be of the other language.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import typer
from typer.core import TyperCommand, TyperGroup

from matcher.cli import app
from matcher.settings import Settings
from matcher.store.database import Store
from tests.support import small_event
from tests.support.command import run

HAN = re.compile("[\u4e00-\u9fff]+")
WORD = re.compile("[A-Za-z][A-Za-z_]+")
TYPED = re.compile(
    r"[\w/-]*\.[a-z]{2,5}\b|--?[a-z][\w-]*|matcher(?: [a-z-]+)*|\b[A-Z][A-Z0-9_|.]+\b"
    r"|\bneed_\w+|\bCN\d\w*|<[^>]*>|\{[^}]*\}|\[[a-z]+\]|/[\w/]+"
)
"""Options, commands, settings, metavars, numbers and files."""
CHINESE_TYPED = {"天津", "研究内容", "许可费", "匹配总表", "跟进表", "参会人", "可到场时段"}
"""Values, headings and sheets that English help names as they are typed."""
ENGLISH_TYPED = frozenset(
    """
    Bezeichnung Ray all alliance builtin consent_ contact contracts csv ctrl design dev
    duplicate fair folder folders in_force institutions invention jsonl kind lapsed local
    matched month new old other pending place pledge pledges pool pools product ray revealed
    solved_elsewhere strong text title unknown utility_model var verify weak webhook withdrawn
    """.split()  # noqa: SIM905
)
"""Values and names that Chinese help names as they are typed."""


def commands(node: TyperGroup, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the path of the group and of every command of its tree."""
    yield path
    for name, command in node.commands.items():
        if isinstance(command, TyperGroup):
            yield from commands(command, (*path, name))
        elif isinstance(command, TyperCommand):
            yield (*path, name)


ROOT = typer.main.get_command(app)
assert isinstance(ROOT, TyperGroup)
PATHS = list(commands(ROOT))


def chinese_words(text: str, data: Iterable[str] = ()) -> set[str]:
    """Return the Chinese words of an English output that are no data."""
    known = "\n".join(data)
    return {word for word in HAN.findall(text) if word not in known} - CHINESE_TYPED


def english_words(text: str, data: Iterable[str] = ()) -> set[str]:
    """Return the English words of a Chinese output that are neither typed so nor data."""
    for part in data:
        text = text.replace(part, " ")
    return set(WORD.findall(TYPED.sub(" ", text))) - ENGLISH_TYPED


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_help_is_in_one_language(path: tuple[str, ...]) -> None:
    assert chinese_words(run(*path, "--help", "--language", "en").stdout) == set()
    lines = run(*path, "--help", "--language", "zh").stdout.splitlines()
    names = re.compile(r"^  [a-z-]+  +")  # of commands and arguments
    assert english_words("\n".join(names.sub("", line) for line in lines)) == set()


EVENT = small_event.NAME
OUTPUTS = (
    ("event", "list"),
    ("event", "review", EVENT, "--by", "样例员"),
    ("event", "show", EVENT),
    ("event", "pin", EVENT, "1", "#1", "--by", "样例员"),
    ("event", "exclude", EVENT, "3", "#1", "--reason", "团队不来", "--by", "样例员"),
    ("event", "note", EVENT, "2", "请带样品", "--by", "样例员"),
    ("event", "lock", EVENT, "2", "--by", "样例员"),
    ("event", "edits", EVENT),
    ("event", "set", EVENT, "--place", "河北", "--line", "strong", "--slots", "14:00-15:00"),
    ("event", "diff", EVENT, "1"),
    ("event", "versions", EVENT),
    ("event", "publish", EVENT),
    ("event", "plan", EVENT),
    ("event", "undo", EVENT),
    ("event", "delete", EVENT),
    ("event", "show", "没有"),
    ("event", "move", EVENT, "没有", "没有", "--slot", "14:00"),
    ("funnel",),
    ("performance",),
    ("reminders",),
    ("needs", "list"),
    ("needs", "close", "没有", "--reason", "other"),
    ("contacts", "list"),
    ("webhooks", "list"),
    ("keys", "list"),
    ("audit", "verify"),
    ("similar", "没有"),
)
DATA = (
    "the need is empty",  # a problem as it was stored
    *(argument for arguments in OUTPUTS for argument in arguments if HAN.search(argument)),
    *(text for texts in small_event.PATENTS.values() for text in texts),
    *(f"{need.details.enterprise} {need.details.title}" for need in small_event.NEEDS),
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("MATCHER_DATABASE_URL", "MATCHER_KEY_PEPPER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MATCHER_HOME", str(tmp_path))
    with (
        Store(Settings(home=tmp_path, database_url=None).url) as store,
        store.writing() as connection,
    ):
        small_event.make(connection)
    return tmp_path


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_output_is_in_one_language(language: str) -> None:
    wrong = {}
    for arguments in OUTPUTS:
        done = run(*arguments, "--language", language)
        printed = done.stdout + done.stderr
        assert "unexpected" not in printed
        words = chinese_words if language == "en" else english_words
        if found := words(printed, DATA):
            wrong[" ".join(arguments)] = found
    assert wrong == {}
