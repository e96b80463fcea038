"""Columns of the frames of a landscape, with their meanings."""

from collections.abc import Mapping

_COUNTS = {
    "patents": "number of patents",
    "in_force": "of them in force",
    "sleeping": "of them sleeping",
}
_FIELD = {
    "field": "number of WIPO's technology field, 1 to 35; missing for none",
    "field_zh": "its name in Chinese",
    "field_en": "its name in English",
}
COLUMNS: Mapping[str, Mapping[str, str]] = {
    "by_year": {
        "year": "calendar year, from the first to the last without a gap",
        "filings": "patents filed in it",
        "grants": "patents granted in it",
    },
    "by_ipc": {
        "ipc": "IPC subclass; a patent counts under each of its subclasses, once",
        "title_zh": "short title in Chinese",
        "title_en": "short title in English",
        **_COUNTS,
    },
    "by_institution": {
        "institution": "institution in its most frequent spelling; missing where none is known",
        **_COUNTS,
    },
    "by_status": {
        "status": "in_force, pending, lapsed or unknown, on the day of the landscape",
        "patents": "number of patents",
    },
    "by_years_left": {
        "years_left": "band of years until the end of the term, the lower end included",
        "patents": "patents that have not lapsed",
        "in_force": "of them in force",
    },
    "teams": {
        "institution": "institution of the team",
        "team": "team as its institution names it",
        **_COUNTS,
    },
    "co_owners": {
        "owner": "owner, or else applicant",
        "co_owner": "other owner or applicant of the same patents",
        **_COUNTS,
    },
    "demand": {
        **_FIELD,
        "patents": "patents of the scope in the field of their main symbol",
        "in_force": "of them in force",
        "sleeping": "of them sleeping",
        "needs": "needs of the field: that of most patents that fit them, or else of the nearest",
        "strong": "of them with a strong match in the scope",
        "without": "of them without a strong or fair match in the scope",
    },
    "needs_without_match": {
        "need": "id of the need",
        "title": "title of the need; missing where the reader may not see it",
        **_FIELD,
        "nearest": "id of the nearest patent, a weak fit or not judged",
        "nearest_title": "its title",
    },
}
"""Frames by name, in the order of a report; each with its columns."""
DEMAND_FRAMES = ("demand", "needs_without_match")
"""Frames that are of the needs: confidential, and missing where no need is read."""
