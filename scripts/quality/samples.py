"""Sample catalogue with its judged needs in both languages, named claims and cards."""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from matcher.evaluation.collection import Grades, read_collection
from matcher.importing.read_file import read_file
from matcher.importing.rows.need import TEXT_FIELDS, need_from
from matcher.types import Need, Patent, PatentId, TechnologyCard
from scripts.docs.sample_corpus import SAMPLES
from scripts.quality.card_agreement import parse_cards

Language = Literal["zh", "en"]
Pair = tuple[str, str]
"""A need and a patent."""
TODAY = date(2026, 11, 1)
"""Date of the sample answers; the legal statuses in the catalogue are of the day before."""


@dataclass(frozen=True)
class Samples:
    """The sample catalogue and all judgements about it."""

    patents: list[Patent]
    needs: Mapping[str, Need]
    """Needs in the language they were written in."""
    renderings: Mapping[Language, Mapping[str, Need]]
    """Every need in both languages: as written, or our own translation."""
    written_in: Mapping[str, Language]
    qrels: Mapping[str, Grades]
    claims: Mapping[Pair, frozenset[int]]
    """Numbers of the claims that answer best, for each patent that solves a need."""
    cards: Mapping[PatentId, TechnologyCard]
    """Technology cards written by hand, for some of the patents."""


def read_samples() -> Samples:
    """Read matcher/samples. The patents are complete records, with IPC, status and family."""
    collection = read_collection(SAMPLES, "dev")
    records = read_file(SAMPLES / "patents.jsonl", mapping={}, today=TODAY, sample=True).patents
    known = {record.patent.id: record.patent for record in records}
    translations = {**_needs("queries_en.jsonl"), **_needs("queries_zh.jsonl")}
    written_in = {query: language for query, (language, _) in _needs("queries.jsonl").items()}
    return Samples(
        patents=[known[document.id] for document in collection.documents],
        needs=collection.needs,
        renderings={
            wanted: {
                query: need if written_in[query] == wanted else translations[query][1]
                for query, need in collection.needs.items()
            }
            for wanted in ("zh", "en")
        },
        written_in=written_in,
        qrels=collection.qrels,
        claims=_named_claims(),
        cards=parse_cards((SAMPLES / "cards.jsonl").read_text("utf-8").splitlines()),
    )


def _needs(name: str) -> dict[str, tuple[Language, Need]]:
    """Needs of one file with their language, read as `read_collection` reads them."""
    records = [json.loads(line) for line in (SAMPLES / name).read_text("utf-8").splitlines()]
    fields = ("title", *TEXT_FIELDS)
    return {
        record["_id"]: (
            record["language"],
            need_from({"id": record["_id"], **{name: record.get(name, "") for name in fields}}),
        )
        for record in records
    }


def _named_claims() -> dict[Pair, frozenset[int]]:
    with (SAMPLES / "evidence.tsv").open(encoding="utf-8", newline="") as file:
        return {
            (row["query-id"], row["corpus-id"]): frozenset(map(int, row["claims"].split(",")))
            for row in csv.DictReader(file, delimiter="\t")
        }
