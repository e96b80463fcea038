"""Options that correct the reading of a need."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.commands.need_source import decoded_argument
from matcher.errors import InputError
from matcher.labels import listed
from matcher.language.messages import _

if TYPE_CHECKING:
    from matcher.types import Need, NeedPartKind, Reading, Term


@dataclass(frozen=True, slots=True)
class CorrectionOptions:
    """Corrections of the parts, the sentences and the terms of a need, as they were typed."""

    part: Annotated[
        list[str] | None,
        typer.Option(
            "--part",
            metavar="KIND=TEXT",
            help="Correct how the need was read: other words for its title, text, problem, "
            "technique, goal or keywords; none after the = takes the part away. Repeatable.",
            show_default=False,
        ),
    ] = None
    keep: Annotated[
        list[str] | None,
        typer.Option(
            "--keep",
            metavar="SENTENCE",
            help="A sentence that was set aside and does count; repeatable.",
            show_default=False,
        ),
    ] = None
    drop_term: Annotated[
        list[str] | None,
        typer.Option(
            "--drop-term",
            metavar="TERM",
            help="A technical term that was not meant, by any of its names; repeatable.",
            show_default=False,
        ),
    ] = None
    add_term: Annotated[
        list[str] | None,
        typer.Option(
            "--add-term",
            metavar="TERM=OTHER/OTHER",
            help="A technical term, and what else it is called; repeatable.",
            show_default=False,
        ),
    ] = None

    @property
    def are_given(self) -> bool:
        """True if there is any correction."""
        return any((self.part, self.keep, self.drop_term, self.add_term))

    def corrected_reading(self, need: "Need") -> "Reading":
        """Read the need and apply the corrections. Raises InputError."""
        from matcher.needs.reading.correction import corrected
        from matcher.needs.reading.reading import read_need

        return corrected(
            read_need(need),
            parts=_parts(_decoded(self.part)),
            keep=[sentence.strip() for sentence in _decoded(self.keep)],
            drop_terms=[name.strip() for name in _decoded(self.drop_term)],
            add_terms=[_term(typed) for typed in _decoded(self.add_term)],
        )


def _decoded(arguments: list[str] | None) -> list[str]:
    return [decoded_argument(argument) for argument in arguments or ()]


def _parts(arguments: Iterable[str]) -> "dict[NeedPartKind, str]":
    from matcher.needs.reading.correction import KINDS

    parts: dict[NeedPartKind, str] = {}
    for argument in arguments:
        name, equals, text = argument.partition("=")
        kind = next((kind for kind in KINDS if kind == name.strip()), None)
        if kind is None or not equals:
            raise InputError(
                _("--part is KIND=TEXT, and the kind one of {kinds}", kinds=listed(KINDS))
            )
        if kind in parts:
            raise InputError(_("--part gives the {kind} twice; give it once", kind=kind))
        parts[kind] = text
    return parts


def _term(argument: str) -> "Term":
    from matcher.types import Term

    name, _equals, others = argument.partition("=")
    if not name.strip():
        raise InputError(_("--add-term is TERM=OTHER/OTHER; the term is missing"))
    return Term(name.strip(), tuple(filter(None, (other.strip() for other in others.split("/")))))
