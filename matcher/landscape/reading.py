"""Reading of a landscape with the needs that a caller may see."""

from datetime import date

from matcher.access.roles import Caller
from matcher.landscape.demand import Demand, given_needs, outcomes, stored_needs
from matcher.landscape.landscape import Landscape, landscape
from matcher.landscape.scope import Scope
from matcher.progress import Report, silent
from matcher.search.matcher import Matcher


def read_landscape(
    matcher: Matcher, scope: Scope, caller: Caller, *, today: date, report: Report = silent
) -> Landscape:
    """Count a scope against its own needs, or else the open ones that the caller may see."""
    demand = read_demand(matcher, scope, caller, today=today, report=report)
    return landscape(matcher.catalogue, scope, demand, matcher=matcher, today=today)


def read_demand(
    matcher: Matcher, scope: Scope, caller: Caller, *, today: date, report: Report = silent
) -> Demand:
    """Answer the needs of a scope, or else the open ones that the caller may see."""
    if scope.needs:
        asked = given_needs(scope.needs)
        total = len(asked)
    else:
        with matcher.catalogue.store.reading() as connection:
            asked, total = stored_needs(connection, caller, today)
    return Demand(outcomes(matcher, asked, today=today, report=report), total)
