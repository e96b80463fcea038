"""Commands that are killed, with the homes that they begin in."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from matcher.settings import Settings
from matcher.store import patents
from matcher.wiring.open import open_store
from scripts.chaos import process
from scripts.chaos.homes import Homes
from scripts.chaos.old_database import make_old_database
from scripts.chaos.parts import Parts, index_and_suggestions, needs_apart, undivided
from scripts.chaos.samples import EVENT, write_files
from scripts.chaos.secrets_seen import contact_keys, valid_keys

Look = Callable[[str, str], str]
"""Function from the name of a home, and what the command printed, to what is valid there."""


def _nothing(name: str, printed: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Operation:
    """A command, the home that it begins in, and what may stand beside what after a kill."""

    name: str
    start: str
    arguments: tuple[str, ...]
    parts: Parts = undivided
    """Parts of the state, each of which is wholly the old or the new one."""
    is_repeatable: bool = True
    """True if a second run after a whole first one changes no record."""
    is_slow: bool = False
    """True if it takes so long that it is killed only when it is asked for."""
    environment: Mapping[str, str] = field(default_factory=dict)
    look: Look = _nothing


class Workshop:
    """Files, homes to begin in, and operations."""

    def __init__(self, homes: Homes) -> None:
        """Take the homes; make nothing."""
        self.homes = homes
        self.files = homes.folder / "files"
        self.key = ""
        """The API key of the prepared homes, as it was shown."""
        self._makers: dict[str, Callable[[], None]] = {
            "ready": self._make_ready,
            "imported": self._next("imported", "ready", "import", self._file("more.jsonl")),
            "matched": self._next("matched", "ready", "event", "match", EVENT),
            "planned": self._next("planned", "matched", "event", "plan", EVENT),
            "reviewed": self._next("reviewed", "planned", "event", "review", EVENT),
            "old": self._make_old,
        }

    def prepare(self, name: str) -> None:
        """Make a home to begin in, if it is not there yet."""
        if not self.homes.home(name).exists():
            self._makers[name]()

    def operations(self) -> list[Operation]:
        """Return every operation there is to kill."""
        exclude = ("event", "exclude", EVENT, "1", "#1", "--reason", "样例理由")
        key_id = self.key.split("_")[1] if self.key else ""
        both = f"{self.homes.next_contact_key},{self.homes.contact_key}"
        listed = [
            Operation("import", "ready", ("import", self._file("more.jsonl"))),
            Operation("embed", "ready", ("index", "--full"), index_and_suggestions),
            Operation("index increment", "imported", ("index",), index_and_suggestions),
            Operation(
                "import of needs", "ready", ("needs", "import", self._file("more-needs.csv"))
            ),
            Operation(
                "import of records",
                "ready",
                ("programme", "import", self._file("contracts.csv"), "--kind", "contracts"),
            ),
            Operation("learn", "ready", ("learn", self._file("collection")), is_slow=True),
            Operation("event run", "ready", ("event", "match", EVENT), needs_apart),
            Operation("event edit", "matched", exclude, is_repeatable=False),
            Operation("event plan", "matched", ("event", "plan", EVENT)),
            Operation("publish", "reviewed", ("event", "publish", EVENT), is_repeatable=False),
            Operation("migrate", "old", ("migrate", "--contract")),
            Operation(
                "new key",
                "ready",
                ("keys", "create", "--role", "staff"),
                is_repeatable=False,
                look=self._keys,
            ),
            Operation("key rotation", "ready", ("keys", "rotate", key_id), look=self._keys),
            Operation(
                "contact key rotation",
                "ready",
                ("contacts", "rotate-key"),
                environment={"MATCHER_CONTACT_KEY": both},
                look=self._contacts,
            ),
        ]
        return [*listed, self._restore()]

    def _restore(self) -> Operation:
        """Return the restore of a backup of the state after an import."""
        backup = self.homes.folder / "files" / "backup.tar.gz"
        if not backup.exists():
            self.prepare("imported")
            self._do("imported", ("backup", str(backup)))
        return Operation("restore", "ready", ("restore", str(backup), "--force"))

    def _make_ready(self) -> None:
        write_files(self.files)
        self.homes.make("ready")
        for arguments in (
            ("import", self._file("patents.jsonl")),
            ("index",),
            ("event", "create", EVENT, "--needs", self._file("needs.csv"), *_HALL),
        ):
            self._do("ready", arguments)
        made = self._do("ready", ("keys", "create", "--role", "admin", "--json"))
        self.key = json.loads(made)["key"]

    def _make_old(self) -> None:
        self.prepare("ready")
        self.homes.make("old")
        url = self.homes.url("old")

        def make() -> None:
            with open_store(Settings()) as store, store.reading() as connection:
                records = [patent for _row, patent in patents.each(connection)]
            make_old_database(url, records)

        process.ask(self.homes.environment("ready"), make, self.homes.folder / "old.json")

    def _next(self, name: str, start: str, *arguments: str) -> Callable[[], None]:
        """Return what makes a home of another one by a command."""

        def make() -> None:
            self.prepare(start)
            self.homes.copy(start, name)
            self._do(name, arguments)

        return make

    def _do(self, name: str, arguments: tuple[str, ...]) -> str:
        ended = process.run(self.homes.command(name, arguments))
        if ended.status != 0:
            raise RuntimeError(f"matcher {' '.join(arguments)}: {ended.stderr}")
        return ended.stdout

    def _file(self, name: str) -> str:
        return str(self.files / name)

    def _keys(self, name: str, printed: str) -> str:
        shown = {"old": self.key, "shown": printed.strip()}
        return valid_keys(self.homes.environment(name), shown, self._read_into(name))

    def _contacts(self, name: str, printed: str) -> str:
        keys = {"old": self.homes.contact_key, "new": self.homes.next_contact_key}
        return contact_keys(self.homes.environment(name), keys, self._read_into(name))

    def _read_into(self, name: str) -> Path:
        return self.homes.folder / "output" / name / "secrets.json"


_HALL = (
    *("--date", "2027-03-03", "--slots", "14:00-15:00/20", "--tables", "4", "--per-need", "3"),
    *("--line", "weak"),
)
"""Time and place of the event, and the patents that a need gets."""
