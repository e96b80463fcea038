"""What firms write around a need: who they are, the market, the policy, what they hope for.

Found by the wording of single clauses, so that a sentence which goes on to say something keeps
that: "随着…的发展，传统…难以…" loses its first clause only.
"""

import re

from matcher.needs.reading.cues import says_something
from matcher.needs.reading.sentences import Sentence, with_text

_FIRM = "(?:我们?|本|该|贵|吾)?(?:公司|厂|企业|集团|单位|司|院|所|合作社)"
_FIRM_FACTS = (
    rf"^{_FIRM}.{{0,12}}?(?:成立于|创立|创建|始建|组建于|位于|坐落|地处|总部|是一[家个]|是(?:以"
    rf"|集|由|国内)|为一家"
    r"|专业从事|主要从事|主营|主要生产|主要产品|主导产品|一直致力|长期致力|致力于|秉承|坚持"
    r"|通过了|荣获|被评|被认定"
    r"|先后(?:获|被|通过|承担|研发|开发)|拥有|现有(?:员工|职工|总?资产|厂房|设备|各类|技术|专业"
    r"|\d)|共有|建有|设有|投资|占地)",
    r"(?:成立|创立|创建|始建|组建)于(?:19|20)\d\d|(?:19|20)\d\d年.{0,3}(?:成立|创立|创建|投产)",
    r"是一[家个].{0,60}(?:企业|公司|厂家|厂商|制造商|供应商)|集.{1,30}(?:于一体|为一体)",
    r"注册资[本金]|占地(?:面积)?[约\d]|建筑面积|厂房|员工|职工|科技人员\d|技术人员\d|研发人员"
    r"|研发团队|技术力量"
    r"|总资产|固定资产|年产值|产值|销售收入|销售额|营业收入|利税|年营收|研发费用|研发投入",
    r"高新技术企业|专精特新|小巨人|龙头企业|上市公司|工程(?:技术)?研究中心|企业技术中心"
    r"|院士工作站|博士后|重点实验室"
    r"|ISO ?\d{4}|质量管理体系|授权专利|发明专利|实用新型|软件著作权|科技进步奖|知识产权\d"
    r"|专利\d+项",
)
_SURROUNDINGS = (
    r"^(?:近期|当前|目前|如今|现今|但)?随着",
    r"^在.{2,30}(?:背景|形势|大环境|条件|环境|潮流|浪潮)下|^为(?:了)?(?:积极)?(?:响应|贯彻|落实"
    r"|顺应)",
    r"政策(?:趋严|收紧|日益|日趋|支持|扶持|导向|引导|优势|要求)|国家.{0,8}(?:政策|战略|大力|号召"
    r"|鼓励|倡导)|产业政策"
    r"|十[二三四五]五(?:规划|期间|重点)?"
    r"|一带一路|中国制造2025|战略性新兴产业|国务院|工信部|发改委|供给侧|乡村振兴|碳达峰"
    r"|碳中和目标",
    r"市场(?:规模|份额|前景|空间|容量|潜力|需求|竞争|占有率)|应用前景|前景(?:广阔|良好|可观)"
    r"|前景十分|广阔的?前景"
    r"|社会效益|经济效益|投资(?:额|约|总额|规模)|总投资|投资\d|项目资金|预算\d|万元|亿元|亿美元"
    r"|GDP"
    r"|重要的?(?:现实|战略|社会|经济)?意义|意义(?:重大|深远)|产业(?:链|集群|升级)|行业(?:领先"
    r"|标杆)|国际领先|国内领先",
)
_COURTESY = (
    r"寻求.{0,12}(?:合作|专家|单位)|(?:进行|开展|展开|寻求|共同)合作|合作(?:单位|伙伴|开发|方式"
    r"|共赢|机会|攻关)|产学研"
    r"|校企合作|优势互补|互惠互利|共同发展|(?:给予|提供|得到|予以).{0,10}(?:指导|支持|帮助|指教"
    r"|援助|协助|服务)"
    r"|(?:专家|教授|高校|院校|科研院所|研究所|研究机构|团队).{0,12}(?:合作|指导|支持|帮助|联系"
    r"|交流|加入|对接)"
    r"|交流探讨|请.{0,8}联系|欢迎|诚邀|谢谢|感谢|做出.{0,6}贡献|奠定.{0,8}基础",
)
_ENGLISH = (
    r"\b(?:was |were |been )?(?:founded|established|incorporated|set up) in\b"
    r"|\bwe are an? .{0,60}\b(?:company|manufacturer|supplier|firm|enterprise|producer|maker"
    r"|business)\b"
    r"|^(?:our |the )?(?:company|firm|enterprise) (?:is|was|has|employs|owns|covers)\b"
    r"|\bheadquartered\b"
    r"|\b(?:employs?|employees|staff of|workforce)\b|\bhigh-tech enterprise\b|\bISO ?\d{4}"
    r"|\bregistered capital\b"
    r"|\bannual (?:sales|turnover|revenue|output value)\b|\bmarket (?:size|share|prospects?"
    r"|demand|potential)\b",
    r"^with the (?:rapid |fast |continuous |growing |increasing )?(?:development|growth"
    r"|popularity|rise|advance)"
    r"|^as (?:is )?(?:we all )?kn(?:ow|own)\b|\b(?:national|government) polic(?:y|ies)\b"
    r"|\bfive-year plan\b",
    r"\blook(?:ing)? forward to\b|\bplease contact\b|\b(?:seek|seeking|hope for"
    r"|welcome) (?:a )?(?:cooperation"
    r"|collaboration|partners?|experts?)\b|\bthank you\b|\b(?:technical )?(?:guidance"
    r"|support) from experts\b",
)
_OF_FIRM = re.compile(
    "公司|企业|集团|已有|拥有|我厂|本厂|工厂|我们|单位|我院|我所|中心|团队|人员|员工|职工|注册|资质|荣誉|专利|项目"
    "|产值|产能|销售|市场|投资|资金|经费|预算|万元|亿元|合作|联系|电话|设备|基础"
    r"|\b(?:we|our|us|company|firm|staff|employees|founded|turnover|revenue|budget|invest\w*)\b",
    re.IGNORECASE,
)
_FILLER = re.compile("|".join((*_FIRM_FACTS, *_SURROUNDINGS, *_COURTESY)))
_OPENER = re.compile(
    r"(?:近些?年来?|近几年来?|最近几年|众所周知|据(?:统计|报道|了解|不完全统计|预测)|当今|在当前"
    r"|在我国|in recent years)[,，]?\s*",
    re.IGNORECASE,
)
"""Clauses that say nothing, though what follows may."""
_ENGLISH_FILLER = re.compile("|".join(_ENGLISH), re.IGNORECASE)
_SUBJECT = (
    "我公司|我单位|我企业|我厂|我司|我们|我院|我方|本公司|本企业|本单位|本项目|本课题|该项目"
    "|该课题|公司|企业|项目|课题|我"
)
_WISH = (
    "非常希望|希望|期望|期待|寻求|寻找|征集|诚征|拟(?!南芥|态|合|人|除虫|杆菌)(?:通过|采用|计划"
    "|要)?|打算|计划|准备"
    "|想要|想找个?|想做|想把(?=.{2})|想(?!象|像|法|到)|急需要?|亟需要?|亟待|急待|迫切需要"
    "|迫切希望|特需|现需要?"
    "|需要(?!求)|需(?!求|氧|量|水|肥|热)"
)
_LEAD_IN = re.compile(
    r"(?:(?:因此|所以|为此|故此?|鉴于此|基于此|综上(?:所述)?|同时|另外|此外|并|但)[,，、]?)?"
    rf"(?:(?:{_SUBJECT})[,，]?)?(?:现在?|目前|当前|正|正在|也|还|都|特|今后|下一步)?[,，]?"
    rf"(?:{_WISH})(?:能够|能|可以|可|尽快)?(?:有|找到|找)?(?:[一这]种(?=.{{3}}))?[:：]?"
)
_ENGLISH_LEAD_IN = re.compile(
    r"(?:therefore|so|thus|hence|now|at present|currently)?,?\s*"
    r"(?:(?:we|our (?:company|firm)|the (?:company|firm)|this project)(?: now| also| urgently|'re"
    r"|'d)*"
    r" (?:are |is )?(?:currently |now |urgently )?(?:look(?:ing|s)? for|search(?:ing|es)? for"
    r"|seek(?:ing|s)?|wants?|would like|needs?|hopes?|plans?|intends?|aims?|wish(?:es)?)"
    r"|looking for|wanted:|seeking)\s+(?:to (?:have |find |get )?)?",
    re.IGNORECASE,
)
_LEAST = 4
"""Characters that must remain for a lead-in to be cut off."""


