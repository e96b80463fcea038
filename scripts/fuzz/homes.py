"""Homes for targets that need records: sample patents with their index, and an event."""

from pathlib import Path

from pydantic import SecretStr
from typer.testing import CliRunner

from matcher.settings import Settings
from scripts.fuzz import samples

EVENT = "样例对接会"
_CONTACT_KEY = SecretStr("bWF0Y2hlciBzYW1wbGUga2V5IGZvciB0ZXN0cyBvbmw=")
_PATENTS = 8
_TIMES = ("--date", "2026-12-03", "--slots", "14:00-15:00/20", "--tables", "3")


def settings_of(home: Path) -> Settings:
    """Return settings of a home without limits, background jobs or a model that takes long."""
    return Settings(
        home=home,
        database_url=None,
        model="fake",
        contact_key=_CONTACT_KEY,
        background_seconds=0,
        rate_per_minute=0,
        quota_per_day=0,
        refused_per_minute=0,
    )


def make_home(folder: Path) -> Path:
    """Make a home with patents and their index, and return its folder."""
    file = folder / "patents.jsonl"
    file.write_text(samples.catalogue(_PATENTS), encoding="utf-8")
    home = folder / "home"
    _command(home, "import", str(file))
    _command(home, "index")
    return home


def make_event(home: Path, book: Path) -> None:
    """Make an event with its shortlists and its plan, and write its workbook."""
    sheet = book.with_suffix(".csv")
    sheet.write_bytes(samples.delimited(samples.table(samples.needs())))
    _command(home, "event", "create", EVENT, "--needs", str(sheet), *_TIMES)
    _command(home, "event", "match", EVENT)
    _command(home, "event", "plan", EVENT)
    _command(home, "event", "workbook", EVENT, "-o", str(book))


def _command(home: Path, *arguments: str) -> None:
    from matcher.cli import app

    environment = {"MATCHER_MODEL": "fake", "MATCHER_LANGUAGE": "en", "MATCHER_HOME": str(home)}
    ran = CliRunner().invoke(app, list(arguments), env=environment)
    if ran.exit_code:
        raise RuntimeError(f"matcher {arguments[0]} failed: {ran.output} {ran.exception!r}")
