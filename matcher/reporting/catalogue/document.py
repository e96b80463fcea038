"""The printed catalogue as one HTML document for A4, with its style in it.

matcher.reporting.pdf makes PDF of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from matcher.labels import COLON, label
from matcher.language.choice import current_language
from matcher.language.messages import _, gettext_noop, ngettext
from matcher.reporting.catalogue.entries import Chapter
from matcher.reporting.event.pages import css_string


@dataclass(frozen=True, slots=True)
class Cover:
    """First page of a printed catalogue."""

    title: str
    choice: Sequence[str]
    """Words and filters by which its patents were chosen."""
    left_out: int
    """Patents that the choice has beyond those printed."""
    moment: datetime
    """Aware."""


def catalogue_document(cover: Cover, chapters: Sequence[Chapter]) -> str:
    """Render the document, in the language of the run: cover, contents, entries, index."""
    entries = [entry for chapter in chapters for entry in chapter.entries]
    day = cover.moment.astimezone().strftime("%Y-%m-%d")
    template = _environment().get_template("catalogue.html.j2")
    return template.render(
        cover=cover,
        chapters=chapters,
        index=sorted((e for e in entries if e.number), key=lambda e: (e.number, e.position)),
        day=day,
        footer=f"{cover.title} · {day}\n{_(SOURCE_NOTE)}",
        language="zh-CN" if current_language() == "zh" else "en",
        colon=label(COLON),
        words=_words(cover, len(entries)),
    )


def _words(cover: Cover, total: int) -> dict[str, str]:
    """Return the fixed words of the document; empty where there is nothing to say."""
    left_out = ngettext(
        "{n} more patent of this choice is not printed: narrow it down, by industry or institution",
        "{n} more patents of this choice are not printed: narrow it down, by industry or "
        "institution",
        cover.left_out,
    )
    return {
        "count": ngettext("{n} patent", "{n} patents", total),
        "left_out": left_out if cover.left_out else "",
        "note": _(SOURCE_NOTE),
        "contents": _("Contents"),
        "chapter": _("Chapter"),
        "patents": _("Patents"),
        "page": _("Page"),
        "index": _("Index of numbers"),
        "index_hint": _("Behind each number stands that of the entry."),
        "contact": _("Contact"),
        "terms": _("Licence terms"),
    }


SOURCE_NOTE = gettext_noop(
    "Drawn from the published patents by a program; status and terms are to be confirmed with "
    "the patent office and the owner."
)


@lru_cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("matcher.reporting.catalogue"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["css_string"] = css_string
    return environment
