"""Conditions on rows, in the expression language of Milvus."""

import json
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from indexes.milvus.entities import day
from matcher.ports import Allowed, Rows
from matcher.types import LegalStatus
from matcher.types.filter_values import FilterValues

MAX_LISTED = 20_000
"""Patents that one condition lists at most, some 160 kB."""


def of_allowed(allowed: Allowed) -> list[str]:
    """Return conditions, each of which holds for a part of the allowed patents, together for all.

    Few patents are listed; many are told by the values that they were filtered by where these are
    as fresh as the filter, or else listed in parts.
    """
    patents = allowed.patents
    if len(patents) <= MAX_LISTED:
        return [listed("patent", patents)]
    if allowed.values is not None:
        held = [of_values(allowed.values)]
        if len(allowed.without):
            held.append(f"not ({listed('patent', allowed.without)})")
        return [both(held)]
    parts = range(0, len(patents), MAX_LISTED)
    return [listed("patent", patents[start : start + MAX_LISTED]) for start in parts]


def of_values(values: FilterValues) -> str:
    """Return the condition of filters, as `matcher.store.filters` puts it in SQL."""
    return both(_each(values))


def both(conditions: Iterable[str]) -> str:
    """Join conditions that all hold; empty ones do not restrict."""
    return " and ".join(f"({condition})" for condition in conditions if condition)


def listed(field: str, numbers: Rows | Sequence[int]) -> str:
    """Condition: the field is one of these numbers."""
    return f"{field} in {_list(numbers)}"


def _list(numbers: Rows | Sequence[int]) -> str:
    return "[" + ",".join(map(str, np.asarray(numbers, dtype=np.int64).tolist())) + "]"


def _each(values: FilterValues) -> Iterator[str]:
    today = values.today.toordinal()
    over = f"expires > 0 and expires < {today}"
    if values.statuses is not None:
        yield _has_status(values.statuses, over)
    if values.ipc_prefixes is not None:
        yield _any_of("ipc", values.ipc_prefixes)
    if values.industries is not None:
        yield _any_of("industries", values.industries)
    for field, names in (
        ("institution", values.institutions),
        ("region", values.regions),
        ("patent_type", values.patent_types),
    ):
        if names is not None:
            yield f"{field} in {_texts(names)}"
    if values.open_licence is not None:
        yield f"open_licence == {str(values.open_licence).lower()}"
    if values.sleeping is not None:
        sleeps = (
            f"unused_since > 0 and unused_since <= {day(values.unused_by)} "
            f'and status == "{LegalStatus.IN_FORCE.value}" and not ({over})'
        )
        yield sleeps if values.sleeping else f"not ({sleeps})"
    if values.filed_after is not None:
        yield f"filed >= {day(values.filed_after)}"
    if values.lasts_until is not None:
        in_time = f"expires >= {day(values.lasts_until)}"
        yield f'{in_time} and status != "{LegalStatus.LAPSED.value}" and not ({over})'
    if values.patents is not None:
        yield listed("patent", values.patents)


def _has_status(statuses: Sequence[str], over: str) -> str:
    """Condition on the status of today: a right past its term has lapsed."""
    in_time = f"(status in {_texts(statuses)} and not ({over}))"
    return f"{in_time} or ({over})" if LegalStatus.LAPSED.value in statuses else in_time


def _any_of(field: str, names: Sequence[str]) -> str:
    return f"array_contains_any({field}, {_texts(names)})"


def _texts(names: Sequence[str]) -> str:
    """Names as a list of texts, quoted."""
    return json.dumps(list(names), ensure_ascii=False)
