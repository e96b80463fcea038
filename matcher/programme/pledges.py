"""Pledges of patents (质押登记): who lent on a patent, from when to when."""

from matcher.programme.common_fields import INSTITUTION, NOTE, PATENT
from matcher.programme.kind import Due, Field, RecordKind

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
            at_most=60,
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
    dues=(Due("expires_on", "质押到期，办理解除或续期", until="released_on"),),
)
