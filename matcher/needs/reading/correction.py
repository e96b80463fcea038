"""A user's corrections of the reading of a need."""

from collections.abc import Iterable, Mapping
from typing import get_args

from matcher.errors import InputError
from matcher.labels import listed
from matcher.language.messages import _
from matcher.needs.reading.reading import reading_of
from matcher.types import NeedPart, NeedPartKind, Reading, Term

KINDS: tuple[NeedPartKind, ...] = get_args(NeedPartKind)


def corrected(
    reading: Reading,
    *,
    parts: Mapping[NeedPartKind, str] | None = None,
    keep: Iterable[str] = (),
    drop_terms: Iterable[str] = (),
    add_terms: Iterable[Term] = (),
    indicators: Iterable[str] | None = None,
) -> Reading:
    """Return the reading with a user's corrections; the given reading stays as it is.

    `parts` replaces the text of a part (an empty text removes it), `keep` moves sentences from the
    boilerplate into the text; figures and terms are then read anew from the parts. `drop_terms`
    takes any name of a term; an added term replaces a term of the same text. `indicators` replaces
    all figures.
    Raises InputError for an unknown kind of part, a sentence or term that is not there, and where
    no part would be left; a need is confidential, so no error quotes it.
    """
    restored = list(keep)
    changed = reading
    if parts or restored:
        boilerplate = _without(reading.boilerplate, restored)
        changed = reading_of(_replaced(reading.parts, dict(parts or {}), restored), boilerplate)
    dropped = list(drop_terms)
    terms = _without_terms(changed.terms, dropped)
    added = {term.text: term for term in add_terms if term.text.strip()}
    figures = (
        changed.indicators if indicators is None else tuple(f for f in indicators if f.strip())
    )
    return Reading(
        changed.parts,
        figures,
        (*(term for term in terms if term.text not in added), *added.values()),
        changed.boilerplate,
    )


def _replaced(
    parts: tuple[NeedPart, ...], new_texts: dict[NeedPartKind, str], restored: list[str]
) -> tuple[NeedPart, ...]:
    for kind in new_texts:
        if kind not in KINDS:
            raise InputError(
                _(
                    "a need has no part {kind!r}; there are {kinds}",
                    kind=kind,
                    kinds=listed(KINDS),
                )
            )
    texts: dict[NeedPartKind, str] = {}
    for part in parts:
        texts[part.kind] = f"{texts[part.kind]}\n{part.text}" if part.kind in texts else part.text
    texts |= {kind: text.strip() for kind, text in new_texts.items()}
    if restored:
        texts["text"] = "\n".join(filter(None, (texts.get("text"), *restored)))
    left = tuple(NeedPart(kind, text) for kind, text in texts.items() if text)
    if not left:
        raise InputError(_("nothing of the need would be left: keep at least one part"))
    return left


def _without(boilerplate: tuple[str, ...], restored: list[str]) -> tuple[str, ...]:
    if any(sentence not in boilerplate for sentence in restored):
        raise InputError(_("a sentence to keep is none of those that the reading set aside"))
    return tuple(sentence for sentence in boilerplate if sentence not in restored)


def _without_terms(terms: tuple[Term, ...], dropped: list[str]) -> tuple[Term, ...]:
    wanted = {name.casefold() for name in dropped}
    names = {term: {n.casefold() for n in (term.text, *term.equivalents)} for term in terms}
    for name in dropped:
        if not any(name.casefold() in known for known in names.values()):
            raise InputError(_("a term to drop is none of the reading's terms"))
    return tuple(term for term in terms if not names[term] & wanted)
