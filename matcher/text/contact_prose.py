"""Patterns of persons whom prose names: by a title, a function, or in asking to contact them.

A name alone, without such a word, is not told from other words; it stays.
"""

import re
from functools import cache

from matcher.text.characters import CHINESE
from matcher.text.contact_names import BLANK, chinese_name, surname, word_list, words
from matcher.text.prefilters import PrefilteredPattern

_WEAK = "[工总]"
"""Titles of one character, which stand behind a surname alone."""
_TRADES = "金车石单双全方常万施管路包农计米陶连古柴乐"
"""Surnames that make another word with 工 or 总, such as 车工."""
_NO_GIVEN_NAME = (
    "任为是以向与和的有聘由请找让被及或等在从到各该本其大校院系所务位名个了也都将要会能可想"
)
"""Characters that do not stand in a name before a title."""
_OTHERS = "{0,9}"
"""Further persons of a list: a bound keeps the time of a long text from growing with its square."""
_SPOKEN = "提出|认为|介绍|表示|指出|反映|反馈|建议|跟进|牵头|负责|希望|要求|非常|十分|多次"
_ASKED = "联系|咨询|致电|请找|请与|找|由|向|跟"
_WORD = r"[A-Z][a-zà-ÿ'-]+(?![A-Za-z])"
_ENGLISH_NAME = rf"{_WORD}(?:[ ]{_WORD}|[ ][A-Z]\.){{0,2}}"
_ENGLISH_PAIR = f"{_WORD}[ ]{_WORD}"
_ENGLISH = (
    r"(?<![A-Za-z])(?:Mr|Ms|Mrs|Miss|Dr|Prof|Professor|Doctor|Engineer|Herr|Frau)\b\.?[ ]"
    rf"(?P<english>{_ENGLISH_NAME})",
    rf"\b(?:engineer|manager|director|professor|CEO|CTO)[ ](?P<english_titled>{_ENGLISH_PAIR})",
    r"(?:(?i:please|kindly|can|may|to|should) (?i:contact|call|ask)|\bContact"
    r"|(?i:contact person)(?: is)?)[ ]"
    rf"(?P<english_called>{_ENGLISH_NAME})(?=\s*(?:[.,;(]|$|(?:for|at|by|via|on|in|from|or)\b))",
)
_NO_ENGLISH_NAME = (
    r"(?!(?:[A-Z][\w'-]* )*(?:Mr|Ms|Mrs|Dr|Prof|Emeritus|Blade|Grade|System|Us|Our|The|You|Your"
    r"|Angle|Resistance|Pressure|Lens|Area|Surface|Department|Office|Team|Center|Centre|Sales"
    r"|Support|Co|Ltd|Inc|University|Company)\b)"
)


def _first_characters(*patterns: str) -> str:
    """Return the pattern of the first character of any of the alternatives, for speed."""
    firsts = {word.lstrip("(?:")[:1] for pattern in patterns for word in pattern.split("|")}
    return f"[{''.join(sorted(filter(str.isalpha, firsts)))}C]"


@cache
def person_in_prose() -> tuple[re.Pattern[str] | PrefilteredPattern, ...]:
    """Return the patterns of a person whom a sentence names; the last group is the name.

    The prefilters have any letter in place of a Chinese one, as that set takes a millisecond to
    compile wherever it stands.
    """
    return (
        _prefiltered(
            _behind_function(),
            rf"(?:{_titles()}|{word_list('functions')}){BLANK}?[:：为是]?{surname()}"
            rf"|[(（]{word_list('titles')}[)）]",
        ),
        _prefiltered(_called(), _CALLED_PREFILTER),
        _prefiltered(_titled(), rf"{surname()}\w{{0,2}}(?:{_titles()})"),
        _prefiltered(_weakly_titled(), f"{surname()}{_WEAK}"),
        *map(re.compile, _english()),
    )


def _prefiltered(pattern: str, prefilter: str) -> PrefilteredPattern:
    return PrefilteredPattern(pattern, re.compile(prefilter).search)


@cache
def _titles() -> str:
    """Return the alternatives of the titles that are words, the longest first."""
    titles = (word for word in words("titles") if ":" not in word)
    return "|".join(sorted(titles, key=len, reverse=True))


def _no_name() -> str:
    return "|".join((*words("no_prose_names"), *words("not_names")))


def _edge() -> str:
    """Return the pattern of the end of a person: no further word, or one of a person's doing."""
    return rf"(?=$|[^{CHINESE}]|{'|'.join(words('behind_persons'))})"


def _before() -> str:
    """Return the pattern of the beginning of a person."""
    edges = [f"(?<![{CHINESE}])", *(f"(?<={word})" for word in words("before_persons"))]
    return f"(?:{'|'.join(edges)})"


