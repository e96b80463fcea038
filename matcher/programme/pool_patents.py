"""Which patents are in a pool (专利池专利)."""

from matcher.programme.common_fields import INSTITUTION, JOINED, LEFT, PATENT
from matcher.programme.kind import Field, RecordKind

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
    ),
    key=("pool", "patent"),
    owner="institution",
    is_public=True,
)
