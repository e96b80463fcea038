"""Patents that a reader put together, with what a list shows of each."""

from collections.abc import Mapping, Sequence

from matcher.reporting.patent_list import ListedPatent
from matcher.search.catalogue import Catalogue
from matcher.store import patents
from matcher.types import PatentId

NO_NOTES: Mapping[str, str] = {}


def listed_patents(
    catalogue: Catalogue, ids: Sequence[str], notes: Mapping[str, str] = NO_NOTES
) -> tuple[list[ListedPatent], list[str]]:
    """Return the patents of these ids in order, each once, and the ids that the catalogue lacks."""
    version = catalogue.store.version()
    with catalogue.store.reading() as connection:
        rows = patents.rows_of(connection, list(ids))
    known = catalogue.patents(list(rows.values()), version)
    wanted = dict.fromkeys(map(PatentId, ids))
    ordered = [known[rows[id]] for id in wanted if id in rows and rows[id] in known]
    facts = catalogue.facts(ordered, version)
    listed = [
        ListedPatent(patent, facts.card(patent), facts.contact(patent), notes.get(patent.id, ""))
        for patent in ordered
    ]
    found = {patent.id for patent in ordered}
    return listed, [id for id in ids if id not in found]
