"""What a user corrects in how a need was read, as options of a command."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.errors import InputError

if TYPE_CHECKING:
    from matcher.types import Need, NeedPartKind, Reading, Term

Part = Annotated[
    list[str] | None,
    typer.Option(
        "--part",
        metavar="KIND=TEXT",
        help="Correct how the need was read: other words for its title, text, problem, "
        "technique, goal or keywords; none after the = takes the part away. Repeatable.",
        show_default=False,
    ),
]
Keep = Annotated[
    list[str] | None,
    typer.Option(
        "--keep",
        metavar="SENTENCE",
        help="A sentence that was set aside and does count; repeatable.",
        show_default=False,
    ),
]
DropTerm = Annotated[
    list[str] | None,
    typer.Option(
        "--drop-term",
        metavar="TERM",
        help="A technical term that was not meant, by any of its names; repeatable.",
        show_default=False,
    ),
]
AddTerm = Annotated[
    list[str] | None,
    typer.Option(
        "--add-term",
        metavar="TERM=OTHER/OTHER",
        help="A technical term, and what else it is called; repeatable.",
        show_default=False,
    ),
]


def corrected_reading(
    need: "Need",
    parts: Sequence[str],
    keep: Sequence[str],
    drop_terms: Sequence[str],
    add_terms: Sequence[str],
) -> "Reading":
    """How the need is read, with the corrections as they were typed. Raises InputError."""
    from matcher.needs.reading.correction import corrected
    from matcher.needs.reading.reading import read_need

    return corrected(
        read_need(need),
        parts=_parts(parts),
        keep=[sentence.strip() for sentence in keep],
        drop_terms=[name.strip() for name in drop_terms],
        add_terms=[_term(typed) for typed in add_terms],
    )


def _parts(typed: Sequence[str]) -> "dict[NeedPartKind, str]":
    from matcher.needs.reading.correction import KINDS

    parts: dict[NeedPartKind, str] = {}
    for one in typed:
        name, equals, text = one.partition("=")
        kind = next((kind for kind in KINDS if kind == name.strip()), None)
        if kind is None or not equals:
            raise InputError(f"--part is KIND=TEXT, and the kind one of {', '.join(KINDS)}")
        if kind in parts:
            raise InputError(f"--part gives the {kind} twice; give it once")
        parts[kind] = text
    return parts


def _term(typed: str) -> "Term":
    from matcher.types import Term

    name, _, others = typed.partition("=")
    if not name.strip():
        raise InputError("--add-term is TERM=OTHER/OTHER; the term is missing")
    return Term(name.strip(), tuple(filter(None, (other.strip() for other in others.split("/")))))
