"""The staff's edits applied to the model's proposal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import InputError
from matcher.events.shortlist import (
    Edit,
    EditKind,
    Proposed,
    check_edit,
    last_edit_of,
    list_stamp,
    shortlist,
)
from matcher.types import PatentId

A, B, C, D, E, X = (PatentId(name) for name in "ABCDEX")


def proposal(*patents: PatentId) -> list[Proposed]:
    return [Proposed(name, rank, 1.0 / rank) for rank, name in enumerate(patents, 1)]


FIVE = proposal(A, B, C, D, E)


def edit(kind: EditKind, patent: PatentId | None = None, value: object = None) -> Edit:
    return Edit(kind, patent, value)  # type: ignore[arg-type]


def test_without_edits_the_best_are_shown() -> None:
    made = shortlist(FIVE, [], 3)
    assert made.patents == (A, B, C)
    assert [e.proposed and e.proposed.rank for e in made.entries] == [1, 2, 3]


def test_an_excluded_patent_makes_room_and_is_listed_with_its_reason() -> None:
    made = shortlist(FIVE, [edit(EditKind.EXCLUDE, A, "已失效")], 3)
    assert made.patents == (B, C, D)
    assert [(excluded.patent, excluded.reason) for excluded in made.excluded] == [(A, "已失效")]


def test_a_pinned_patent_stays_when_the_model_no_longer_proposes_it() -> None:
    edits = [edit(EditKind.PIN, B)]
    assert shortlist(FIVE, edits, 3).patents == (A, B, C)
    again = shortlist(proposal(C, D, E, A), edits, 3)
    assert again.patents == (C, D, E, B)
    assert again.entries[-1].is_pinned and again.entries[-1].proposed is None


def test_an_added_patent_does_not_displace_the_models_patents() -> None:
    made = shortlist(FIVE, [edit(EditKind.ADD, X)], 2)
    assert made.patents == (A, B, X)
    assert made.entries[2].is_added and made.entries[2].proposed is None


def test_a_swap_puts_one_patent_in_the_place_of_another() -> None:
    made = shortlist(FIVE, [edit(EditKind.SWAP, B, "X")], 3)
    assert made.patents[:2] == (A, X)
    assert B not in made.patents
    assert made.excluded[0].reason == "换成 X"


def test_a_move_puts_a_patent_at_a_position() -> None:
    assert shortlist(FIVE, [edit(EditKind.MOVE, C, 1)], 3).patents == (C, A, B)


def test_a_locked_list_does_not_change_with_the_proposal() -> None:
    edits = [edit(EditKind.LOCK, None, ("B", "A"))]
    made = shortlist(proposal(C, D, B), edits, 3)
    assert made.patents == (B, A)
    assert made.is_locked


def test_notes_are_kept_for_a_patent_and_for_the_need() -> None:
    made = shortlist(FIVE, [edit(EditKind.NOTE, A, "先谈"), edit(EditKind.NOTE, None, "急")], 2)
    assert (made.entries[0].note, made.note) == ("先谈", "急")


def test_adding_a_patent_again_ends_its_exclusion() -> None:
    edits = [edit(EditKind.EXCLUDE, A, "不合适"), edit(EditKind.ADD, A)]
    made = shortlist(FIVE, edits, 2)
    assert A in made.patents and not made.excluded


@pytest.mark.parametrize(
    "wrong",
    [
        edit(EditKind.EXCLUDE, A, " "),
        edit(EditKind.ADD, A),
        edit(EditKind.SWAP, X, "A"),
        edit(EditKind.MOVE, A, 9),
        edit(EditKind.MOVE, A, 0),
        edit(EditKind.PIN),
    ],
)
def test_an_impossible_edit_is_refused(wrong: Edit) -> None:
    with pytest.raises(InputError):
        check_edit(wrong, shortlist(FIVE, [], 3))


patents = st.sampled_from([A, B, C, D, E, X])
edits = st.lists(
    st.one_of(
        st.builds(edit, st.just(EditKind.EXCLUDE), patents, st.just("原因")),
        st.builds(edit, st.sampled_from([EditKind.PIN, EditKind.ADD]), patents),
        st.builds(edit, st.just(EditKind.SWAP), patents, patents),
        st.builds(edit, st.just(EditKind.MOVE), patents, st.integers(1, 6)),
    ),
    max_size=12,
)


@given(edits, st.permutations([A, B, C, D, E]))
def test_after_any_edits_no_patent_is_listed_twice_or_both_listed_and_excluded(
    made: list[Edit], order: list[PatentId]
) -> None:
    result = shortlist(proposal(*order), made, 3)
    assert len(set(result.patents)) == len(result.patents)
    assert not set(result.patents) & {excluded.patent for excluded in result.excluded}
    assert sum(not (e.is_pinned or e.is_added) for e in result.entries) <= 3


def test_a_stamp_names_the_last_edit_and_changes_with_proposal_and_edits() -> None:
    stamp = list_stamp("ranking_1", [3, 12])
    assert last_edit_of(stamp) == 12 and stamp == list_stamp("ranking_1", [12, 3])
    others = {list_stamp("ranking_2", [3, 12]), list_stamp("ranking_1", [12]), list_stamp(None, [])}
    assert stamp not in others and len(others) == 3
    assert last_edit_of(list_stamp(None, [])) == 0


@pytest.mark.parametrize("text", ["", "12", "x-1", "12-", "１-a"])
def test_a_text_that_is_no_stamp_has_no_last_edit(text: str) -> None:
    assert last_edit_of(text) is None