def is_filler(clause: str) -> bool:
    """Whether the wording of a clause is about the firm, its surroundings or its manners."""
    return bool(_FILLER.search(clause.strip()) or _ENGLISH_FILLER.search(clause.strip()))


def speaks_of_firm(text: str) -> bool:
    """Whether a sentence under a heading such as 企业简介 or 合作方式 is about that at all."""
    return _OF_FIRM.search(text) is not None


def without_boilerplate(sentence: Sentence) -> tuple[list[Sentence], list[Sentence]]:
    """What of a sentence speaks of the technique, and what is boilerplate; one may be empty.

    A sentence with filler is boilerplate as a whole unless one of its other clauses tells of a
    problem, a demand, a goal or a figure; then only the filler before and after is cut off.
    """
    clauses = sentence.clauses
    filler = [is_filler(clause) or bool(_OPENER.fullmatch(clause)) for clause in clauses]
    if not any(filler):
        return [sentence], []
    others = [clause for clause, fills in zip(clauses, filler, strict=True) if not fills]
    if not any(map(says_something, others)) and (not others or any(map(is_filler, clauses))):
        return [], [sentence]
    first, last = 0, len(clauses)
    while filler[first]:
        first += 1
    while filler[last - 1]:
        last -= 1
    kept = with_text(sentence, "".join(clauses[first:last]))
    cut = ["".join(clauses[:first]), "".join(clauses[last:])]
    return [kept], [with_text(sentence, text) for text in cut if text]


def without_lead_in(text: str) -> str:
    """The sentence without 我公司希望, 本项目拟, "we are looking for" and such at its front."""
    lead_in = _LEAD_IN.match(text) or _ENGLISH_LEAD_IN.match(text)
    if lead_in is None or len(text) - lead_in.end() < _LEAST:
        return text
    return text[lead_in.end() :].lstrip("，,、:： ")
