"""Check of a whole home; reads only, unless it is to repair.

Repaired is what can be made anew from the database without loss: nothing of the records themselves.
"""

from functools import partial

from matcher.ports import Encoder
from matcher.progress import Report, silent
from matcher.settings import Settings
from matcher.wiring.checks import database, derived, leftovers
from matcher.wiring.checks.derived import Seen
from matcher.wiring.checks.finding import Check, Finding, Part, is_clean, run
from matcher.wiring.open import open_store


def check(
    settings: Settings,
    *,
    repair: bool = False,
    encoder: Encoder | None = None,
    report: Report = silent,
) -> list[Finding]:
    """Check the database with its records, what is derived from it, and what processes left.

    What cannot be read is a finding, not an error. Where the database is damaged, nothing that is
    derived from it is checked, or made from it.
    """
    without_store = partial(leftovers.check_files, settings, None, repair=repair)
    found = run("database", partial(database.check_openable, settings, repair=repair))
    if any(finding.state != "mended" for finding in found):
        return [*found, *run("leftovers", without_store)]
    with open_store(settings) as store:
        with store.snapshot() as connection:
            found += run("database", partial(database.check_records, connection))
            found += run("audit", partial(database.check_audit, connection))
            found += run("contacts", partial(database.check_contacts, connection))
            found += run("keys", partial(database.check_keys, settings, connection))
            if not is_clean([finding for finding in found if finding.part == "database"]):
                return [*found, *run("leftovers", without_store)]
            seen = Seen.of(connection)
        checks: list[tuple[Part, Check]] = [
            ("words", partial(derived.check_words, settings, store, seen, report, repair=repair)),
            ("vectors", partial(derived.check_vectors, settings, store, repair=repair)),
            ("index", partial(derived.check_index, settings, seen, encoder, report, repair=repair)),
            ("ranker", partial(derived.check_ranker, settings)),
            ("servers", partial(leftovers.check_servers, settings, repair=repair)),
            ("leftovers", partial(leftovers.check_files, settings, store, repair=repair)),
        ]
        for part, check_part in checks:
            found += run(part, check_part)
    return found
