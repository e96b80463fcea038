"""Functions and labels that templates call: messages, labels, marked passages."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from markupsafe import Markup, escape

from matcher import labels
from matcher.labels import label, listed, passage_label
from matcher.language.choice import current_language
from matcher.language.messages import _, ngettext
from matcher.patents.ipc_titles import ipc_title
from matcher.patents.rights import effective_status
from matcher.reporting import patent_facts
from matcher.text.excerpts import excerpt
from matcher.text.highlights import Span, join
from matcher.types import Evidence

_CHINA = timezone(timedelta(hours=8))
MAX_PASSAGE = 320
"""Characters of a passage on a card."""


def marked(text: str, spans: Iterable[Span]) -> Markup:
    """Return the text with its spans as `<mark>`; spans are in order and do not overlap."""
    return Markup("").join(_pieces(text, spans))


def _pieces(text: str, spans: Iterable[Span]) -> Iterator[Markup]:
    done = 0
    for start, end in spans:
        yield escape(text[done:start])
        yield Markup("<mark>{}</mark>").format(text[start:end])
        done = end
    yield escape(text[done:])


def passage(evidence: Evidence, limit: int = MAX_PASSAGE) -> Markup:
    """Return the passage with the words that meet the need marked, cut to about `limit`."""
    marks = join((*evidence.highlights, *evidence.related))
    return marked(*excerpt(evidence.text, marks, limit, evidence.focus))


def passage_name(passage: str) -> str:
    """Return the reader's name of a passage: 权利要求 3."""
    return passage_label(passage, current_language())


def beijing_minute(moment: datetime) -> str:
    """Return a time as people in China read it: 2026-11-24 20:30."""
    return moment.astimezone(_CHINA).strftime("%Y-%m-%d %H:%M")


def sentence(message: str) -> str:
    """Return a message with a capital letter, as it stands by itself on a page."""
    return message[:1].upper() + message[1:]


WORDS: Mapping[str, Any] = {
    "_": _,
    "ngettext": ngettext,
    "label": label,
    "labels": labels,
    "listed": listed,
    "facts": patent_facts,
    "effective_status": effective_status,
    "ipc_title": ipc_title,
    "marked": marked,
    "passage": passage,
    "passage_name": passage_name,
    "beijing_minute": beijing_minute,
    "sentence": sentence,
}
"""Names that every template knows."""
