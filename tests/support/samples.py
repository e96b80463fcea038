"""Invented patents for the tests (样例)."""

from dataclasses import replace
from datetime import date

from matcher.types import (
    Claim,
    ClaimsCoverage,
    LegalStatus,
    LicenceTerms,
    Patent,
    PatentId,
    PatentType,
    TeamRef,
    TtoContact,
)

TODAY = date(2026, 6, 1)
INSTITUTION = "样例大学"
TTO = TtoContact(INSTITUTION, "样例大学技术转移中心", "022-0000-0000", "tto@sample.example")

SEPARATOR = Patent(
    id=PatentId("CN201919900001.1"),
    application_number="CN201919900001.1",
    publication_number="CN119900001B",
    kind_code="B",
    patent_type=PatentType.INVENTION,
    title="一种陶瓷涂覆的锂离子电池隔膜",
    abstract="在聚乙烯基膜上涂覆氧化铝陶瓷层，隔膜在150℃下的热收缩率低于2%，用于动力电池。",
    claims=(
        Claim(1, "一种锂离子电池隔膜，其特征在于，包括聚乙烯基膜和氧化铝陶瓷层。"),
        Claim(2, "根据权利要求1所述的隔膜，其特征在于，陶瓷层厚度为2微米。", True, (1,)),
    ),
    claims_coverage=ClaimsCoverage.ALL,
    applicants=(INSTITUTION,),
    owners=(INSTITUTION,),
    inventors=("样例甲", "样例乙"),
    ipc=("H01M50/449", "H01M10/0525"),
    filing_date=date(2019, 3, 1),
    grant_date=date(2021, 3, 1),
    legal_status=LegalStatus.IN_FORCE,
    legal_status_text="授权",
    status_as_of=date(2026, 5, 1),
    expiry_date=date(2039, 3, 1),
    transfer_count=0,
    licence_count=0,
    unused_since=date(2021, 3, 1),
    region="天津",
    industries=("NM",),
    team=TeamRef(INSTITUTION, "储能材料团队", "材料学院", "样例甲"),
    licence=LicenceTerms(open_licence=True, fee="3 万元/年"),
    is_sample=True,
)
GRIPPER = Patent(
    id=PatentId("CN202029900002.4"),
    application_number="CN202029900002.4",
    publication_number="CN219900002U",
    kind_code="U",
    patent_type=PatentType.UTILITY_MODEL,
    title="一种机器人柔性夹爪",
    abstract="夹爪的手指由硅胶制成并充气变形，可以抓取易碎的零件而不留压痕。",
    claims=(Claim(1, "一种机器人柔性夹爪，其特征在于，手指内设有充气腔。"),),
    claims_coverage=ClaimsCoverage.FIRST,
    owners=("样例研究院",),
    ipc=("B25J15/12",),
    filing_date=date(2020, 5, 1),
    legal_status=LegalStatus.UNKNOWN,
    expiry_date=date(2030, 5, 1),
    region="河北",
    industries=("HEM",),
    is_sample=True,
)
BEARING = Patent(
    id=PatentId("CN201519900003.2"),
    application_number="CN201519900003.2",
    publication_number="CN119900003B",
    kind_code="B",
    patent_type=PatentType.INVENTION,
    title="Bearing fault diagnosis by vibration analysis",
    abstract="A vibration signal of the bearing is decomposed and a fault is recognised early.",
    claims=(Claim(1, "A method for diagnosing a bearing fault, comprising measuring vibration."),),
    claims_coverage=ClaimsCoverage.FIRST,
    owners=(INSTITUTION,),
    ipc=("G01M13/045",),
    filing_date=date(2015, 1, 1),
    legal_status=LegalStatus.LAPSED,
    legal_status_text="未缴年费终止",
    expiry_date=date(2035, 1, 1),
    region="天津",
    industries=("HEM", "NGIT"),
    is_sample=True,
)
ALL = (SEPARATOR, GRIPPER, BEARING)


def sibling(patent: Patent, number: str, **changes: object) -> Patent:
    """Copy of a patent with another number."""
    return replace(patent, id=PatentId(number), application_number=number, **changes)  # type: ignore[arg-type]
