"""Catalogue of any size, made from the sample patents; each copy has its own number and text."""

import json
from pathlib import Path

from matcher.patents.application_numbers import check_digit

SAMPLES = Path(__file__).parents[2] / "matcher" / "samples"
FIRST_SERIAL = 9_000_000


def write_catalogue(target: Path, count: int) -> None:
    """Write `count` patents as JSON lines: the samples, then copies that share no text."""
    originals = case_records()
    with target.open("w", encoding="utf-8") as file:
        for number in range(count):
            record = dict(originals[number % len(originals)])
            if copy := number // len(originals):
                record = _copy(record, copy, number)
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def case_records() -> list[dict[str, str]]:
    """Return the sample patents, of the publications of a case one."""
    lines = (SAMPLES / "patents.jsonl").read_text("utf-8").splitlines()
    return list(
        {record["application_number"]: record for record in map(json.loads, lines)}.values()
    )


def need_records() -> list[dict[str, str]]:
    """Return the sample needs as they stand in the file."""
    lines = (SAMPLES / "queries.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def need_texts() -> list[str]:
    """Title and text of each sample need."""
    return [f"{record['title']}\n{record['text']}".strip() for record in need_records()]


def _copy(record: dict[str, str], copy: int, number: int) -> dict[str, str]:
    digits = f"20181{FIRST_SERIAL + number}"
    claims = [f"{claim}（{copy}）" for claim in record["claims_all"].split("\n")]
    return {
        **record,
        "application_number": f"CN{digits}.{check_digit(digits)}",
        "publication_number": "",
        "title": f"{record['title']}（{copy}）",
        "claims_all": "\n".join(claims),
    }
