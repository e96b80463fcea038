"""Institutions (机构): universities, institutes and intermediaries to the enterprises."""

from matcher.errors import InputError
from matcher.language.messages import _
from matcher.programme.fields import Field, Values
from matcher.programme.record import RecordKind
from matcher.text.personal_data import has_mobile_phone


def _check(values: Values) -> None:
    """Refuse a mobile number: it is a person's own, and this phone is published."""
    if has_mobile_phone(str(values.get("tto_phone") or "")):
        raise InputError(
            _(
                "the phone of an institution (办公电话) is published, and this is a mobile number: "
                "give the office's own number"
            )
        )


INSTITUTIONS = RecordKind(
    name="institutions",
    chinese="机构",
    prefix="inst",
    about="A university, an institute, or whoever stands between them and the enterprises.",
    fields=(
        Field(
            "name",
            ("机构名称", "机构", "单位名称", "单位", "名称"),
            "Full name (机构名称).",
            is_required=True,
            example="样例大学",
        ),
        Field(
            "kind",
            ("机构类型", "机构类别", "单位类型", "单位性质", "类型"),
            "Kind of institution (机构类型): university 高校, institute 科研院所, "
            "tto 技术转移机构, operator 运营机构, alliance 联盟, service_centre 服务中心.",
            form="choice",
            choices={
                "university": ("高校", "高等院校", "高等学校", "大学"),
                "institute": ("科研院所", "研究院所", "科研机构", "研究所", "研究院"),
                "tto": ("技术转移机构", "技术转移中心", "成果转化机构"),
                "operator": ("运营机构", "专利运营机构", "知识产权运营机构"),
                "alliance": ("联盟", "产业联盟", "知识产权联盟", "专利联盟"),
                "service_centre": ("服务中心", "知识产权服务中心", "公共服务机构"),
            },
            example="university",
        ),
        Field(
            "region",
            ("地区", "所在地区", "省份", "省市"),
            "Province (地区).",
            max_length=40,
            example="天津",
        ),
        Field(
            "tto_name",
            ("责任部门", "联系部门", "技术转移部门", "TTO名称", "TTO"),
            "The responsible office (责任部门), such as the technology-transfer office; no person.",
            example="样例大学技术转移中心",
        ),
        Field(
            "tto_phone",
            ("办公电话", "部门电话", "联系电话", "TTO电话"),
            "The office's phone (办公电话), published; never a person's.",
            max_length=60,
            example="022-00000000",
        ),
        Field(
            "tto_email",
            ("办公邮箱", "部门邮箱", "TTO邮箱"),
            "The office's e-mail address (办公邮箱), published; never a person's.",
            example="tto@example.edu.cn",
        ),
    ),
    key=("name",),
    owner="name",
    is_public=True,
    check=_check,
)
