"""Spellings of numbers of all offices: what is read, and what is never taken for another kind."""

import pytest

from matcher.patents.application_numbers import (
    ApplicationNumber,
    NumberFault,
    former_ids,
    parse_application_number,
)
from matcher.patents.offices import is_office, read_office
from matcher.patents.publication_numbers import (
    former_keys,
    parse_publication_number,
    spellings,
)
from matcher.types import PatentType

A, U, D, N = (
    PatentType.INVENTION,
    PatentType.UTILITY_MODEL,
    PatentType.DESIGN,
    PatentType.UNKNOWN,
)


@pytest.mark.parametrize(
    ("written", "office", "canonical", "patent_type"),
    [
        # The office's column completes a bare number; a code in the number itself counts more.
        ("99217391", "US", "US99217391", N),
        ("1020219954949", "KR", "KR1020219954949", A),
        ("112019907258", "BR", "BR112019907258", A),
        ("201780099999.1", "CN", "CN201780099999.1", A),
        ("PCT/US2017/959419", "WO", "PCT/US2017/959419", N),
        ("US 99929007 A", "CN", "US99929007A", N),
        ("99777680", "EP", "EP99777680", N),
        ("2099257715", "AU", "AU2099257715", N),
        ("99500/98", "AU", "AU9950098", N),
        ("9944/DELNP/2007", "IN", "IN9944DELNP2007", N),
        ("2099113559/14", "RU", "RU2099113559", N),
        ("11209912215S", "SG", "SG11209912215S", N),
        ("9/077536", "VN", "VN9077536", N),
        ("I/009234", "MO", "MOI009234", N),
        ("99910", "IL", "IL99910", N),
        # Chinese numbers of all years.
        ("CN 85199431 A", "CN", "CN85199431.8", A),
        ("CN99225299U", None, "CN99225299.7", U),
        ("99225299.7", None, "CN99225299.7", U),
        ("992252997", None, "CN99225299.7", U),
        ("ＺＬ ２０１９ １ ９９００００１．１", None, "CN201919900001.1", A),
        ("201910000017x", None, "CN201910000017.X", A),
        ("专利申请号：201919900001·1", None, "CN201919900001.1", A),
        ("201919900001.1（已授权）", None, "CN201919900001.1", A),
        ("(21) 201919900001.1", None, "CN201919900001.1", A),
        ("2299345.2", None, "CN02299345.2", U),
        # Applications under the PCT.
        ("PCT/CN02/00123", None, "PCT/CN2002/000123", N),
        ("PCT/CN2002/000123", None, "PCT/CN2002/000123", N),
        ("PCT/US17/99419", None, "PCT/US2017/099419", N),
        ("PCTUS2017959419", None, "PCT/US2017/959419", N),
        ("PCT-US17-959419", None, "PCT/US2017/959419", N),
        ("WO2017/US959419", None, "PCT/US2017/959419", N),
        ("US2017/959419", "WO", "PCT/US2017/959419", N),
        ("WO2019CN76543", None, "PCT/CN2019/076543", N),
        ("CN 2019076543 W", "WO", "PCT/CN2019/076543", N),
        ("US 9612345 W", None, "PCT/US1996/012345", N),
        # Japan and Korea.
        ("特願2019-123456", None, "JP2019123456", A),
        ("特愿平10-123456号", None, "JPH10123456", A),
        ("実願2019-001234", None, "JP2019001234", U),
        ("2019-123456", "JP", "JP2019123456", N),
        ("昭60-12345", None, "JPS6012345", N),
        ("10-2021-0001234", None, "KR1020210001234", A),
        ("20-2021-0001234", None, "KR2020210001234", U),
        ("출원번호: 10-2021-0001234", None, "KR1020210001234", A),
        ("KR1020210001234A", None, "KR1020210001234", A),
        # The United States, Brazil, Europe.
        ("15/999,456", None, "US15999456", N),
        ("US 15/999456", None, "US15999456", N),
        ("15/999456", "US", "US15999456", N),
        ("29/999,456", None, "US29999456", D),
        ("PI 0799118-9", None, "BRPI0799118", A),
        ("MU8599996-1", "BR", "BRMU8599996", U),
        ("BR 11 2019 997258-4", None, "BR112019997258", A),
        ("EP99188888.1", None, "EP99188888", N),
        ("DE 10 2019 999 456.7", None, "DE102019999456", N),
        ("TW 109199456", None, "TW109199456", N),
        ("HK 18199345.6", None, "HK18199345", N),
    ],
)
def test_application_numbers(
    written: str, office: str | None, canonical: str, patent_type: PatentType
) -> None:
    number = parse_application_number(written, office)
    assert number == ApplicationNumber(canonical, patent_type)
    again = parse_application_number(canonical)
    assert isinstance(again, ApplicationNumber) and again.canonical == canonical