def _behind_function() -> str:
    """Return the pattern of a name behind a function or a title: 总工程师张建三提出."""
    plain = _titles()
    functions = word_list("functions")
    name = rf"(?!{_no_name()})(?:{chinese_name()})"
    return (
        rf"(?={_first_characters(plain, functions)})(?>{plain}|{functions})"
        rf"(?<!总工(?=程))(?<!老师(?=傅))(?<![首优领抢]先生)(?<![局全内外]部长)(?<![帮辅协]助理)"
        rf"{BLANK}?[:：为是]?(?P<titled>{name})"
        rf"(?={BLANK}?[(（]|$|[^{CHINESE}]|{'|'.join(words('behind_persons'))}|{word_list('titles')})"
        rf"|(?<![{CHINESE}])(?P<noted>{name})(?={BLANK}?[(（]{word_list('titles')}[)）])"
    )


_CALLED_PREFILTER = (
    r"由[\w、]{2,60}(?:负责|牵头|对接)|[与跟找和同向][\w、]{2,60}(?:联系|沟通|接洽|对接|洽谈)"
    r"|(?:请联系|可联系|请找|请咨询|可咨询|请致电|联系我司)\w{2}|我叫|我是|本人"
    r"|(?:联系|请找|人是\w{0,5})[老小]\w|@\w|\w[，,、 ]{1,2}[男女][，,、 ]"
    r"|[老小]\w(?:反映|反馈|提出|认为)"
    r"|(?:成员|骨干|人员|完成人)(?:有|为|是|包括|包含)?[:：]?\w{2,4}[、,，和及]\w"
)
"""Prefilter of `_called`; ten names with their owner have at most 57 characters."""


def _called() -> str:
    """Return the pattern of a name that a sentence asks to contact, or gives as its writer's."""
    single = rf"(?!{_no_name()})(?:{chinese_name()})"
    name = rf"{single}(?:[、和与及或]{single}){_OTHERS}"
    owner = "(?:我司|我方|我们|公司|本公司|我公司|本单位|我)?的?"
    owner += f"(?:[{CHINESE}]{{2}}部)?"
    nick = "[老小](?![米麦苗车路龙马方池苏])[" + "".join(
        w for w in words("surnames") if len(w) == 1
    )
    nick += "]"
    return (
        rf"由{owner}(?P<charged>{name})(?=负责|牵头|对接)"
        rf"|[与跟找和同向]{owner}(?P<asked>{name})(?=联系|沟通|接洽|对接|洽谈)"
        rf"|(?:请联系|可联系|请找|请咨询|可咨询|请致电|联系我司){owner}(?P<called>{name})"
        rf"(?=$|[^{CHINESE}]|即可|咨询|详谈)"
        rf"|(?:(?:我叫|我是|本人(?:叫|是|为)?)(?P<own>{name})(?![{CHINESE}]))"
        rf"|我是[^，,。；;\n]{{2,30}}(?:的|部|处|公司|厂)(?P<own_named>{name})(?![{CHINESE}])"
        rf"|(?:联系|请找|[系接]人是(?:[{CHINESE}]{{2,4}}的)?)(?P<nick_called>{nick})(?![{CHINESE}])"
        rf"|@(?P<at>{name})(?![{CHINESE}])"
        rf"|(?<![{CHINESE}])(?P<described>{name})(?=[，,、 ]{{1,2}}[男女][，,、 ])"
        rf"|(?<![{CHINESE}])(?P<nick>{nick})(?=反映|反馈|提出|认为)"
        rf"|(?:成员|骨干|人员|完成人)(?:有|为|是|包括|包含)?[:：]?"
        rf"(?P<members>{single}(?:[、,，和及]{single})+)(?![{CHINESE}])"
    )


def _titled() -> str:
    """Return the pattern of a surname or a name before a title of two characters: 张三经理."""
    titles = _titles()
    given = rf"(?:(?![{_NO_GIVEN_NAME}])[{CHINESE}]){{0,2}}?"
    return (
        rf"(?={surname()}){_before()}(?!{_no_name()}|任(?!先生|女士|小姐)|(?<=[对由位属])于)"
        rf"(?P<named>{surname()}{given}(?:{titles}))(?!务|论|傅|课|度){_edge()}"
        rf"|(?={surname()})(?:(?<=大学)|(?<=学院)|(?<=公司)|(?<=研究所)|(?<=研究院)|(?<=中心))"
        rf"(?!{_no_name()}|任)(?P<member>{surname()}{given}(?:{titles}))(?![务论傅课度后级])"
    )


def _weakly_titled() -> str:
    """Return the pattern of a surname with 工 or 总, asked for, speaking or in brackets: 李工."""
    weak = rf"(?![{_TRADES}]|高工){surname()}{_WEAK}"
    owner = "(?:我司|我方|我们|公司|本公司|我公司|本单位|我)?的?"
    return (
        rf"(?:{_ASKED}){owner}(?:[{CHINESE}]{{2}}[部处室])?(?P<weak_asked>{weak}){_edge()}"
        rf"|(?={weak}){_before()}(?P<weak_speaking>{weak})(?={_SPOKEN})"
        rf"|(?<![{CHINESE}])(?P<weak_alone>{weak}(?:[、/和]{weak}){_OTHERS})(?![{CHINESE}])"
    )


def _english() -> tuple[str, ...]:
    """Return the patterns of a name in English behind a title, or of a person to contact."""
    return tuple(
        pattern.replace("(?P<english", f"{_NO_ENGLISH_NAME}(?P<english") for pattern in _ENGLISH
    )
