"""Options that filter and order a ranking of patents, the same for every command that has one."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.search.options import SearchOptions

if TYPE_CHECKING:
    from matcher.types import Filters


@dataclass(frozen=True, slots=True)
class RankingOptions:
    """Length, filters and diversity of a ranking, as the user gave them."""

    k: Annotated[int, typer.Option("-k", "--results", min=1, help="How many patents.")] = 10
    status: Annotated[
        list[str] | None,
        typer.Option(
            "--status",
            help="in_force, pending, lapsed, unknown, or all; repeatable. "
            "Without it only the lapsed are left out.",
            show_default=False,
        ),
    ] = None
    ipc: Annotated[
        list[str] | None,
        typer.Option(
            "--ipc",
            help="Beginning of an IPC symbol, such as H01M; repeatable.",
            show_default=False,
        ),
    ] = None
    industry: Annotated[
        list[str] | None,
        typer.Option(
            "--industry",
            help="NGIT new information technology, NM new materials, HEM high-end equipment, "
            "BIO biomedicine; repeatable.",
            show_default=False,
        ),
    ] = None
    institution: Annotated[
        list[str] | None,
        typer.Option(
            "--institution",
            help="Part of the institution's name; repeatable.",
            show_default=False,
        ),
    ] = None
    region: Annotated[
        list[str] | None,
        typer.Option(
            "--region", help="Province of the owner, such as 天津; repeatable.", show_default=False
        ),
    ] = None
    kind: Annotated[
        list[str] | None,
        typer.Option(
            "--kind",
            help="invention, utility_model, design; repeatable.",
            show_default=False,
        ),
    ] = None
    open_licence: Annotated[
        bool | None,
        typer.Option(
            "--open-licence/--no-open-licence",
            help="With or without an open licence.",
            show_default=False,
        ),
    ] = None
    sleeping: Annotated[
        bool | None,
        typer.Option(
            "--sleeping/--no-sleeping",
            help="Sleeping patents only, or none of them.",
            show_default=False,
        ),
    ] = None
    filed_after: Annotated[
        str | None,
        typer.Option(
            "--filed-after",
            metavar="DATE",
            help="Filed on this day or later, such as 2019-01-31 or 2019.",
            show_default=False,
        ),
    ] = None
    years_left: Annotated[
        float | None,
        typer.Option(
            "--years-left",
            metavar="YEARS",
            help="At least so many years until the term ends.",
            show_default=False,
        ),
    ] = None
    pool: Annotated[
        list[str] | None,
        typer.Option(
            "--pool",
            help="Part of the name of a patent pool; repeatable.",
            show_default=False,
        ),
    ] = None
    alliance: Annotated[
        list[str] | None,
        typer.Option(
            "--alliance",
            help="Part of the name of an alliance of its institution; repeatable.",
            show_default=False,
        ),
    ] = None
    diversity: Annotated[
        float | None,
        typer.Option(
            "--diversity",
            min=0,
            max=1,
            help="How much a team's fourth patent gives way to others, 0 for not at all; without "
            "it as the setting MATCHER_DIVERSITY says.",
            show_default=False,
        ),
    ] = None

    def filters(self) -> "Filters":
        """Parse the filters. Raises InputError for a word that names nothing."""
        from matcher.patents.filter_parsing import FilterTexts, read_filters

        return read_filters(
            FilterTexts(
                statuses=self.status or (),
                ipc=self.ipc or (),
                industries=self.industry or (),
                institutions=self.institution or (),
                regions=self.region or (),
                kinds=self.kind or (),
                open_licence=self.open_licence,
                sleeping=self.sleeping,
                filed_after=self.filed_after,
                years_left=self.years_left,
                pools=self.pool or (),
                alliances=self.alliance or (),
            )
        )

    def to_search_options(self) -> SearchOptions:
        """Return the options of the search. Raises InputError."""
        return SearchOptions(self.filters(), self.k, diversity=self.diversity)