@pytest.mark.parametrize(
    ("written", "office", "number", "kind", "patent_type"),
    [
        ("20069912774", "US", "US20069912774", None, N),
        ("WO/2098/048995", "WO", "WO2098048995", None, N),
        ("109999999", "CN", "CN109999999", None, N),
        ("109999999", None, "CN109999999", None, N),
        ("CN199718276A", None, "CN199718276A", "A", A),
        ("CN299690275U", None, "CN299690275U", "U", U),
        ("CN 85199431 A", None, "CN85199431A", "A", A),
        ("公告号：CN2999294Y", None, "CN2999294Y", "Y", U),
        ("US99007243", None, "US99007243", None, N),
        ("US 9901762 B2", "US", "US9901762B2", "B2", N),
        ("US-2019998156-A1", None, "US2019998156A1", "A1", N),
        ("19,999,762 B2", None, "US19999762B2", "B2", N),
        ("RE049999", "US", "USRE049999", None, N),
        ("USRE49999E1", None, "USRE49999E1", "E1", N),
        ("PP19999", None, "USPP19999", None, N),
        ("D819999", "US", "USD819999", None, D),
        ("US D819,999 S", None, "USD819999S", "S", D),
        ("WO 98/98995 A1", None, "WO1998098995A1", "A1", N),
        ("WO98/098995", None, "WO1998098995", None, N),
        ("WO20991724", None, "WO2020991724", None, N),
        ("WO2020/999456A1", None, "WO2020999456A1", "A1", N),
        ("LT IP134 A", "LT", "LTIP134A", "A", N),
        ("特开2019-123456", None, "JP2019123456A", "A", N),
        ("特開平10-123456号公報", None, "JPH10123456A", "A", N),
        ("JP2019-123456A", None, "JP2019123456A", "A", N),
        ("特許第6999456号", None, "JP6999456B", "B", N),
        ("実開平5-12345", None, "JPH0512345U", "U", U),
        ("意匠登録第1699456号", None, "JP1699456S", "S", D),
        ("再表2019/012345", None, "JPWO2019012345A1", "A1", N),
        ("등록번호 10-1999967", None, "KR101999967", None, A),
        ("제20-0499967호", None, "KR200499967", None, U),
        ("1019999670000*", "KR", "KR101999967", None, A),
        ("KR20219954949A", None, "KR20219954949A", "A", N),
        ("BR-112013999945-B1", None, "BR112013999945B1", "B1", A),
        ("BR-PI1099593-A2", None, "BRPI1099593A2", "A2", A),
        ("BR-MU9199511-U2", None, "BRMU9199511U2", "U2", U),
        ("BR-C19999465-F1", None, "BRC19999465F1", "F1", N),
        ("BR-6899882-D0", None, "BR6899882D0", "D0", N),
        ("DE102019999456A1", None, "DE102019999456A1", "A1", N),
        ("GB2999678A", None, "GB2999678A", "A", N),
        ("FR3099345A1", None, "FR3099345A1", "A1", N),
        ("TWI699321B", None, "TWI699321B", "B", A),
        ("M549910", "TW", "TWM549910", None, U),
        ("CA2699840A1", None, "CA2699840A1", "A1", N),
        ("RU2799242C1", None, "RU2799242C1", "C1", N),
        ("HK1299567A1", None, "HK1299567A1", "A1", N),
        ("AU2018999456B2", None, "AU2018999456B2", "B2", N),
        ("201919952071", "IN", "IN201919952071", None, N),
    ],
)
def test_publication_numbers(
    written: str, office: str | None, number: str, kind: str | None, patent_type: PatentType
) -> None:
    read = parse_publication_number(written, office)
    assert read is not None
    assert (read.written, read.kind, read.patent_type) == (number, kind, patent_type)
    assert parse_publication_number(number) == read


