"""A sentence for each frame of a landscape: the finding that its chart shows, true of few data."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from matcher.labels import Label, label, listed
from matcher.landscape.landscape import Landscape
from matcher.language.choice import current_language
from matcher.language.messages import _, ngettext
from matcher.patents.ipc_titles import ipc_title
from matcher.text.dates import months_before

if TYPE_CHECKING:
    import pandas as pd

NAMED = 3
"""Values that a sentence names."""
_BETWEEN: Label = {"zh": "；", "en": "; "}
"""Between values with their counts: a title may have commas of its own."""
_MORE: Label = {"zh": "等", "en": " and others"}
"""Behind the values that are named where there are more."""
MONTHS_UNTIL_PUBLISHED = 18
"""Months after filing by which an application is published at the latest."""


def sentence(landscape: Landscape, name: str) -> str:
    """Return the sentence of a frame. Raises KeyError for a frame that no landscape has."""
    if name not in ("demand", "needs_without_match") and landscape.totals.patents == 0:
        return _("There is no patent in this scope.")
    return _SENTENCES[name](landscape)


def sentences(landscape: Landscape) -> dict[str, str]:
    """Return the sentences of all frames, by name."""
    return {name: sentence(landscape, name) for name in landscape}


def _by_year(landscape: Landscape) -> str:
    frame = landscape.by_year
    if frame.empty:
        return _("No patent in this scope has a known day of filing or grant.")
    text = _(
        "{filings:,} filings and {grants:,} grants have a known day.",
        filings=int(frame["filings"].sum()),
        grants=int(frame["grants"].sum()),
    )
    most = int(frame["filings"].max())
    if most > 0:
        years = frame.loc[frame["filings"] == most, "year"].astype(str).tolist()
        if len(years) <= NAMED:
            text += _gap() + _(
                "The most filings of a year are {most:,}, in {years}.",
                most=most,
                years=listed(years),
            )
    unpublished = months_before(landscape.today, MONTHS_UNTIL_PUBLISHED)
    return text + _gap() + _unpublished_note(unpublished)


def _unpublished_note(day: date) -> str:
    return _("Applications filed after {day} are not all published yet.", day=f"{day:%Y-%m}")


def _by_ipc(landscape: Landscape) -> str:
    frame = landscape.by_ipc
    if frame.empty:
        return _("No patent in this scope has an IPC symbol.")
    heads = (
        (f"{symbol} {label(ipc_title(symbol))}", count)
        for symbol, count in zip(frame["ipc"], frame["patents"], strict=True)
    )
    return ngettext(
        "The patents belong to {n:,} IPC subclass: {heads}.",
        "The patents belong to {n:,} IPC subclasses; at the head: {heads}.",
        len(frame),
        heads=_heads(heads),
    )


def _by_institution(landscape: Landscape) -> str:
    frame = landscape.by_institution
    known = frame[frame["institution"].notna()]
    missing = int(frame.loc[frame["institution"].isna(), "patents"].sum())
    if known.empty:
        return _("No patent in this scope names an institution.")
    text = ngettext(
        "The patents belong to {n:,} institution: {heads}.",
        "The patents belong to {n:,} institutions; at the head: {heads}.",
        len(known),
        heads=_heads(zip(known["institution"], known["patents"], strict=True)),
    )
    if missing:
        text += _gap() + ngettext("{n:,} patent names none.", "{n:,} patents name none.", missing)
    return text


def _by_status(landscape: Landscape) -> str:
    counts = dict(zip(landscape.by_status["status"], landscape.by_status["patents"], strict=True))
    return _(
        "Of {total:,} patents, {in_force:,} are in force, {pending:,} pending, {lapsed:,} lapsed; "
        "of {unknown:,} the status is not known. {sleeping:,} of those in force count as sleeping.",
        total=landscape.totals.patents,
        sleeping=landscape.totals.sleeping,
        in_force=counts["in_force"],
        pending=counts["pending"],
        lapsed=counts["lapsed"],
        unknown=counts["unknown"],
    )


def _by_years_left(landscape: Landscape) -> str:
    frame = landscape.by_years_left
    counts = dict(zip(frame["years_left"], frame["patents"].astype(int), strict=True))
    alive = sum(counts.values())
    if not alive:
        return _("Every patent in this scope has lapsed.")
    return _(
        "Of {alive:,} patents that have not lapsed, {few:,} have less than 5 years left, {many:,} "
        "10 years or more; of {unknown:,} the end of the term is not known.",
        alive=alive,
        few=counts["0-2"] + counts["2-5"],
        many=counts["10-15"] + counts["15+"],
        unknown=counts["unknown"],
    )


def _teams(landscape: Landscape) -> str:
    frame = landscape.teams
    if frame.empty:
        return _("No patent in this scope names an inventor team.")
    rest = landscape.totals.patents - int(frame["patents"].sum())
    text = ngettext(
        "{n:,} team works on it: {heads}.",
        "{n:,} teams work on it; at the head: {heads}.",
        len(frame),
        heads=_heads(zip(frame["team"], frame["patents"], strict=True)),
    )
    if rest:
        text += _gap() + ngettext("{n:,} patent names none.", "{n:,} patents name none.", rest)
    return text


def _co_owners(landscape: Landscape) -> str:
    frame = landscape.co_owners
    if frame.empty:
        return _("No patent in this scope has several owners.")
    pairs = (
        (f"{owner} – {other}", count)
        for owner, other, count in zip(
            frame["owner"], frame["co_owner"], frame["patents"], strict=True
        )
    )
    return ngettext(
        "{n:,} pair of owners holds patents together: {heads}.",
        "{n:,} pairs of owners hold patents together; at the head: {heads}.",
        len(frame),
        heads=_heads(pairs),
    )


def _demand(landscape: Landscape) -> str:
    frame = landscape.demand
    needs = int(frame["needs"].sum())
    if not needs:
        text = _("No need falls into this scope.")
    else:
        strong, without = int(frame["strong"].sum()), int(frame["without"].sum())
        text = ngettext(
            "{n:,} need: {strong:,} with a good fit, {fair:,} with some fit, {without:,} without "
            "a match.",
            "{n:,} needs: {strong:,} with a good fit, {fair:,} with some fit, {without:,} without "
            "a match.",
            needs,
            strong=strong,
            fair=needs - strong - without,
            without=without,
        )
    idle = idle_fields(landscape)
    if idle.empty:
        return text
    return (
        text
        + _gap()
        + ngettext(
            "{n:,} field has sleeping patents and no need: {heads}.",
            "{n:,} fields have sleeping patents and no need; at the head: {heads}.",
            len(idle),
            heads=_heads(zip(idle[_field_column()], idle["sleeping"], strict=True)),
        )
    )


def _needs_without_match(landscape: Landscape) -> str:
    frame = landscape.needs_without_match
    if not landscape.totals.needs:
        return _("No need falls into this scope.")
    if frame.empty:
        return _("Every need finds a patent with a good fit or some fit.")
    fields = Counter(frame[_field_column()])
    return ngettext(
        "{n:,} need finds no patent with a good fit or some fit; the field nearest to it: {heads}.",
        "{n:,} needs find no patent with a good fit or some fit; the fields nearest to them: "
        "{heads}.",
        len(frame),
        heads=_heads(fields.most_common()),
    )


def idle_fields(landscape: Landscape) -> "pd.DataFrame":
    """Return the fields of the demand with sleeping patents and no need, most sleeping first."""
    frame = landscape.demand
    idle = frame[(frame["needs"] == 0) & (frame["sleeping"] > 0)]
    return idle.sort_values(["sleeping", "field"], ascending=[False, True], kind="stable")


def _gap() -> str:
    """Return the space between two sentences; Chinese has none."""
    return "" if current_language() == "zh" else " "


def _field_column() -> str:
    return f"field_{current_language()}"


def _heads(counts: Iterable[tuple[str, int]]) -> str:
    """Return the first values with their counts, and a sign that there are more."""
    pairs = list(counts)
    named = [_("{name} ({count:,})", name=name, count=int(count)) for name, count in pairs[:NAMED]]
    return label(_BETWEEN).join(named) + (label(_MORE) if len(pairs) > NAMED else "")


_SENTENCES: Mapping[str, Callable[[Landscape], str]] = {
    "by_year": _by_year,
    "by_ipc": _by_ipc,
    "by_institution": _by_institution,
    "by_status": _by_status,
    "by_years_left": _by_years_left,
    "teams": _teams,
    "co_owners": _co_owners,
    "demand": _demand,
    "needs_without_match": _needs_without_match,
}
