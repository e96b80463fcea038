"""Labels of the engine's values in Chinese and English, one wording for every reader.

Terminal, pages and workbooks take their words from here.
"""

from collections.abc import Iterable, Mapping

from matcher.language.choice import Language as Language
from matcher.language.choice import current_language
from matcher.types import (
    AvailabilityLevel,
    CardAspect,
    Fit,
    FitBasis,
    FitGap,
    LegalStatus,
    NeedPartKind,
    PatentType,
)

Label = Mapping[Language, str]
COLON: Label = {"zh": "：", "en": ": "}
"""Between the name of a thing and its value."""
LIST_COMMA: Label = {"zh": "、", "en": ", "}
"""Between the members of a list."""
FIT: Mapping[Fit | None, Label] = {
    "strong": {"zh": "契合度较高", "en": "good fit"},
    "fair": {"zh": "有一定契合度", "en": "some fit"},
    "weak": {"zh": "契合度较弱", "en": "weak fit"},
    None: {"zh": "未评定", "en": "not judged"},
}
FIT_BASIS: Mapping[FitBasis, Label] = {
    "title": {
        "zh": "契合度仅依据专利名称判断，摘要和权利要求未知",
        "en": "judged by the title alone; abstract and claims are not known",
    },
    "abstract": {
        "zh": "契合度依据名称和摘要判断，权利要求未知",
        "en": "judged by title and abstract; the claims are not known",
    },
    "claims": {
        "zh": "契合度依据摘要和权利要求判断",
        "en": "judged by abstract and claims",
    },
}
FIT_GAP: Mapping[FitGap, Label] = {
    "need_without_technique": {
        "zh": "未评定契合度：需求中的技术内容太少",
        "en": "not judged: the need says too little of a technique",
    },
    "catalogue_too_small": {
        "zh": "未评定契合度：目录中的专利太少，无从比较",
        "en": "not judged: the catalogue is too small to compare with",
    },
    "patent_without_text": {
        "zh": "未评定契合度：专利没有可读的文字",
        "en": "not judged: the patent has no text that can be read",
    },
}
STATUS: Mapping[LegalStatus, Label] = {
    LegalStatus.IN_FORCE: {"zh": "有权", "en": "in force"},
    LegalStatus.PENDING: {"zh": "审中", "en": "pending"},
    LegalStatus.LAPSED: {"zh": "失效", "en": "lapsed"},
    LegalStatus.UNKNOWN: {"zh": "未知", "en": "unknown"},
}
TYPE: Mapping[PatentType, Label] = {
    PatentType.INVENTION: {"zh": "发明", "en": "invention"},
    PatentType.UTILITY_MODEL: {"zh": "实用新型", "en": "utility model"},
    PatentType.DESIGN: {"zh": "外观设计", "en": "design"},
    PatentType.UNKNOWN: {"zh": "未知", "en": "unknown"},
}
PART: Mapping[NeedPartKind, Label] = {
    "title": {"zh": "需求名称", "en": "name"},
    "text": {"zh": "需求描述", "en": "description"},
    "problem": {"zh": "主要问题", "en": "problem"},
    "technique": {"zh": "技术关键与指标", "en": "technique and indicators"},
    "goal": {"zh": "预期目标", "en": "expected goal"},
    "keywords": {"zh": "关键词", "en": "keywords"},
}
ASPECT: Mapping[CardAspect, Label] = {
    "problem": {"zh": "解决的问题", "en": "solves"},
    "means": {"zh": "技术手段", "en": "by"},
    "effect": {"zh": "效果", "en": "effect"},
    "use": {"zh": "用途", "en": "for"},
}
FACT: Mapping[str, Label] = {
    "number": {"zh": "申请号", "en": "application number"},
    "publication": {"zh": "公开（公告）号", "en": "publication number"},
    "status": {"zh": "法律状态", "en": "legal status"},
    "status_day": {"zh": "法律状态日期", "en": "day of the legal status"},
    "terms": {"zh": "许可或转让条件", "en": "licence terms"},
    "readiness": {"zh": "技术成熟度", "en": "readiness"},
    "pledge": {"zh": "质押", "en": "pledge"},
    "team": {"zh": "发明团队", "en": "inventor team"},
    "contact": {"zh": "技术转移机构联系方式", "en": "TTO contact"},
    "budget": {"zh": "预算", "en": "budget"},
    "cooperation": {"zh": "合作方式", "en": "cooperation"},
    "deadline": {"zh": "截止日期", "en": "deadline"},
}
"""Facts of a patent or a need that a reader sees beside its texts."""
_PLEDGE: Mapping[str, Label] = {
    "recorded": {
        "zh": "登记有质押{detail}，许可或转让前须征得质权人同意",
        "en": "pledged on record{detail}: get the pledgee's consent before a licence or transfer",
    },
    "latest_event": {
        "zh": "最近一次法律事件为质押{detail}，许可或转让前须征得质权人同意",
        "en": "its latest legal event is a pledge{detail}: get the pledgee's consent first",
    },
    "counted": {
        "zh": "来源记有质押{detail}，是否解除不明，签约前请查登记簿",
        "en": "its source counts pledges{detail}, perhaps over: look into the register before you "
        "sign",
    },
}
LICENCE: Mapping[str, Label] = {
    "open_licence": {"zh": "已声明开放许可", "en": "open licence declared"},
    "kinds": {"zh": "许可方式", "en": "licence"},
    "fee_basis": {"zh": "支付方式", "en": "paid by"},
    "fee": {"zh": "许可费", "en": "fee"},
    "term": {"zh": "许可期限", "en": "term"},
    "conversion_modes": {"zh": "转化方式", "en": "ways"},
    "price_mode": {"zh": "定价方式", "en": "pricing"},
    "price": {"zh": "价格", "en": "price"},
}
"""The licence terms, by the field of `LicenceTerms`."""
GAP: Mapping[str, Label] = {
    "unanswered": {"zh": "未回应", "en": "not answered"},
    "unknown": {"zh": "尚不清楚", "en": "not known"},
}
"""The parts of a need that a patent leaves open, and the facts that nobody knows."""
SHORTLIST_MARK: Mapping[str, Label] = {
    "pinned": {"zh": "保留", "en": "pinned"},
    "added": {"zh": "增补", "en": "added"},
    "excluded": {"zh": "剔除", "en": "excluded"},
    "locked": {"zh": "锁定", "en": "locked"},
    "note": {"zh": "备注", "en": "note"},
}
"""The marks of the staff's edits."""
PINNED_MEETING: Label = {"zh": "手工安排", "en": "pinned"}
"""The mark of a meeting that the staff's edits ask for."""
EDIT: Mapping[str, Label] = {
    "exclude": {"zh": "剔除", "en": "taken out"},
    "pin": {"zh": "保留", "en": "pinned"},
    "add": {"zh": "增补", "en": "added"},
    "swap": {"zh": "替换", "en": "swapped"},
    "move": {"zh": "调序", "en": "moved in its list"},
    "lock": {"zh": "锁定", "en": "list locked"},
    "note": {"zh": "备注", "en": "note"},
    "add_meeting": {"zh": "加洽谈", "en": "meeting added"},
    "move_meeting": {"zh": "改期", "en": "meeting moved"},
    "cancel_meeting": {"zh": "取消洽谈", "en": "meeting cancelled"},
}
"""The staff's edits of shortlists and meetings, by their kinds."""
EVENT_STATE: Mapping[str, Label] = {
    "draft": {"zh": "草稿", "en": "draft"},
    "reviewed": {"zh": "已审核", "en": "reviewed"},
    "published": {"zh": "已发布", "en": "published"},
}
"""The states of an event's papers."""
EVENT_NEED_STATE: Mapping[str, Label] = {
    "waiting": {"zh": "待匹配", "en": "not matched yet"},
    "matched": {"zh": "已匹配", "en": "matched"},
    "failed": {"zh": "匹配失败", "en": "matching failed"},
}
MATCH_STATE: Mapping[str, Label] = {
    "recommended": {"zh": "推荐", "en": "recommended"},
    "viewed": {"zh": "已查看", "en": "viewed"},
    "contacted": {"zh": "联系", "en": "contacted"},
    "in_talks": {"zh": "洽谈", "en": "in talks"},
    "intent": {"zh": "意向", "en": "intent"},
    "signed": {"zh": "签约", "en": "signed"},
    "recorded": {"zh": "备案", "en": "recorded"},
    "in_use": {"zh": "实施", "en": "in use"},
    "not_interested": {"zh": "不感兴趣", "en": "not interested"},
    "excluded": {"zh": "排除", "en": "excluded"},
    "ended": {"zh": "终止", "en": "ended"},
}
"""The states of the follow-up of a match."""
EXIT_REASON: Mapping[str, Label] = {
    "too_early": {"zh": "技术成熟度不够", "en": "too early"},
    "benefit_unclear": {"zh": "效益不明确", "en": "benefit unclear"},
    "commercial_route_unclear": {"zh": "商业化路径不明确", "en": "commercial route unclear"},
    "description_unclear": {"zh": "说明不清楚", "en": "description unclear"},
    "not_in_our_field": {"zh": "不属于本企业领域", "en": "not in our field"},
    "already_have_it": {"zh": "已有同类技术", "en": "we have it already"},
    "terms": {"zh": "合作条件不合适", "en": "terms"},
    "status_of_the_right": {"zh": "权利状态有问题", "en": "status of the right"},
}
"""The reasons of a firm that is not interested."""
RECORD_KIND: Mapping[str, Label] = {
    "patents": {"zh": "专利", "en": "patents"},
    "teams": {"zh": "团队", "en": "teams"},
    "needs": {"zh": "需求", "en": "needs"},
    "institutions": {"zh": "机构", "en": "institutions"},
    "alliance-members": {"zh": "联盟成员", "en": "alliance members"},
    "pools": {"zh": "专利池", "en": "patent pools"},
    "pool-patents": {"zh": "专利池专利", "en": "pool patents"},
    "pledges": {"zh": "质押登记", "en": "pledges"},
    "product-filings": {"zh": "专利产品备案", "en": "product filings"},
    "contracts": {"zh": "合同", "en": "contracts"},
}
"""The kinds of records of a table."""
TABLE_FORMAT: Mapping[str, Label] = {
    "custom": {"zh": "自定表格", "en": "own table"},
    "form": {"zh": "征集表", "en": "form"},
}
"""The formats of a file that are no name of a source."""
INDUSTRY: Mapping[str, Label] = {
    "NGIT": {"zh": "新一代信息技术", "en": "new information technology"},
    "NM": {"zh": "新材料", "en": "new materials"},
    "HEM": {"zh": "高端装备制造", "en": "high-end equipment"},
    "BIO": {"zh": "生物医药", "en": "biomedicine"},
    "unknown": {"zh": "未知", "en": "not known"},
}
"""The four industries, by their codes."""
CLOSE_REASON: Mapping[str, Label] = {
    "matched": {"zh": "对接成功", "en": "matched"},
    "solved_elsewhere": {"zh": "另行解决", "en": "solved elsewhere"},
    "withdrawn": {"zh": "撤回", "en": "withdrawn"},
    "duplicate": {"zh": "重复", "en": "duplicate"},
    "other": {"zh": "其他", "en": "other"},
}
"""The reasons for which a need asks no more."""
ROLE: Mapping[str, Label] = {
    "portal": {"zh": "门户", "en": "portal"},
    "enterprise": {"zh": "企业", "en": "enterprise"},
    "tto": {"zh": "技术转移机构", "en": "technology-transfer office"},
    "staff": {"zh": "工作人员", "en": "staff"},
    "admin": {"zh": "管理员", "en": "administrator"},
    "auditor": {"zh": "审计", "en": "auditor"},
    "visitor": {"zh": "访客", "en": "visitor"},
}
"""The roles of callers."""
KEY_STATE: Mapping[str, Label] = {
    "usable": {"zh": "可用", "en": "usable"},
    "expired": {"zh": "已过期", "en": "expired"},
    "revoked": {"zh": "已吊销", "en": "revoked"},
}
ACCOUNT_STATE: Mapping[str, Label] = {
    "usable": {"zh": "可用", "en": "usable"},
    "locked": {"zh": "已锁定", "en": "locked"},
    "disabled": {"zh": "已停用", "en": "disabled"},
}
CONSENT_SCOPE: Mapping[str, Label] = {
    "public": {"zh": "公开", "en": "public"},
    "event": {"zh": "活动", "en": "event"},
    "granted": {"zh": "授权", "en": "granted"},
}
"""The scopes of a consent."""
INSTITUTION_KIND: Mapping[str, Label] = {
    "university": {"zh": "高校", "en": "university"},
    "institute": {"zh": "科研院所", "en": "research institute"},
    "tto": {"zh": "技术转移机构", "en": "technology-transfer office"},
    "operator": {"zh": "运营机构", "en": "operator"},
    "alliance": {"zh": "联盟", "en": "alliance"},
    "service_centre": {"zh": "服务中心", "en": "service centre"},
}
"""The kinds of institutions, by their codes."""
ABSTRACT: Label = {"zh": "摘要", "en": "abstract"}
INDUSTRY_NONE: Label = {"zh": "不属于四大产业", "en": "none of the four"}
FILTER: Mapping[str, Label] = {
    "legal_status": {"zh": "法律状态", "en": "legal status"},
    "ipc_prefixes": {"zh": "IPC", "en": "IPC"},
    "industries": {"zh": "产业", "en": "industry"},
    "institutions": {"zh": "机构", "en": "institution"},
    "regions": {"zh": "地区", "en": "region"},
    "patent_types": {"zh": "专利类型", "en": "patent kind"},
    "open_licence": {"zh": "开放许可", "en": "open licence"},
    "sleeping": {"zh": "沉睡专利", "en": "sleeping"},
    "filed_after": {"zh": "申请日", "en": "filing date"},
    "min_years_left": {"zh": "剩余年限", "en": "years left"},
    "pools": {"zh": "专利池", "en": "patent pool"},
    "alliances": {"zh": "联盟", "en": "alliance"},
}
"""Names of the filters, by their fields."""
AVAILABILITY: Mapping[AvailabilityLevel, Label] = {
    "high": {"zh": "可得性高", "en": "readily available"},
    "medium": {"zh": "可得性中等", "en": "available with questions open"},
    "low": {"zh": "可得性低", "en": "hardly available"},
}


