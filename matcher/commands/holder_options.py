"""Options of who holds a key or an account: the role, and the organisation it acts for."""

from dataclasses import dataclass
from typing import Annotated

import typer

from matcher.access.roles import HolderRole, Role


@dataclass(frozen=True, slots=True)
class HolderOptions:
    """Role of a holder, and the institution or enterprise that it acts for."""

    role: Annotated[HolderRole, typer.Option(help="What its holder may do.")]
    institution: Annotated[
        str | None,
        typer.Option(help="The institution of a tto, written as in the catalogue."),
    ] = None
    enterprise: Annotated[
        str | None,
        typer.Option(help="The enterprise of an enterprise, written as in its needs."),
    ] = None

    def check(self) -> None:
        """Raise InputError for options that do not go together."""
        from matcher.access import api_keys

        api_keys.check_holder(Role(self.role), self.institution, self.enterprise)
        api_keys.check_lengths(institution=self.institution, enterprise=self.enterprise)
