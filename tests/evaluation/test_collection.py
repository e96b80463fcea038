import json
from datetime import date
from pathlib import Path

import pytest

from matcher.errors import InputError
from matcher.evaluation.collection import read_collection
from matcher.importing.read_file import read_file
from matcher.types import ClaimsCoverage
from scripts.docs.sample_corpus import SAMPLES

CORPUS = [
    {
        "_id": "d1",
        "title": "一种球阀",
        "text": "阀体带有密封圈。",
        "claims": ["一种球阀。", "如1。"],
    },
    {"_id": "d2", "title": "水泵", "text": ""},
    {"_id": "d3", "title": "", "text": "A bearing."},
]
QUERIES = [
    {"_id": "q1", "title": "阀门", "text": "需要不漏的阀门"},
    {"_id": "q2", "text": "a bearing"},
    {"_id": "q3", "title": "other split", "text": ""},
]
QRELS = ["query-id\tcorpus-id\tscore", "q1\td1\t3", "q1\td2\t0", "q2\td3\t1"]


def write(
    folder: Path,
    corpus: list[object] = list(CORPUS),  # noqa: B006 - never changed
    queries: list[object] = list(QUERIES),  # noqa: B006 - never changed
    qrels: list[str] = QRELS,
) -> Path:
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    for name, records in (("corpus", corpus), ("queries", queries)):
        lines = [r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in records]
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "qrels" / "dev.tsv").write_text("\n".join(qrels) + "\n", encoding="utf-8")
    return folder


def test_a_collection_becomes_patents_needs_and_grades(tmp_path: Path) -> None:
    collection = read_collection(write(tmp_path / "a folder"), "dev")
    assert [(d.id, d.title, d.abstract) for d in collection.documents] == [
        ("d1", "一种球阀", "阀体带有密封圈。"),
        ("d2", "水泵", ""),
        ("d3", "", "A bearing."),
    ]
    assert [(c.number, c.text) for c in collection.documents[0].claims] == [
        (1, "一种球阀。"),
        (2, "如1。"),
    ]
    assert [d.claims_coverage for d in collection.documents[:2]] == [
        ClaimsCoverage.ALL,
        ClaimsCoverage.NONE,
    ]
    assert collection.needs["q1"].full_text == "阀门\n需要不漏的阀门"
    assert collection.needs["q2"].full_text == "a bearing"
    assert set(collection.needs) == {"q1", "q2"}
    assert collection.qrels == {"q1": {"d1": 3, "d2": 0}, "q2": {"d3": 1}}


def test_dependent_claims_are_recognised(tmp_path: Path) -> None:
    texts = [
        "一种隔膜，其特征在于，有陶瓷层。",
        "根据权利要求1所述的隔膜，其特征在于，很薄。",
        "一种电池，其特征在于，包括权利要求1所述的隔膜。",
    ]
    corpus = [{"_id": "d1", "title": "隔膜", "claims": texts}, *CORPUS[1:]]
    claims = read_collection(write(tmp_path, corpus=corpus), "dev").documents[0].claims
    assert [(c.is_dependent, c.refers_to) for c in claims] == [
        (False, ()),
        (True, (1,)),
        (False, ()),
    ]


def test_the_sample_corpus_has_the_claims_of_the_sample_catalogue() -> None:
    read = read_file(SAMPLES / "patents.jsonl", mapping={}, today=date(2026, 11, 1), sample=True)
    known = {record.patent.id: record.patent.claims for record in read.patents}
    claims = {
        document.id: document.claims for document in read_collection(SAMPLES, "dev").documents
    }
    assert claims == known
    assert any(claim.is_dependent for own in claims.values() for claim in own)


def test_the_heading_is_optional_and_blank_lines_are_ignored(tmp_path: Path) -> None:
    collection = read_collection(write(tmp_path, qrels=["q1\td1\t3", "", "q2\td3\t1", ""]), "dev")
    assert collection.qrels == {"q1": {"d1": 3}, "q2": {"d3": 1}}


@pytest.mark.parametrize(
    ("changes", "file", "line", "says"),
    [
        ({"corpus": [*CORPUS, "{not json"]}, "corpus.jsonl", 4, "not a JSON object"),
        ({"corpus": [*CORPUS, "[1]"]}, "corpus.jsonl", 4, "not a JSON object"),
        ({"corpus": [CORPUS[0], {"title": "x"}]}, "corpus.jsonl", 2, '"_id"'),
        ({"corpus": [CORPUS[0], {"_id": 7}]}, "corpus.jsonl", 2, '"_id"'),
        ({"corpus": [*CORPUS, CORPUS[0]]}, "corpus.jsonl", 4, "'d1' was there before"),
        ({"corpus": [{"_id": "d1", "text": 5}]}, "corpus.jsonl", 1, '"text"'),
        ({"corpus": [{"_id": "d1", "claims": "1. x"}]}, "corpus.jsonl", 1, '"claims"'),
        ({"queries": [QUERIES[0], "nonsense"]}, "queries.jsonl", 2, "not a JSON object"),
        ({"queries": [QUERIES[0], QUERIES[0]]}, "queries.jsonl", 2, "'q1' was there before"),
        ({"qrels": [*QRELS, "q1 d3 1"]}, "dev.tsv", 5, "parted by tabs"),
        ({"qrels": [*QRELS, "q1\td3\tgood"]}, "dev.tsv", 5, "'good'"),
        ({"qrels": [*QRELS, "q1\td3\t-1"]}, "dev.tsv", 5, "'-1'"),
        ({"qrels": [*QRELS, "q9\td3\t1"]}, "dev.tsv", 5, "'q9'"),
        ({"qrels": [*QRELS, "q1\td9\t1"]}, "dev.tsv", 5, "'d9'"),
        ({"qrels": [*QRELS, "q1\td2\t1"]}, "dev.tsv", 5, "judged before"),
    ],
)
def test_an_error_names_the_bad_line(
    tmp_path: Path, changes: dict[str, list[object]], file: str, line: int, says: str
) -> None:
    with pytest.raises(InputError) as caught:
        read_collection(write(tmp_path, **changes), "dev")  # type: ignore[arg-type]
    message = str(caught.value)
    assert f"{file}, line {line}:" in message and says in message and "\n" not in message


def test_an_error_names_the_missing_file(tmp_path: Path) -> None:
    write(tmp_path)
    with pytest.raises(InputError, match=r"test\.tsv does not exist"):
        read_collection(tmp_path, "test")
    with pytest.raises(InputError, match=r"corpus\.jsonl does not exist"):
        read_collection(tmp_path / "qrels", "dev")


def test_qrels_without_a_judgement_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no judgement"):
        read_collection(write(tmp_path, qrels=QRELS[:1]), "dev")


def test_a_file_in_another_encoding_is_an_error(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "corpus.jsonl").write_bytes('{"_id": "d1", "title": "阀"}\n'.encode("gb18030"))
    with pytest.raises(InputError, match=r"corpus\.jsonl is not UTF-8"):
        read_collection(tmp_path, "dev")
