"""Declarations of the programme's kinds of record."""

from collections.abc import Mapping
from dataclasses import replace

from matcher.errors import InputError
from matcher.language.messages import _
from matcher.programme.contracts import CONTRACTS
from matcher.programme.fields import (
    ACCEPTED,
    ENTERPRISE,
    INSTITUTION,
    JOINED,
    LEFT,
    NOTE,
    PATENT,
    Field,
    Values,
)
from matcher.programme.institutions import INSTITUTIONS
from matcher.programme.record import Due, RecordKind


def _check_filing(values: Values) -> None:
    if bool(values.get("number")) != bool(values.get("filed_on")):
        raise InputError(
            _("number and day of the filing go together (备案号、备案日期): give both")
        )


ALLIANCE_MEMBERS = RecordKind(
    name="alliance-members",
    chinese="联盟成员",
    prefix="member",
    about="An institution as a member of an alliance.",
    fields=(
        Field(
            "alliance",
            ("联盟", "联盟名称"),
            "Name of the alliance (联盟), which is an institution of the kind alliance.",
            is_required=True,
            refers_to="institutions",
            example="样例新材料专利联盟",
        ),
        Field(
            "institution",
            ("成员", "成员单位", *INSTITUTION.headings),
            "Name of the member (成员单位).",
            is_required=True,
            example="样例大学",
        ),
        Field(
            "role",
            ("成员身份", "身份", "角色", "职务"),
            "What it is there (成员身份): 理事长单位, 成员单位 …",
            max_length=60,
            example="成员单位",
        ),
        JOINED,
        LEFT,
        ACCEPTED,
    ),
    key=("alliance", "institution"),
    owner="institution",
    is_public=True,
    joins="alliance",
)
"""Members of an alliance (联盟成员); the alliance is itself an institution."""

POOLS = RecordKind(
    name="pools",
    chinese="专利池",
    prefix="pool",
    about="Patents that are licensed together.",
    fields=(
        Field(
            "name",
            ("专利池名称", "专利池", "池名称", "名称"),
            "Name of the pool (专利池名称).",
            is_required=True,
            example="样例隔膜专利池",
        ),
        Field(
            "operator",
            ("运营机构", "管理机构", "牵头单位", "运营单位"),
            "The institution that runs it (运营机构).",
            example="样例知识产权运营中心",
        ),
        Field("field", ("技术领域", "领域"), "Field of technology (技术领域).", example="新材料"),
        Field(
            "terms",
            ("许可条件", "许可政策", "使用条件"),
            "On which terms its patents are licensed (许可条件), in the operator's words.",
            form="long",
            example="非独占许可，入池企业免首年许可费",
        ),
        NOTE,
    ),
    key=("name",),
    owner="operator",
    is_public=True,
)
"""Patent pools (专利池)."""

POOL_PATENTS = RecordKind(
    name="pool-patents",
    chinese="专利池专利",
    prefix="pooled",
    about="A patent in a pool.",
    fields=(
        Field(
            "pool",
            ("专利池", "专利池名称", "池名称"),
            "Name of the pool (专利池).",
            is_required=True,
            refers_to="pools",
            example="样例隔膜专利池",
        ),
        PATENT,
        INSTITUTION,
        JOINED,
        LEFT,
        ACCEPTED,
    ),
    key=("pool", "patent"),
    owner="institution",
    is_public=True,
    joins="pool",
)
"""Patents in a pool (专利池专利)."""

PLEDGES = RecordKind(
    name="pledges",
    chinese="质押登记",
    prefix="pledge",
    about="A patent that secures a loan: what is done with it needs the pledgee's consent.",
    fields=(
        Field(
            "number",
            ("质押登记号", "登记号", "质押合同登记号"),
            "Registration number of the pledge (质押登记号).",
            is_required=True,
            max_length=60,
            example="Y2025000000001",
        ),
        PATENT,
        INSTITUTION,
        Field("pledgee", ("质权人", "银行", "债权人"), "The pledgee (质权人).", example="样例银行"),
        Field(
            "amount",
            (
                "质押金额(元)",
                "质押金额",
                "担保金额(元)",
                "担保金额",
                "金额(元)",
                "金额",
                "质押金额(万元)",
                "担保金额(万元)",
                "金额(万元)",
            ),
            "Sum secured, in yuan (质押金额, 元).",
            form="yuan",
            example="2000000.00",
        ),
        Field(
            "registered_on",
            ("质押登记日", "登记日期", "登记日", "生效日期", "登记生效日"),
            "Day of registration (质押登记日).",
            form="day",
            is_required=True,
            example="2025-03-01",
        ),
        Field(
            "expires_on",
            ("质押到期日", "到期日期", "到期日"),
            "Day on which the loan ends (质押到期日).",
            form="day",
            example="2028-03-01",
        ),
        Field(
            "released_on",
            ("质押解除日", "解除日期", "注销日期", "解除日"),
            "Day on which the pledge was cancelled (质押解除日).",
            form="day",
        ),
        NOTE,
    ),
    key=("number", "patent"),
    owner="institution",
    dues=(
        Due(
            "expires_on",
            {"zh": "质押到期，办理解除或续期", "en": "end of the pledge: release or extend it"},
            until="released_on",
        ),
    ),
)
"""Registered pledges of patents (质押登记): pledgee, amount and days."""

PRODUCT_FILINGS = RecordKind(
    name="product-filings",
    chinese="专利产品备案",
    prefix="filing",
    about="A product of an enterprise that is made with a patent, and its filing.",
    fields=(
        PATENT,
        INSTITUTION,
        replace(ENTERPRISE, is_required=True),
        Field(
            "product",
            ("产品名称", "专利产品", "产品", "专利产品名称"),
            "Name of the product (产品名称).",
            is_required=True,
            example="样例陶瓷隔膜",
        ),
        Field(
            "number",
            ("备案号", "备案编号", "产品备案号"),
            "Number of the filing (备案号); empty until it is filed.",
            max_length=60,
            example="ZLCP2026000001",
        ),
        Field(
            "filed_on",
            ("备案日期", "备案日", "备案时间"),
            "Day of the filing (备案日期).",
            form="day",
            example="2026-03-20",
        ),
        Field(
            "due_on",
            ("备案期限", "应备案日期", "应备案日"),
            "Day by which it is to be filed (备案期限).",
            form="day",
            example="2026-04-30",
        ),
        Field(
            "valid_until",
            ("有效期至", "备案有效期", "备案有效期至", "有效期"),
            "Last day of the filing (有效期至).",
            form="day",
            example="2029-03-19",
        ),
        NOTE,
    ),
    key=("patent", "enterprise", "product"),
    owner="institution",
    dues=(
        Due("due_on", {"zh": "专利产品备案", "en": "filing of the product"}, until="number"),
        Due(
            "valid_until",
            {
                "zh": "专利产品备案到期，需要时续展",
                "en": "end of the product filing: extend it if needed",
            },
        ),
    ),
    check=_check_filing,
)
"""Filings of products made with a patent (专利产品备案)."""

KINDS: Mapping[str, RecordKind] = {
    kind.name: kind
    for kind in (
        INSTITUTIONS,
        ALLIANCE_MEMBERS,
        POOLS,
        POOL_PATENTS,
        PLEDGES,
        PRODUCT_FILINGS,
        CONTRACTS,
    )
}
"""Kinds by name in the order of import: a record comes after those it refers to."""
