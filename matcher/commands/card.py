"""`matcher card`: a patent in plain language (technology card), and its institution's review."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.commands.options import (
    AsJson,
    Debug,
    Home,
    PatentNumber,
    expand_options,
    print_json,
    read_settings,
)
from matcher.errors import InputError
from matcher.language.messages import _

if TYPE_CHECKING:
    from matcher.patents.cards.card import CardOverride
    from matcher.store.database import Store
    from matcher.types import CardAspect, Json, Patent, TechnologyCard

OWN_LINE = " Repeatable; an empty text takes our lines away."


@dataclass(frozen=True, slots=True)
class ReviewOptions:
    """Review of a card by the patent's institution: its own lines, or that there are none."""

    by: Annotated[
        str | None,
        typer.Option(
            metavar="INSTITUTION",
            help="Store what the patent's institution says of the card, in place of what it said "
            "before; with none of the four that follow, that the card is right.",
            show_default=False,
        ),
    ] = None
    problem: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help=f"What the patent solves.{OWN_LINE}", show_default=False),
    ] = None
    means: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help=f"By what means.{OWN_LINE}", show_default=False),
    ] = None
    effect: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help=f"With what effect.{OWN_LINE}", show_default=False),
    ] = None
    use: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help=f"For what use.{OWN_LINE}", show_default=False),
    ] = None
    clear: Annotated[
        bool, typer.Option("--clear", help="Remove what the institution said; with --by.")
    ] = False

    def lines(self) -> "dict[CardAspect, tuple[str, ...]]":
        """Return the institution's lines by aspect; no line where all of them are empty.

        Raises InputError for lines without an institution, or beside --clear.
        """
        given: dict[CardAspect, list[str] | None] = {
            "problem": self.problem,
            "means": self.means,
            "effect": self.effect,
            "use": self.use,
        }
        lines = {
            aspect: tuple(texts) if any(text.strip() for text in texts) else ()
            for aspect, texts in given.items()
            if texts
        }
        if self.by is None and (lines or self.clear):
            raise InputError(_("name the institution that says so: --by INSTITUTION"))
        if self.clear and lines:
            raise InputError(_("--clear removes the institution's lines; give it without new ones"))
        return lines


@expand_options
def card(
    context: typer.Context,
    number: PatentNumber,
    own: ReviewOptions,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Show a patent in plain words, or correct them.

    Each line is shown with the sentence that it comes from.
    """
    lines = own.lines()
    settings = read_settings(context)

    from matcher.patents.cards.card import technology_card, with_override
    from matcher.store import cards
    from matcher.wiring.open import open_catalogue

    with open_catalogue(settings) as catalogue:
        if own.by is not None:
            review(catalogue.store, number, own.by, lines, clear=own.clear)
        patent = catalogue.patent(number)
        with catalogue.store.reading() as connection:
            override = cards.override_of(connection, patent.id)
    shown = with_override(technology_card(patent), override)
    if as_json:
        print_json(reviewed_card_json(patent, shown, override))
        return
    from matcher.commands.terminal.card import print_card
    from matcher.commands.terminal.console import new_console

    print_card(new_console(), patent, shown, override)


def review(
    store: "Store",
    number: str,
    by: str,
    lines: "Mapping[CardAspect, tuple[str, ...]]",
    *,
    clear: bool = False,
) -> None:
    """Store an institution's review of the card of its own patent, or remove it.

    Raises NotFoundError for an unknown patent, InputError for another institution's, for lines
    that a card cannot have, and where there is nothing to remove.
    """
    from matcher.patents.cards.card import CardOverride
    from matcher.store import cards, patents

    with store.changing_catalogue() as connection:
        patent = patents.by_identifier(connection, number)
        institution = _institution_of(patent, by)
        row = patents.rows_of(connection, [patent.id])[patent.id]
        if not clear:
            override = CardOverride(lines, institution, datetime.now(UTC))
            cards.save_override(connection, row, override)
        elif not cards.delete_override(connection, row):
            raise InputError(
                _(
                    "{institution} has said nothing of the card of {id}",
                    institution=institution,
                    id=patent.id,
                )
            )


def reviewed_card_json(
    patent: "Patent", card: "TechnologyCard", override: "CardOverride | None"
) -> "Json":
    """Return the card of a patent with its review, JSON-ready; null where nobody reviewed it."""
    from matcher.search.answer_json import card_json

    return {
        "id": patent.id,
        "application_number": patent.application_number,
        "publication_number": patent.publication_number,
        "title": patent.title,
        "institution": patent.institution,
        "card": card_json(card),
        "review": override
        and {"by": override.written_by, "at": override.written_at.isoformat(timespec="seconds")},
    }


def _institution_of(patent: "Patent", by: str) -> str:
    """Return the patent's institution. Raises InputError where `by` names another one."""
    if patent.institution is None:
        raise InputError(
            _(
                "no institution is on record for {id}, so nobody can speak for it; import it "
                "with its institution first",
                id=patent.id,
            )
        )
    if by.strip() != patent.institution.strip():
        raise InputError(
            _(
                "the patent {id} is of {institution}; an institution may only speak of its own "
                "patents",
                id=patent.id,
                institution=patent.institution,
            )
        )
    return patent.institution.strip()
