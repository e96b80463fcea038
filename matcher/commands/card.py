"""`matcher card`: a patent in plain words, and what its institution has to say about that."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.commands.options import AsJson, Debug, Home, print_json, read_settings
from matcher.errors import InputError

if TYPE_CHECKING:
    from matcher.patents.cards.card import CardOverride
    from matcher.search.answer_json import Json
    from matcher.store.database import Store
    from matcher.types import CardAspect, Patent, TechnologyCard

OWN_LINE = " Repeatable; an empty text takes our lines away."


def card(
    context: typer.Context,
    number: Annotated[
        str,
        typer.Argument(
            metavar="NUMBER",
            help="Application number in any spelling, publication number, or the id that an "
            "answer showed.",
            show_default=False,
        ),
    ],
    by: Annotated[
        str | None,
        typer.Option(
            metavar="INSTITUTION",
            help="Store what the patent's institution says of the card, in place of what it said "
            "before; with none of the four that follow, that the card is right.",
            show_default=False,
        ),
    ] = None,
    problem: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help=f"What the patent solves.{OWN_LINE}", show_default=False),
    ] = None,
    means: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help=f"By what means.{OWN_LINE}", show_default=False),
    ] = None,
    effect: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help=f"With what effect.{OWN_LINE}", show_default=False),
    ] = None,
    use: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help=f"For what use.{OWN_LINE}", show_default=False),
    ] = None,
    clear: Annotated[
        bool, typer.Option("--clear", help="Remove what the institution said; with --by.")
    ] = False,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Show a patent in plain words, or correct them.

    Each line is shown with the sentence that it comes from.
    """
    given: dict[CardAspect, list[str] | None] = {
        "problem": problem,
        "means": means,
        "effect": effect,
        "use": use,
    }
    own = {aspect: _own_lines(texts) for aspect, texts in given.items() if texts}
    if by is None and (own or clear):
        raise InputError("name the institution that says so: --by INSTITUTION")
    if clear and own:
        raise InputError("--clear removes the institution's lines; give it without new ones")
    settings = read_settings(context)

    from matcher.patents.cards.card import technology_card, with_override
    from matcher.store import cards
    from matcher.wiring.open import open_catalogue

    with open_catalogue(settings) as catalogue:
        if by is not None:
            review(catalogue.store, number, by, own, clear=clear)
        patent = catalogue.patent(number)
        with catalogue.store.reading() as connection:
            override = cards.override_of(connection, patent.id)
    shown = with_override(technology_card(patent), override)
    if as_json:
        print_json(reviewed_card_json(patent, shown, override))
    else:
        print_card(patent, shown, override)


def review(
    store: "Store",
    number: str,
    by: str,
    lines: "Mapping[CardAspect, tuple[str, ...]]",
    *,
    clear: bool = False,
) -> None:
    """Store an institution's word on the card of its own patent, or remove it.

    Raises NotFoundError for an unknown patent, InputError for another institution's, for lines
    that a card cannot have, and where there is nothing to remove.
    """
    from matcher.patents.cards.card import CardOverride
    from matcher.store import cards, patents

    with store.writing() as connection:
        patent = patents.by_identifier(connection, number)
        institution = _institution_of(patent, by)
        row = patents.rows_of(connection, [patent.id])[patent.id]
        if not clear:
            override = CardOverride(lines, institution, datetime.now(UTC))
            cards.save_override(connection, row, override)
        elif not cards.delete_override(connection, row):
            raise InputError(f"{institution} has said nothing of the card of {patent.id}")


def reviewed_card_json(
    patent: "Patent", card: "TechnologyCard", override: "CardOverride | None"
) -> "Json":
    """The card of a patent, and who reviewed it when; `review` is null where nobody did."""
    from matcher.search.answer_json import card_json

    return {
        "id": patent.id,
        "application_number": patent.application_number,
        "publication_number": patent.publication_number,
        "title": patent.title,
        "institution": patent.institution,
        "card": card_json(card),
        "review": override
        and {"by": override.who, "at": override.when.isoformat(timespec="seconds")},
    }


def print_card(patent: "Patent", card: "TechnologyCard", override: "CardOverride | None") -> None:
    """The same for a person: each line with the sentence it comes from."""
    from rich.text import Text

    from matcher.commands.terminal.answer import (
        DOT,
        HEAD_WIDTH,
        new_console,
        print_hanging,
    )
    from matcher.labels import ASPECT
    from matcher.patents.cards.card import ASPECTS

    console = new_console()
    number = patent.application_number or patent.id
    title = Text(f"{number}{DOT}{' '.join(patent.title.split())}", "bold")
    print_hanging(console, "Patent", title, HEAD_WIDTH)
    reviewed = f"{override.who}, {override.when:%Y-%m-%d}" if override else "by nobody yet"
    print_hanging(console, "Reviewed", reviewed, HEAD_WIDTH)
    for aspect in ASPECTS:
        lines = [line for line in card.lines if line.aspect == aspect]
        for line in lines:
            print_hanging(console, ASPECT[aspect]["en"], line.text, HEAD_WIDTH)
            source = f"{line.passage}: {line.source}" if line.source else line.passage
            print_hanging(console, "", Text(" ".join(source.split()), "dim"), HEAD_WIDTH)
        if not lines:
            print_hanging(console, ASPECT[aspect]["en"], "the text does not say", HEAD_WIDTH)


def _own_lines(texts: Sequence[str]) -> tuple[str, ...]:
    """The lines as they were typed; none where all of them are empty."""
    return tuple(texts) if any(text.strip() for text in texts) else ()


def _institution_of(patent: "Patent", by: str) -> str:
    """The patent's institution, where it is the one that speaks. Raises InputError."""
    if patent.institution is None:
        raise InputError(
            f"no institution is on record for {patent.id}, so nobody can speak for it; import it "
            "with its institution first"
        )
    if by.strip() != patent.institution.strip():
        raise InputError(
            f"the patent {patent.id} is of {patent.institution}; an institution may only speak "
            "of its own patents"
        )
    return patent.institution.strip()
