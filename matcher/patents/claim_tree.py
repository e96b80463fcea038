"""Tree of a patent's claims: each claim below the one that it hangs on."""

from collections.abc import Sequence
from dataclasses import dataclass

from matcher.types import Claim


@dataclass(frozen=True, slots=True)
class ClaimNode:
    """A claim with those that hang on it."""

    claim: Claim
    also: tuple[int, ...]
    """Further claims that it refers to, beside the one above it."""
    children: tuple["ClaimNode", ...]


def claim_tree(claims: Sequence[Claim]) -> tuple[ClaimNode, ...]:
    """Return the claims that hang on none, each with its tree, in the order of their numbers.

    A claim hangs on the first earlier claim that it refers to. A reference to itself, to a later
    claim or to one that the source lacks ties it to nothing.

    >>> claims = (Claim(1, "一种隔膜"), Claim(2, "根据权利要求1所述的隔膜", True, (1,)))
    >>> [node.claim.number for node in claim_tree(claims)[0].children]
    [2]
    """
    ordered = sorted(claims, key=lambda claim: claim.number)
    known = {claim.number for claim in ordered}
    below: dict[int | None, list[Claim]] = {}
    for claim in ordered:
        below.setdefault(_parent(claim, known), []).append(claim)

    def nodes(parent: int | None) -> tuple[ClaimNode, ...]:
        return tuple(
            ClaimNode(
                claim,
                tuple(number for number in claim.refers_to if number != parent),
                nodes(claim.number),
            )
            for claim in below.get(parent, ())
        )

    return nodes(None)


def _parent(claim: Claim, known: set[int]) -> int | None:
    earlier = (number for number in claim.refers_to if number in known and number < claim.number)
    return next(earlier, None)
