"""Every kind of record that the programme keeps."""

from collections.abc import Mapping

from matcher.programme.alliance_members import ALLIANCE_MEMBERS
from matcher.programme.contracts import CONTRACTS
from matcher.programme.institutions import INSTITUTIONS
from matcher.programme.kind import RecordKind
from matcher.programme.pledges import PLEDGES
from matcher.programme.pool_patents import POOL_PATENTS
from matcher.programme.pools import POOLS
from matcher.programme.product_filings import PRODUCT_FILINGS

KINDS: Mapping[str, RecordKind] = {
    kind.name: kind
    for kind in (
        INSTITUTIONS,
        ALLIANCE_MEMBERS,
        POOLS,
        POOL_PATENTS,
        PLEDGES,
        PRODUCT_FILINGS,
        CONTRACTS,
    )
}
"""By name, in the order in which they are to be imported: a record after what it refers to."""
