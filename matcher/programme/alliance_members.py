"""Which institutions belong to an alliance (联盟成员). The alliance is itself an institution."""

from matcher.programme.common_fields import INSTITUTION, JOINED, LEFT
from matcher.programme.kind import Field, RecordKind

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
            at_most=60,
            example="成员单位",
        ),
        JOINED,
        LEFT,
    ),
    key=("alliance", "institution"),
    owner="institution",
    is_public=True,
)
