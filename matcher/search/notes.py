"""Notes to the reader of an answer."""

from collections.abc import Mapping, Sequence

from matcher.evidence.fit_label import nothing_fits
from matcher.labels import FILTER, label, listed
from matcher.language.coded import CodedText
from matcher.language.messages import _, gettext_noop, ngettext
from matcher.needs.need_text import text_fault
from matcher.text.languages import unread_share
from matcher.types import Match, Need

MANY_PIECES = 3
"""Pieces above which a need counts as long."""
MAX_UNREAD_SHARE = 0.3
"""Share of letters in other scripts above which the ranking is a guess."""
NOTHING_FITS = gettext_noop(
    "nothing here fits well: the patents below come nearest, but none of them is likely to answer "
    "the need"
)
NO_TECHNIQUE = gettext_noop(
    "the need says too little of a technique to judge how well a patent fits: write what is to be "
    "made or solved, and by what means"
)


def reading_notes(need: Need, pieces: int) -> list[CodedText]:
    """Return notes on an empty, very short, very long, or foreign need; often none."""
    need_text = need.full_text
    if fault := text_fault(need_text):
        return [fault]
    if not pieces:
        return [CodedText("need_empty", _("the need is empty: nothing was searched"))]
    notes: list[CodedText] = []
    if (share := unread_share(need_text)) > MAX_UNREAD_SHARE:
        text = _(
            "{share:.0%} of the need's letters are neither Chinese nor Latin; the engine "
            "reads Chinese and English, so this ranking is a guess: state the need in one "
            "of them",
            share=share,
        )
        notes.append(CodedText("need_in_other_script", text))
    if len(need_text.split()) == 1 and len(need_text) <= 4:
        text = _("the need is one short word: a sentence on problem and goal ranks better")
        notes.append(CodedText("need_short", text))
    if pieces > MANY_PIECES:
        text = _(
            "the need is long: it was read in {pieces} pieces that all count alike", pieces=pieces
        )
        notes.append(CodedText("need_long", text))
    return notes


def result_notes(results: Sequence[Match], k: int, hidden: Mapping[str, int]) -> list[CodedText]:
    """Return notes on too few results of the k asked for, and on results of which none fits."""
    notes = []
    if len(results) < k:
        active = [label(FILTER[name]) for name, count in hidden.items() if count]
        because = _("; filters hide patents: {active}", active=listed(active)) if active else ""
        text = _(
            "only {count} of the {k} results asked for could be found{because}",
            count=len(results),
            k=k,
            because=because,
        )
        notes.append(CodedText("results_few", text))
    if nothing_fits(match.fit for match in results):
        notes.append(CodedText("nothing_fits", _(NOTHING_FITS)))
    if any(match.fit_gap == "need_without_technique" for match in results):
        notes.append(CodedText("technique_missing", _(NO_TECHNIQUE)))
    return notes


def contact_notes(places: int) -> list[CodedText]:
    """Return a note where contact data was taken out of so many places of the need."""
    if not places:
        return []
    text = ngettext(
        "contact data was taken out of the need before the search, in {n} place",
        "contact data was taken out of the need before the search, in {n} places",
        places,
    )
    return [CodedText("contacts_taken_out", text)]
