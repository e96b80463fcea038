import pytest

from matcher.patents.claim_references import read_references

SUBJECTS = {1: "一种隔膜", 2: "一种隔膜", 3: "一种隔膜", 4: "一种隔膜的制备方法"}


@pytest.mark.parametrize(
    ("text", "refers_to"),
    [
        ("根据权利要求1所述的隔膜，其特征在于，很薄。", (1,)),
        ("如权利要求1或2所述的隔膜，其特征在于，很薄。", (1, 2)),
        ("根据权利要求1、2所述的隔膜，其特征在于，很薄。", (1, 2)),
        ("根据权利要求1-3任一项所述的隔膜，其特征在于，很薄。", (1, 2, 3)),
        ("根据权利要求1至3中任意一项所述的隔膜，其特征在于，很薄。", (1, 2, 3)),
        ("根据权利要求１～３任一项所述的隔膜，其特征在于，很薄。", (1, 2, 3)),
        ("根据权利要求1或权利要求3所述的隔膜，其特征在于，很薄。", (1, 3)),
        ("The separator of claim 1, wherein it is thin.", (1,)),
        ("The separator according to any one of claims 1 to 3, wherein it is thin.", (1, 2, 3)),
    ],
)
def test_a_dependent_claim_gives_the_claims_it_refers_to(
    text: str, refers_to: tuple[int, ...]
) -> None:
    reference = read_references(text, 5, SUBJECTS)
    assert (reference.is_dependent, reference.refers_to) == (True, refers_to)
    assert reference.understood


def test_a_reference_to_all_preceding_claims() -> None:
    reference = read_references("根据前述权利要求任一项所述的隔膜，其特征在于，很薄。", 4, SUBJECTS)
    assert (reference.is_dependent, reference.refers_to) == (True, (1, 2, 3))


@pytest.mark.parametrize(
    ("text", "refers_to"),
    [
        ("一种由权利要求4所述方法制得的隔膜，其特征在于，很薄。", (4,)),
        ("权利要求1所述的隔膜的制备方法，其特征在于，先混合。", (1,)),
        ("如权利要求1所述的隔膜在电池中的应用。", (1,)),
        ("A separator made by the method of claim 4.", (4,)),
    ],
)
def test_a_claim_to_another_subject_is_independent(text: str, refers_to: tuple[int, ...]) -> None:
    reference = read_references(text, 5, SUBJECTS)
    assert (reference.is_dependent, reference.refers_to) == (False, refers_to)


def test_references_behind_the_characterising_part_do_not_count() -> None:
    reference = read_references("一种电池，其特征在于，包括权利要求2所述的隔膜。", 5, SUBJECTS)
    assert (reference.is_dependent, reference.refers_to) == (False, ())


@pytest.mark.parametrize(
    "text",
    [
        "根据权利要求9所述的隔膜，其特征在于，很薄。",
        "根据权利要求5所述的隔膜，其特征在于，很薄。",
        "根据权利要求所述的隔膜，其特征在于，很薄。",
    ],
)
def test_an_unresolvable_reference_is_flagged(text: str) -> None:
    reference = read_references(text, 5, SUBJECTS)
    assert reference.refers_to == ()
    assert not reference.understood
