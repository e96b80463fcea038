"""The tree of claims holds every claim once, below an earlier one."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from matcher.patents.claim_tree import ClaimNode, claim_tree
from matcher.types import Claim


def claim(number: int, *refers_to: int) -> Claim:
    return Claim(number, f"claim {number}", bool(refers_to), refers_to)


def walk(nodes: tuple[ClaimNode, ...]) -> Iterator[ClaimNode]:
    for node in nodes:
        yield node
        yield from walk(node.children)


def test_a_claim_hangs_on_the_first_that_it_refers_to() -> None:
    (first, other) = claim_tree([claim(1), claim(2, 1), claim(3, 1, 2), claim(4), claim(5, 3)])
    assert [node.claim.number for node in first.children] == [2, 3]
    assert first.children[1].also == (2,)
    assert [node.claim.number for node in first.children[1].children] == [5]
    assert other.claim.number == 4 and other.children == ()


def test_references_to_nothing_known_tie_to_nothing() -> None:
    assert [node.claim.number for node in claim_tree([claim(2, 1), claim(3, 4), claim(4, 4)])] == [
        2,
        3,
        4,
    ]


@given(
    st.lists(
        st.tuples(st.integers(1, 30), st.lists(st.integers(0, 31), max_size=4)),
        unique_by=lambda pair: pair[0],
        max_size=20,
    )
)
def test_every_claim_is_there_once_and_below_an_earlier_one(
    drawn: list[tuple[int, list[int]]],
) -> None:
    claims = [claim(number, *refers) for number, refers in drawn]
    nodes = list(walk(claim_tree(claims)))
    assert sorted(node.claim.number for node in nodes) == sorted(number for number, _ in drawn)
    for node in nodes:
        assert all(child.claim.number > node.claim.number for child in node.children)
