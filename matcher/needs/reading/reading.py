"""Reading of a need: its title, problem, technique and goal, its figures and its terms.

The fields of a form are taken as they are; a pasted text is divided by its headings, and within
them by the cues of its sentences. Text about the firm and its surroundings is boilerplate.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from matcher.needs.reading.boilerplate import is_about_firm, without_boilerplate, without_lead_in
from matcher.needs.reading.cues import (
    kind_of,
    starts_demand,
    states_aim_only,
    states_problem,
)
from matcher.needs.reading.headings import Section, sections
from matcher.needs.reading.indicators import indicators
from matcher.needs.reading.sentences import (
    Sentence,
    joined,
    sentences,
    with_text,
)
from matcher.needs.reading.terminology import find_terms
from matcher.text.characters import simplified
from matcher.types import Need, NeedPart, NeedPartKind, Reading

PieceKind = NeedPartKind | Literal["boilerplate"]
MIN_SIDE = 6
"""Characters on each side from which a sentence is divided."""


@dataclass(frozen=True, slots=True)
class _Piece:
    kind: PieceKind
    sentence: Sentence


def read_need(need: Need) -> Reading:
    """Read a need: one part for each kind that it has, in the order of the need.

    Without a title, the first sentence of the text that stands under no heading of another kind
    is the title. Every sentence is in a part or in the boilerplate, without headings, list numbers
    and lead-ins (我公司希望). A need that is boilerplate only is kept as its text; an empty need
    gives an empty reading. Traditional characters are read as simplified ones.

    >>> need = Need("隔膜在150℃下收缩，容易短路。希望收缩率低于2%。")
    >>> [(part.kind, part.text) for part in read_need(need).parts]
    [('title', '隔膜在150℃下收缩，容易短路。'), ('technique', '收缩率低于2%。')]
    """
    need = _simplified(need)
    pieces = list(_pieces(need))
    if not any(piece.kind != "boilerplate" for piece in pieces):
        pieces = [_Piece("text", piece.sentence) for piece in pieces]
    parts = _parts(pieces)
    if not parts and need.full_text:
        parts = (NeedPart("text", need.full_text),)
    boilerplate = tuple(piece.sentence.text for piece in pieces if piece.kind == "boilerplate")
    return reading_of(parts, boilerplate)


def reading_of(parts: tuple[NeedPart, ...], boilerplate: tuple[str, ...] = ()) -> Reading:
    """Return the reading of these parts, with their figures and terms."""
    parts = tuple(replace(part, text=simplified(part.text)) for part in parts)
    text = "\n".join(part.text for part in parts)
    figures = indicators(text)
    terms = (
        term
        for term in find_terms(text)
        if term.equivalents or not any(term.text in figure for figure in figures)
    )
    return Reading(parts, figures, tuple(terms), boilerplate)


def reading_json(reading: Reading) -> dict[str, Any]:
    """Return the reading for JSON; part of the public contract (docs/json.md)."""
    return {
        "parts": [{"kind": part.kind, "text": part.text} for part in reading.parts],
        "indicators": list(reading.indicators),
        "terms": [
            {"text": term.text, "equivalents": list(term.equivalents)} for term in reading.terms
        ],
        "boilerplate": list(reading.boilerplate),
    }


def _simplified(need: Need) -> Need:
    """Return the need with the texts that are read in simplified characters."""
    return replace(
        need,
        text=simplified(need.text),
        title=simplified(need.title or ""),
        problem=simplified(need.problem or ""),
        indicators=simplified(need.indicators or ""),
        goal=simplified(need.goal or ""),
        keywords=tuple(map(simplified, need.keywords)),
    )


def _pieces(need: Need) -> Iterator[_Piece]:
    title = (need.title or "").strip()
    if title:
        yield _Piece("title", Sentence(title))
    yield from _titled(_text_pieces(need.text), title)
    fields: tuple[tuple[NeedPartKind, str | None], ...] = (
        ("problem", need.problem),
        ("technique", need.indicators),
        ("goal", need.goal),
    )
    for kind, text in fields:
        yield from _section_pieces(Section(kind, True, text or ""))
    if any(keyword.strip() for keyword in need.keywords):
        listed = "、".join(keyword.strip() for keyword in need.keywords if keyword.strip())
        yield _Piece("keywords", Sentence(listed))


def _titled(pieces: list[tuple[_Piece, bool]], title: str) -> Iterator[_Piece]:
    """Yield the text's pieces; without a title, the first of them as the title.

    Only a piece that may be of any kind becomes the title. A repetition of it is left out.
    """
    seeking = not title
    for piece, free in pieces:
        if piece.kind == "boilerplate":
            yield piece
        elif title and piece.sentence.text.rstrip("。.") == title.rstrip("。."):
            continue
        elif seeking and (free or piece.kind == "title"):
            yield _Piece("title", piece.sentence)
            seeking = False
        else:
            yield _Piece("text", piece.sentence) if piece.kind == "title" else piece
            seeking = False


def _text_pieces(text: str) -> list[tuple[_Piece, bool]]:
    """Return each piece of a pasted text, and whether its kind is free of any heading."""
    return [
        (piece, not section.strict)
        for section in sections(text)
        for piece in _section_pieces(section)
    ]


def _section_pieces(section: Section) -> Iterator[_Piece]:
    for sentence in sentences(section.text):
        is_technical = states_problem(sentence.text) or starts_demand(sentence.text)
        if section.kind == "firm" and not is_technical and is_about_firm(sentence.text):
            yield _Piece("boilerplate", sentence)
            continue
        content, boilerplate = without_boilerplate(sentence)
        for part in content:
            yield from _classified(part, section)
        yield from (_Piece("boilerplate", part) for part in boilerplate)


def _classified(sentence: Sentence, section: Section) -> Iterator[_Piece]:
    """Yield a sentence by its kind: that of a strict heading, else that of its cues, if any."""
    default: NeedPartKind = "text" if section.kind == "firm" else section.kind
    if section.strict and section.kind != "firm":
        yield _Piece(default, _trimmed(sentence))
        return
    for part in _divided(sentence):
        kind = kind_of(part.text)
        is_weak = kind == "problem" and default != "text" and not states_problem(part.text)
        yield _Piece(default if kind == "text" or is_weak else kind, _trimmed(part))


def _divided(sentence: Sentence) -> list[Sentence]:
    """Return a sentence that states one thing and then demands another as two."""
    clauses = sentence.clauses
    start = 0
    for position in range(1, len(clauses)):
        start += len(clauses[position - 1])
        is_long_enough = min(start, len(sentence.text) - start) >= MIN_SIDE
        is_one_thought = position == 1 and states_aim_only(clauses[0])
        if is_long_enough and not is_one_thought and starts_demand(clauses[position]):
            front, rest = sentence.text[:start], sentence.text[start:]
            return [with_text(sentence, front), Sentence(rest.strip(), False)]
    return [sentence]


def _trimmed(sentence: Sentence) -> Sentence:
    return Sentence(without_lead_in(sentence.text), sentence.starts_line)


def _parts(pieces: list[_Piece]) -> tuple[NeedPart, ...]:
    by_kind: dict[NeedPartKind, list[Sentence]] = {}
    for piece in pieces:
        if piece.kind != "boilerplate":
            by_kind.setdefault(piece.kind, []).append(piece.sentence)
    return tuple(NeedPart(kind, joined(listed)) for kind, listed in by_kind.items())