def label(named: Label) -> str:
    """Return the label in the language of the run."""
    return named[current_language()]


def listed(texts: Iterable[str]) -> str:
    """Join texts as a list in the language of the run."""
    return LIST_COMMA[current_language()].join(texts)


def passage_label(passage: str, language: Language) -> str:
    """Return the reader's name of a passage, `abstract` or `claim 3`: 摘要, 权利要求 3."""
    kind, _, number = passage.partition(" ")
    if kind == "claim" and number:
        return f"权利要求 {number}" if language == "zh" else f"claim {number}"
    return ABSTRACT[language] if kind == "abstract" else passage


def fit_rests_on(basis: FitBasis | None, gap: FitGap | None) -> Label | None:
    """Return the sentence on what a fit label rests on, or why there is none; None if unknown."""
    if gap is not None:
        return FIT_GAP[gap]
    return None if basis is None else FIT_BASIS[basis]


def pledge_note(code: str | None, language: Language, detail: str = "") -> str | None:
    """Return the note on a pledge by its code (see `patents.pledges`); None for an unknown one.

    `detail` is a day or a number.
    """
    note = _PLEDGE.get(code or "")
    if note is None:
        return None
    shown = detail and (f"（{detail}）" if language == "zh" else f" ({detail})")
    return note[language].format(detail=shown)
