"""The words by which a sentence tells whether it is a problem, a demand with figures, or a goal."""

import re

from matcher.types import NeedPartKind

_PROBLEM = re.compile(
    "问题|难题|难点|瓶颈|困难|困扰|难以|很难|较难|极难|无法|不能|没法|不了|不足|缺陷|缺点|弊端"
    "|缺乏|缺少|短板|存在"
    "|导致|造成|引起|制约|影响(?:很大|较大|严重|极大|到|了|生产|产品|质量|使用|效率|安全|寿命"
    "|性能)|限制|易(?:于)?(?:开裂|断裂|堵|磨损|变形|脱落|老化|腐蚀|氧化|污染|损坏|受|产生|出现"
    "|发生|碎|燃|吸潮)"
    "|容易|过[高低大小长短重慢快多少厚薄]|[偏较][高低大小差长慢重弱]"
    "|不[高低大好够稳均佳强快准灵牢齐明一](?!于)|不稳定|不均匀"
    "|不理想|不成熟|不完善|不明显|不合格|成本高|能耗[高大]|效率低|精度[低差]|质量[低差]|寿命短"
    "|性能差|效果差|污染|超标|耗时"
    "|费力|费工|落后|失效|故障(?!诊断|预测|预警|树|检测|监测|定位)|事故|浪费|堵塞|泄漏|损坏|开裂"
    "|变形|脱落|磨损|腐蚀|退货|返修|误报"
    "|漏报|只能|只有|全靠|靠人"
    "|依赖进口|依靠进口|太[高低大小慢贵冲重]|老是?[出漏炸坏断堵跑听]|总[是有漏炸坏]|裂[纹缝开了]"
    "|漏[油水气液出了检]|堵[住了死]|爆炸|翘[曲起得]|烧[穿糊坏]|渗油|冒油|看不[清懂见到]|听不懂"
    "|不灵|对不准"
    "|咋整|怎么办"
)
_TROUBLE = re.compile("问题|难题|难点|瓶颈|困难|难以|无法|不能|不足|缺点|缺陷|缺乏")
_ENGLISH_PROBLEM = re.compile(
    r"\b(?:problems?|issues?|fail(?:s|ed|ures?)?|cannot|can't|cann?ot|unable|difficult(?:y|ies)?"
    r"|hard to|struggl\w+"
    r"|suffer\w*|crumbl\w+|crack\w*|leak\w*|complain\w*|lacks?|lacking|poor|blocks?|clog\w*"
    r"|hurts?|corrod\w+|corrosion"
    r"|damag\w+|too (?:slow|high|low|expensive|heavy|large|small|long|much|many|weak)|drawbacks?"
    r"|bottleneck|break\w*"
    r"|wast\w+|slams?|bruis\w+|stuck|unstable|rejects?|defects?|gets? scratched|nobody can)\b",
    re.IGNORECASE,
)
_DEMAND = (
    r"(?:因此|所以|为此|故|现|目前|同时|并)?[,，]?(?:我公司|我单位|我厂|我司|我们|本公司|本项目"
    r"|本课题|该项目|公司|企业|项目)?"
    r"(?:现|目前|急|正|也|还|特)?(?:希望|期望|寻求|寻找|征集|拟(?!南芥|态|合)|打算|计划|想(?!象"
    r"|像|法|到)|急需|亟需|亟待|迫切"
    r"|需要|需(?!求量)|要求|要的是|如何|怎样|怎么|能否|能不能|有没有)"
)
_MAKING = (
    r"(?:进行|开展|重点|针对.{1,30}?|对.{1,20}?(?:进行|加以))?(?:研究|研发|开发|研制|设计|采用"
    r"|引进|优化|改进|改善|提高|提升|降低|减少|解决|攻克|突破|选用"
    r"|利用|通过|基于|搭建|集成|制备|合成|筛选|增强|增加|探索|寻|构建)"
)
_DEMAND_START = re.compile(_DEMAND)
_MAKING_START = re.compile(_MAKING)
_ENGLISH_DEMAND = re.compile(
    r"(?:therefore |so |now )?(?:we|our company|the company)?(?:'re|'d| are| would| now| also"
    r"| urgently)*\s*"
    r"(?:look(?:ing)? for|seek(?:ing)?|want\w*|like to|need\w*|require\w*|must|should|how (?:can"
    r"|to|else))\b"
    r"|(?:it|the \w+) (?:must|should|has to|needs to)\b",
    re.IGNORECASE,
)
_GOAL_START = re.compile(
    r"(?:最终|从而|以|进而|力争|争取|使|让|项目|本项目|通过.{2,30}[,，])?(?:实现|建成|建立|形成"
    r"|达成|完成|达产|投产|目标|预期"
    r"|研制出|开发出|填补|替代进口|年产|培育|推广)"
)
_GOAL = re.compile(
    "目标是|旨在|以实现|从而实现|最终实现|以期|为目标|的目的|产业化|达产|投产后|量产|推广应用"
    "|建成.{1,20}(?:线|基地|平台|系统)"
    "|形成.{1,20}(?:体系|能力|产品|规范|标准)|填补.{0,8}空白|替代进口"
)
_ENGLISH_GOAL = re.compile(
    r"\b(?:goal|objective|we aim|aims? (?:at|to)|in order to|so that|the target is"
    r"|mass production)\b",
    re.IGNORECASE,
)
_TECHNIQUE = re.compile(
    r"要求|指标|技术参数|[≤≥＜＞<>≦≧]|不(?:低于|高于|大于|小于|超过|少于|得|允许)|达到|控制在"
    r"|保持在|以[上内下]|之[间内]"
    r"|至少|至多|小于|大于|必须|应(?:当|能|具有|具备|满足)|满足|关键技术|研究|研发|开发|研制|设计"
    r"|制备|采用|工艺|方法"
)
_REQUIRED = re.compile(
    "不(?:低于|高于|大于|小于|超过|少于|得|允许)|不(?:能|可|要)(?:漏|超|低于|高于|大于|小于|影响"
    "|多于|少于)|[≤≥≦≧]|至少|必须|要求"
)
_NOW = re.compile("目前|现在|现有|当前|以往|以前|传统|原来|已有")
_AIM = re.compile("针对|为了?|对于?|在|根据|按照|通过|基于|结合|围绕|以|由于|用于")
_ENGLISH_TECHNIQUE = re.compile(
    r"\b(?:at (?:least|most)|no more than|less than|more than|below|above|within|up to|must"
    r"|should|requires?|required"
    r"|specification|method|process|technique)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"\d\s*(?:%|％|℃|°|[µμumk]?m\b|mm|[kM]?Pa|毫米|微米|纳米|小时|分钟|分贝|摄氏度)"
)