@pytest.mark.parametrize(
    "written",
    ["CN109999999A", "109999999", "CN1999001A", "US 9901762 B2", "WO2020999456A1",
     "特開2019-123456", "KR101999967B1", "RE49999", "BR-PI1099593-A2", "TWI699321B", "EP1999228B1"],
)  # fmt: skip
def test_a_publication_number_is_no_application_number(written: str) -> None:
    assert parse_application_number(written) is NumberFault.PUBLICATION


@pytest.mark.parametrize(
    ("written", "office"),
    [
        ("CN201919900001.1", None),
        ("2019199000011", None),
        ("201919900001", "CN"),
        ("ZL201919900001.1", None),
        ("CN99225299U", None),
        ("992252997", "CN"),
        ("PCT/CN2019/076543", None),
        ("WO2019CN76543", None),
        ("CN2019076543W", None),
        ("US201799958258A", None),
        ("15/999,456", None),
        ("特願2019-123456", None),
        ("EP99188888.1", None),
        ("2.0192E+12", None),
        ("9654321", None),
        ("待分配", None),
    ],
)
def test_an_application_number_is_no_publication_number(written: str, office: str | None) -> None:
    assert parse_publication_number(written, office) is None


@pytest.mark.parametrize(
    ("written", "office"),
    [("16995460", None), ("9654321", None), ("102099000756017", "CN"), ("No. 12345", None),
     ("内部编号 2021-001", None), ("13800000000", None)],
)  # fmt: skip
def test_a_number_whose_office_is_not_known_is_not_guessed(
    written: str, office: str | None
) -> None:
    assert parse_application_number(written, office) is NumberFault.UNREADABLE
    assert parse_publication_number(written, office) is None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("US2019998156A1", "US 2019/0998156 A1"),
        ("WO9898995A1", "WO1998098995"),
        ("US09654321B2", "US9654321"),
        ("KR20219954949A", "KR10-2021-9954949"),
        ("KR1999967B1", "KR10-1999967"),
        ("特開平10-123456", "JPH10123456A"),
        ("DE000004999197", "DE4999197A1"),
    ],
)
def test_spellings_of_one_publication_have_one_key(first: str, second: str) -> None:
    one, other = parse_publication_number(first), parse_publication_number(second)
    assert one is not None and other is not None and one.key == other.key
    assert one.stem == spellings(one)[0] and one.key in spellings(one)


def test_the_numbers_of_a_model_and_a_patent_of_japan_are_two() -> None:
    keys = {
        number.key
        for written in ("JP2019123456A", "JP2019123456U")
        if (number := parse_publication_number(written))
    }
    assert len(keys) == 2


