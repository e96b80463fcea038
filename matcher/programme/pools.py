"""Patent pools (专利池): patents that are licensed together."""

from matcher.programme.common_fields import NOTE
from matcher.programme.kind import Field, RecordKind

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