def kind_of(text: str) -> NeedPartKind:
    """Which part of a need a sentence is, by its words; `text` where they do not tell."""
    if _GOAL_START.match(text):
        return "goal"
    if starts_demand(text) or _MAKING_START.match(text):
        return "technique"
    if _REQUIRED.search(text) and not _NOW.search(text):
        return "technique"
    if _PROBLEM.search(text) or _ENGLISH_PROBLEM.search(text):
        return "problem"
    if _GOAL.search(text) or _ENGLISH_GOAL.search(text):
        return "goal"
    if _TECHNIQUE.search(text) or _ENGLISH_TECHNIQUE.search(text) or _FIGURE.search(text):
        return "technique"
    return "text"


def starts_demand(text: str) -> bool:
    """Whether a sentence or clause begins by saying that something is needed."""
    return bool(_DEMAND_START.match(text) or _ENGLISH_DEMAND.match(text.lstrip()))


def tells_trouble(text: str) -> bool:
    """Whether a sentence names a problem as such, and does not only use a word of wear or loss."""
    return bool(_TROUBLE.search(text) or _ENGLISH_PROBLEM.search(text))


def aims(clause: str) -> bool:
    """Whether a clause only says what the following is for or by: 针对…, 为…, 通过…."""
    return bool(_AIM.match(clause)) and kind_of(clause) != "problem"


def says_something(clause: str) -> bool:
    """Whether a clause tells of a problem, a demand, a goal or a figure."""
    return kind_of(clause.strip()) != "text"