def test_ids_of_earlier_versions_are_known() -> None:
    assert {"PCT/CN02/00123", "WO2002CN123"} <= set(former_ids("PCT/CN2002/000123"))
    assert "IB2016002015W" in former_ids("PCT/IB2016/002015")
    assert former_ids("CN201919900001.1") == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [("US", "US"), ("cn", "CN"), ("美国", "US"), ("中國", "CN"), ("United States of America", "US"),
     ("韩国", "KR"), ("대한민국", "KR"), ("日本", "JP"), ("世界知识产权组织", "WO"),
     ("US - 美国", "US"), ("美国(US)", "US"), ("EPO", "EP"), ("", None), ("某省", None),
     ("XX", None)],
)  # fmt: skip
def test_names_of_offices(text: str, code: str | None) -> None:
    assert read_office(text) == code
    assert code is None or is_office(code)


@pytest.mark.parametrize(
    ("numbers", "keys"),
    [
        (("JP3299345U", "JP3299345B2", "JP3299345S"), ("JP3299345U", "JP3299345", "JP3299345S")),
        (("登録実用新案第3299345号", "特許第3299345号"), ("JP3299345U", "JP3299345")),
        (("意匠登録第1699345号", "JP1699345B2"), ("JP1699345S", "JP1699345")),
        (("JPH0599345A", "JPH0599345B2", "JPH0599345U", "JPH0599345Y2"),
         ("JP1993099345", "JP1993099345B", "JP1993099345U", "JP1993099345Y")),
        (("JP2599345Y2", "JP2599345B2"), ("JP2599345U", "JP2599345")),
        (("KR0199345Y1", "KR0199345B1", "KR0199345S"),
         ("KR200199345", "KR100199345", "KR300199345")),
        (("DE1999345U", "DE1999345B"), ("DE1999345U", "DE1999345")),
        (("UA99345U", "UA99345C2"), ("UA99345U", "UA99345")),
    ],
)  # fmt: skip
def test_series_that_an_office_counts_apart_have_keys_apart(
    numbers: tuple[str, ...], keys: tuple[str, ...]
) -> None:
    parsed = [parse_publication_number(number) for number in numbers]
    assert tuple(number and number.key for number in parsed) == keys
    for number in filter(None, parsed):
        assert not set(former_keys(number)) & (set(keys) - {number.key})


@pytest.mark.parametrize(
    ("written", "office", "stem", "kind"),
    [
        ("JP-A-2019-199345", None, "JP2019199345", "A"),
        ("JPA 2019199345", None, "JP2019199345", "A"),
        ("P2019-199345A", "JP", "JP2019199345", "A"),
        ("特開2019-199345(P2019-199345A)", None, "JP2019199345", "A"),
        ("JP-A-5-199345", None, "JPH05199345", "A"),
        ("JP-A-62-199345", None, "JPS62199345", "A"),
        ("JP-A-H05-199345", None, "JPH05199345", "A"),
        ("P6599345", "JP", "JP6599345", "B"),
        ("JP-B2-6599345", None, "JP6599345", "B2"),
        ("JPB2 6599345", None, "JP6599345", "B2"),
        ("U3299345", "JP", "JP3299345", "U"),
        ("JP-U-3299345", None, "JP3299345", "U"),
        ("D1699345", "JP", "JP1699345", "S"),
    ],
)
def test_letters_before_a_japanese_number_are_its_kind(
    written: str, office: str | None, stem: str, kind: str
) -> None:
    number = parse_publication_number(written, office)
    assert number is not None and (number.stem, number.kind) == (stem, kind)
    assert parse_application_number(written, office) is NumberFault.PUBLICATION


def test_an_application_as_the_japanese_office_prints_it() -> None:
    assert parse_publication_number("P2019-199345", "JP") is None
    assert parse_application_number("P2019-199345", "JP") == ApplicationNumber("JP2019199345", A)


@pytest.mark.parametrize(
    "written",
    ["EP17999456.7", "EP17999456", "EP 17 999 456.7", "EP17999456-7", "EP179994567",
     "EP17999456A", "EP20170999456"],
)  # fmt: skip
def test_a_european_application_has_one_form(written: str) -> None:
    assert parse_application_number(written) == ApplicationNumber("EP17999456")
    assert "EP17999456.7" in former_ids("EP17999456")
