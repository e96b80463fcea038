"""Targets: short texts, read by the parsers of numbers, dates, statuses, claims and needs."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from matcher.events import timetable
from matcher.needs import credit_codes
from matcher.needs.reading.reading import read_need, reading_json
from matcher.patents import (
    application_numbers,
    claim_tree,
    claims,
    filter_parsing,
    ipc,
    legal_status,
    licence_terms,
    names,
    offices,
    publication_numbers,
    regions,
)
from matcher.text import (
    amounts,
    clauses,
    contact_clauses,
    dates,
    deadlines,
    highlights,
    languages,
    markup,
    negation,
    numerals,
    organisations,
    personal_data,
    shingles,
    tokens,
)
from matcher.types import ClaimsCoverage, Need
from scripts.fuzz import mutation, samples
from scripts.fuzz.target import Prepared, Target

Parse = Callable[[str], object]

_DAY = date(2026, 6, 1)
_SLOTS = timetable.read_slots("14:00-17:00/20")


def _read_claims(text: str) -> None:
    claims.split_claims(text)
    claims.split_claims(text, consecutive=False)
    for coverage in ClaimsCoverage:
        read, _coverage = claims.read_claims(text, coverage)
        claim_tree.claim_tree(read)


def _filters(text: str) -> None:
    filter_parsing.read_filters(
        filter_parsing.FilterTexts(ipc=[text], industries=[text[:5]], filed_after=text[:20])
    )


def _publication(text: str) -> None:
    number = publication_numbers.parse_publication_number(text)
    if number is not None:
        publication_numbers.spellings(number)
        publication_numbers.former_keys(number)
    publication_numbers.best_publication(publication_numbers.split_cell(text))


def _need(text: str) -> None:
    reading_json(read_need(Need(text=text)))


def _slots(text: str) -> None:
    timetable.read_presence(text, _SLOTS)
    timetable.read_table(text, ("1", "2"))
    timetable.read_slots(text)


def _contacts(text: str) -> None:
    contact_clauses.clear_contacts(text)
    contact_clauses.contact_lines(text.splitlines())


def _personal(text: str) -> None:
    personal_data.contact_spans(text)
    personal_data.mask_contacts(text, "…")
    personal_data.first_phone(text)
    personal_data.mask_phone(text)
    personal_data.mask_email(text)


def _dates(text: str) -> None:
    for order in (None, True, False):
        dates.parse_all(text, day_first=order)
    dates.order_is_open(text)
    dates.day_orders(text)


def _words(text: str) -> None:
    tokens.terms(text)
    tokens.running_words(text)
    clauses.read_clauses(text)
    shingles.shingles(text)
    shingles.plain_text(text)
    negation.words_by_polarity(text)
    languages.is_chinese(text)
    markup.join_wraps(markup.strip_markup(text))
    highlights.highlights(frozenset({"隔膜", "150"}), text)


def _status(text: str) -> None:
    legal_status.read_status(text, text, was_granted=True)
    legal_status.read_status("", text, was_granted=False)
    legal_status.read_history(text)
    legal_status.uses_on_record(text)


def _names(text: str) -> None:
    names.read_people(text)
    names.read_organisations(text)
    organisations.organisation_key(text)
    regions.read_province(text)
    regions.province_of_address(text)
    offices.read_office(text)


_DATES = ("2026年12月31日", "31/12/2026", "Dec 3, 2026", "45000", "2026.1.2; 2027.3.4")
_STATUSES = (
    "授权",
    "2021.03.02 授权\n2023.05.01 专利权的终止；未缴年费专利权终止 终止日期:20220601",
    "有效；质押",
    "专利权质押合同登记的生效 质权人:样例银行 生效日:20230101",
)
_AMOUNTS = ("50-80万元", "￥1,200,000", "三百万元左右", "每年20万元，共3年", "面议")
_DEADLINES = ("2026年12月底前", "3个月内", "明年上半年", "2026-12-31", "合同签订后18个月")
_APPLICATIONS = ("CN201910000001.X", "2019100000014", "PCT/CN2020/100001", "201910000001.X")
_PUBLICATIONS = ("CN119900001B", "US2025/0000001 A1", "JP特開2020-000001A", "WO2020/100001A1")
_IPC = ("H01M50/449(2021.01)I; H01M10/0525", "A61K 9/00", "B25J15/12;C08L67/04", "G06F 17/30")
_NAMES = (
    "样例甲;样例乙",
    "样例大学；样例研究院",
    "SAMPLE CO., LTD.; Sample, A. B.",
    "天津市河西区",
)
_TERMS = ("普通许可 10万元 提成3%", "是", "TRL 6", "独占许可，入门费50万元+销售额5%")
_SLOT_TEXTS = ("14:00-17:00/20", "14:00-14:20，14:30-14:50", "上午", "3号桌")


def _target(
    name: str,
    parse: Parse,
    seeds: Sequence[str] | Callable[[], Sequence[bytes]],
    *,
    weight: int = 10,
    max_bytes: int = 8_000,
) -> Target:
    def prepare(_folder: Path) -> Prepared:
        def run(data: bytes) -> None:
            parse(data.decode("utf-8", "replace"))

        made = seeds() if callable(seeds) else [seed.encode() for seed in seeds]
        return Prepared(run, made)

    return Target(name, prepare, mutation.text, weight, max_bytes)


PARSERS = (
    _target("claims", _read_claims, samples.claims, weight=16, max_bytes=30_000),
    _target("application numbers", application_numbers.parse_application_number, _APPLICATIONS),
    _target("publication numbers", _publication, _PUBLICATIONS),
    _target("dates", _dates, _DATES),
    _target("deadlines", lambda text: deadlines.read_deadline(text, _DAY), _DEADLINES),
    _target("amounts", amounts.read_amount, _AMOUNTS),
    _target("numerals", numerals.read_numeral, ("三百二十", "二〇二六年", "12"), weight=5),
    _target("legal status", _status, _STATUSES),
    _target("ipc", ipc.read_symbols, _IPC),
    _target("names", _names, _NAMES),
    _target("licence terms", lambda text: licence_terms.read_terms(lambda _name: text), _TERMS),
    _target("filters", _filters, ("H01M,B25J", "有权", "2020", "新材料")),
    _target("credit codes", credit_codes.credit_code, ("91120116MA0700000X",), weight=3),
    _target("slots", _slots, _SLOT_TEXTS, weight=5),
    _target("tables", timetable.read_tables, ("12", "A1,A2", "主桌、副桌"), weight=3),
    _target("days of an event", timetable.read_day, _DATES, weight=3),
    _target("need", _need, samples.texts, weight=12, max_bytes=16_000),
    _target("contacts", _contacts, samples.texts, max_bytes=16_000),
    _target("personal data", _personal, samples.texts, max_bytes=16_000),
    _target("words", _words, samples.texts, max_bytes=16_000),
)
"""Targets of this room."""
