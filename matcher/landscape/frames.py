"""Frames of a landscape from the counts of its patents and the outcomes of its needs."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from matcher.labels import Label
from matcher.landscape.columns import COLUMNS
from matcher.landscape.demand import NeedOutcome
from matcher.patents.ipc import field_labels
from matcher.patents.ipc_titles import ipc_title
from matcher.store.supply import BANDS, LAST_BAND, NO_FIELD, UNKNOWN_BAND, Supply, SupplyCount
from matcher.text.organisations import organisation_key
from matcher.types import LegalStatus

if TYPE_CHECKING:
    import pandas as pd

MAX_YEARS = 150
"""Years between the first and the last that are filled up; a wrong year does not make thousands."""

NO_FIELD_NAME: Label = {"zh": "无技术领域", "en": "no technology field"}
"""Name of the field of patents without an IPC symbol, and of needs without a patent."""


def supply_frames(supply: Supply) -> dict[str, "pd.DataFrame"]:
    """Return the frames of the patents by name; those of an empty scope have no row."""
    return {
        "by_year": _by_year(supply),
        "by_ipc": _frame("by_ipc", map(_ipc_row, supply.get("ipc", ()))),
        "by_institution": _frame("by_institution", _institutions(supply)),
        "by_status": _by_status(supply),
        "by_years_left": _by_years_left(supply),
        "teams": _frame("teams", _teams(supply)),
        "co_owners": _frame("co_owners", _pairs(supply)),
    }


def demand_frames(
    supply: Supply, outcomes: Sequence[NeedOutcome], scoped: frozenset[str]
) -> dict[str, "pd.DataFrame"]:
    """Return the frames of supply against demand; `scoped` are the patents of the scope by id."""
    fields = {int(count.value or NO_FIELD): count for count in supply.get("field", ())}
    by_field: dict[int, list[NeedOutcome]] = defaultdict(list)
    for outcome in outcomes:
        by_field[outcome.field].append(outcome)
    rows = [
        {
            **_field_cells(number),
            **_count_cells(fields.get(number)),
            "needs": len(by_field[number]),
            "strong": sum(has_match(outcome, scoped, "strong") for outcome in by_field[number]),
            "without": sum(
                not has_match(outcome, scoped, "strong", "fair") for outcome in by_field[number]
            ),
        }
        for number in fields.keys() | by_field.keys()
    ]
    rows.sort(key=lambda row: (-row["needs"], -row["patents"], row["field"] or NO_FIELD))
    missing = [
        _missing_row(outcome)
        for outcome in outcomes
        if not has_match(outcome, scoped, "strong", "fair")
    ]
    return {
        "demand": _frame("demand", rows, is_sorted=True).astype({"field": "Int64"}),
        "needs_without_match": _frame("needs_without_match", missing, is_sorted=True).astype(
            {"field": "Int64"}
        ),
    }


def has_match(outcome: NeedOutcome, scoped: frozenset[str], *fits: str) -> bool:
    """Return True if a patent of the scope fits the need as one of these labels says."""
    return any(result.fit in fits and result.id in scoped for result in outcome.results)


def _by_year(supply: Supply) -> "pd.DataFrame":
    filed, granted = (
        {int(count.value): count.patents for count in supply.get(kind, ()) if count.value}
        for kind in ("filed", "granted")
    )
    years = sorted(filed.keys() | granted.keys())
    if years and years[-1] - years[0] < MAX_YEARS:
        years = list(range(years[0], years[-1] + 1))
    rows = [
        {"year": year, "filings": filed.get(year, 0), "grants": granted.get(year, 0)}
        for year in years
    ]
    return _frame("by_year", rows, is_sorted=True)


def _by_status(supply: Supply) -> "pd.DataFrame":
    counts = {count.value: count.patents for count in supply.get("status", ())}
    rows = [{"status": status.value, "patents": counts.get(status, 0)} for status in LegalStatus]
    return _frame("by_status", rows if counts else [], is_sorted=True)


def _by_years_left(supply: Supply) -> "pd.DataFrame":
    counts = {count.value: count for count in supply.get("years_left", ())}
    rows = [
        {"years_left": band, **_count_cells(counts.get(band))}
        for band in (*BANDS, LAST_BAND, UNKNOWN_BAND)
    ]
    return _frame("by_years_left", rows if counts else [], is_sorted=True)


def _ipc_row(count: SupplyCount) -> dict[str, Any]:
    title = ipc_title(count.value or "")
    names = {"ipc": count.value, "title_zh": title["zh"], "title_en": title["en"]}
    return {**names, **_count_cells(count)}


def _institutions(supply: Supply) -> list[dict[str, Any]]:
    """Return a row for each institution, whose spellings count together."""
    spelled: dict[str, list[SupplyCount]] = defaultdict(list)
    for count in supply.get("institution", ()):
        spelled[organisation_key(count.value or "")].append(count)
    return [
        {"institution": _frequent(counts).value, **_sum_cells(counts)}
        for counts in spelled.values()
    ]


def _teams(supply: Supply) -> list[dict[str, Any]]:
    spelled: dict[tuple[str, str], list[SupplyCount]] = defaultdict(list)
    for count in supply.get("team", ()):
        key = (organisation_key(count.value or ""), organisation_key(count.second or ""))
        spelled[key].append(count)
    rows = []
    for counts in spelled.values():
        named = _frequent(counts)
        rows.append({"institution": named.value, "team": named.second, **_sum_cells(counts)})
    return rows


def _pairs(supply: Supply) -> list[dict[str, Any]]:
    """Return a row for each two owners; a patent of three owners counts in three pairs."""
    names: dict[str, Counter[str]] = defaultdict(Counter)
    pairs: dict[tuple[str, str], list[SupplyCount]] = defaultdict(list)
    for count in supply.get("parties", ()):
        parties = json.loads(count.value or "[]")
        for name in parties:
            names[organisation_key(name)][name] += count.patents
        for pair in combinations(sorted({organisation_key(name) for name in parties}), 2):
            pairs[pair].append(count)
    shown = {key: counter.most_common(1)[0][0] for key, counter in names.items()}
    return [
        {"owner": shown[first], "co_owner": shown[second], **_sum_cells(counts)}
        for (first, second), counts in pairs.items()
    ]


def _missing_row(outcome: NeedOutcome) -> dict[str, Any]:
    nearest = outcome.results[0] if outcome.results else None
    return {
        "need": outcome.asked.id,
        "title": outcome.asked.title,
        **_field_cells(outcome.field),
        "nearest": nearest and nearest.id,
        "nearest_title": nearest and nearest.title,
    }


def _field_cells(number: int) -> dict[str, Any]:
    named = field_labels().get(number)
    if named is None:
        return {"field": None, "field_zh": NO_FIELD_NAME["zh"], "field_en": NO_FIELD_NAME["en"]}
    return {"field": number, "field_zh": named["zh"], "field_en": named["en"]}


def _count_cells(count: SupplyCount | None) -> dict[str, int]:
    return _sum_cells([] if count is None else [count])


def _sum_cells(counts: Sequence[SupplyCount]) -> dict[str, int]:
    return {
        "patents": sum(count.patents for count in counts),
        "in_force": sum(count.in_force for count in counts),
        "sleeping": sum(count.sleeping for count in counts),
    }


def _frequent(counts: Sequence[SupplyCount]) -> SupplyCount:
    return max(counts, key=lambda count: (count.patents, count.value or "", count.second or ""))


def _frame(name: str, rows: Iterable[dict[str, Any]], *, is_sorted: bool = False) -> "pd.DataFrame":
    """Return a frame with its columns; rows with most patents first, then by their names."""
    import pandas as pd

    columns = list(COLUMNS[name])
    listed = list(rows)
    if not is_sorted:
        names = [column for column in columns if column not in ("patents", "in_force", "sleeping")]
        listed.sort(key=lambda row: (-row["patents"], *(str(row[key] or "") for key in names)))
    frame = pd.DataFrame(listed, columns=columns)
    numbers = ("year", "filings", "grants", "patents", "in_force", "sleeping", "needs", "strong")
    whole = [column for column in columns if column in (*numbers, "without")]
    return frame.astype(dict.fromkeys(whole, "int64"))
