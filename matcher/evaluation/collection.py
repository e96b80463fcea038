"""Test collection in BEIR layout: corpus.jsonl, queries.jsonl, qrels/SPLIT.tsv.

Besides the title and text of the layout, a document may have claims (a list), and a query the texts
of the need form: problem, indicators and goal.
"""

import json
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from matcher.errors import InputError
from matcher.importing.rows.need import TEXT_FIELDS, need_from
from matcher.language.messages import _
from matcher.patents.claim_references import read_references
from matcher.types import Claim, ClaimsCoverage, Json, Need, Patent, PatentId

Grades = dict[str, int]
"""Grades of judged documents by id: 0 no answer, higher is better."""


@dataclass(frozen=True)
class Collection:
    """Test collection: documents as patents, queries as needs, qrels of one split."""

    documents: list[Patent]
    needs: dict[str, Need]
    """Needs of the split, by query id."""
    qrels: dict[str, Grades]
    """Grades of the judged documents of each query id."""


def read_collection(folder: Path, split: str) -> Collection:
    """Read a collection folder. Raises InputError that names the wrong file and line."""
    corpus, queries = folder / "corpus.jsonl", folder / "queries.jsonl"
    qrels_file = folder / "qrels" / f"{split}.tsv"
    for file in (corpus, queries, qrels_file):
        if not file.is_file():
            raise InputError(
                _(
                    "{file} does not exist: a collection is a folder with corpus.jsonl, "
                    "queries.jsonl and qrels/SPLIT.tsv",
                    file=file,
                )
            )
    documents: dict[str, Patent] = {}
    for source, record in _records(corpus):
        identity = _identity(record, source, documents)
        documents[identity] = _document(identity, record, source)
    needs: dict[str, Need] = {}
    for source, record in _records(queries):
        identity = _identity(record, source, needs)
        cells = {name: _text(record, name, source) for name in ("title", *TEXT_FIELDS)}
        needs[identity] = need_from({"id": identity, **cells})
    qrels = _read_qrels(qrels_file, needs, documents)
    judged = {identity: needs[identity] for identity in qrels}
    return Collection(list(documents.values()), judged, qrels)


def _records(file: Path) -> Iterator[tuple[str, Json]]:
    """Yield each object of a JSON lines file, after its file and line."""
    for source, line in _lines(file):
        try:
            record = json.loads(line)
        except ValueError:
            record = None
        if not isinstance(record, dict):
            raise InputError(_("{source}: not a JSON object; each line must be one", source=source))
        yield source, record


def _lines(file: Path) -> Iterator[tuple[str, str]]:
    try:
        with file.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _("{file}, line {number}", file=file, number=number), line
    except UnicodeDecodeError as problem:
        raise InputError(_("{file} is not UTF-8 text; save it as UTF-8", file=file)) from problem


def _identity(record: Json, source: str, known: Container[str]) -> str:
    identity = record.get("_id")
    if not isinstance(identity, str) or not identity:
        raise InputError(_('{source}: "_id" must be a text that is not empty', source=source))
    if identity in known:
        raise InputError(
            _(
                "{source}: the _id {identity!r} was there before; each must be its own",
                source=source,
                identity=identity,
            )
        )
    return identity


def _text(record: Json, name: str, source: str) -> str:
    value = record.get(name) or ""
    if not isinstance(value, str):
        raise InputError(_('{source}: "{name}" must be a text', source=source, name=name))
    return value


def _document(identity: str, record: Json, source: str) -> Patent:
    claims = record.get("claims") or []
    if not isinstance(claims, list) or not all(isinstance(claim, str) for claim in claims):
        raise InputError(_('{source}: "claims" must be a list of texts', source=source))
    return Patent(
        id=PatentId(identity),
        title=_text(record, "title", source),
        abstract=_text(record, "text", source),
        claims=tuple(_claims(claims)),
        claims_coverage=ClaimsCoverage.ALL if claims else ClaimsCoverage.NONE,
    )


def _claims(texts: Sequence[str]) -> Iterator[Claim]:
    """Yield the claims in order, each with its references."""
    subjects: dict[int, str] = {}
    for number, text in enumerate(texts, start=1):
        read = read_references(text, number, subjects)
        subjects[number] = read.subject
        yield Claim(number, text, read.is_dependent, read.refers_to, read.understood)


def _read_qrels(
    file: Path, needs: dict[str, Need], documents: dict[str, Patent]
) -> dict[str, Grades]:
    qrels: dict[str, Grades] = {}
    for number, (source, line) in enumerate(_lines(file)):
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != 3:
            raise InputError(
                _("{source}: needs query id, document id and score, parted by tabs", source=source)
            )
        query, document, score = cells
        if number == 0 and not score.isdecimal():
            continue  # heading
        if not score.isdecimal():
            raise InputError(
                _(
                    "{source}: the score {score!r} must be a whole number from 0",
                    source=source,
                    score=score,
                )
            )
        if query not in needs:
            raise InputError(
                _(
                    "{source}: there is no query {query!r} in queries.jsonl",
                    source=source,
                    query=query,
                )
            )
        if document not in documents:
            raise InputError(
                _(
                    "{source}: there is no document {document!r} in corpus.jsonl",
                    source=source,
                    document=document,
                )
            )
        grades = qrels.setdefault(query, {})
        if document in grades:
            raise InputError(
                _(
                    "{source}: {query!r} and {document!r} were judged before",
                    source=source,
                    query=query,
                    document=document,
                )
            )
        grades[document] = int(score)
    if not qrels:
        raise InputError(_("{file} holds no judgement", file=file))
    return qrels
