"""Patterns of the labels, names and addresses in contact clauses.

Their words are those of the lists in `contact_words/`, their places those of
`matcher.text.contact_places`.
"""

import re
from functools import cache

from matcher.text.characters import CHINESE, nfkc_in_place, simplified
from matcher.text.contact_places import ADDRESS, ENGLISH_ADDRESS, POSTCODE
from matcher.text.phrases import REGEX_MARK, alternation, phrase_pattern, phrases
from matcher.text.prefilters import PrefilteredPattern

_PACKAGE = "matcher.text"
NUMBER = "\ue100"
"""Stands for a number or an address in a clause that is examined."""
BLANK = r"[ \t\u3000]"
MAX_LONE_LABEL = 20
"""Characters of the longest label alone on its line, those of its owner and a colon included."""
_OWNER = (
    "(?:企业|公司|单位|项目|技术|需求|业务|商务|课题|第一|主要|现场|我司|我方|甲方|乙方|需方|本)"
    "{0,2}"
)
_NOTE = r"(?:[(（][^()（）]{0,10}[)）])?"
_AND_NUMBER = rf"(?:签[字名章])?(?:{BLANK}?[及和与/、]?{BLANK}?(?:联系)?(?:电话|手机号?码?|方式))?"
_ENGLISH_LABEL = r"(?:[ /(（]{1,3}(?i:contact(?: person)?|name|filled in by)[)）]?)?"
"""The same label in English, behind the Chinese one."""
_NAMES_ADDRESS = re.compile("址|(?i:address)").search
_ENGLISH_PERSON = (
    r"(?i:contact(?:\s+person)?|attn|attention|person in charge)\s*[:：]\s*"
    r"(?:(?i:mr|ms|mrs|dr|prof)\.?\s+)?[A-Z][\w.'-]*(?:\s+[A-Z][\w.'-]*){0,3}"
)


@cache
def words(name: str) -> tuple[str, ...]:
    """Return the words of a list whose lines hold several."""
    return tuple(
        word for line in phrases(_PACKAGE, f"contact_words/{name}.txt") for word in line.split()
    )


@cache
def word_list(name: str) -> str:
    """Return the alternatives of a list."""
    return alternation(_PACKAGE, f"contact_words/{name}.txt")


@cache
def spaced(name: str) -> str:
    """Return the alternatives of a list, with blanks between their characters or without."""
    lines = (
        line.removeprefix(REGEX_MARK)
        if line.startswith(REGEX_MARK)
        else f"{BLANK}*".join(map(re.escape, line))
        for line in phrases(_PACKAGE, f"contact_words/{name}.txt")
    )
    return f"(?:{'|'.join(lines)})"


@cache
def surname() -> str:
    """Return the pattern of a surname: those of two characters, then the others as one set.

    A set compiles and matches faster than as many alternatives.
    """
    one, two = _surnames()
    return f"(?:{'|'.join(two)}|[{''.join(one)}])"


@cache
def _surnames() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Surnames of one character, and of two."""
    one, two = (tuple(s for s in words("surnames") if len(s) == length) for length in (1, 2))
    return one, two


@cache
def chinese_name() -> str:
    """Return the pattern of a surname and a given name."""
    one, two = _surnames()
    technical = "|".join(words("not_names"))
    return (
        rf"(?!{technical})(?:(?:{'|'.join(two)})[{CHINESE}]{{1,2}}"
        rf"|[{''.join(one)}][{CHINESE}某]{{1,2}})"
    )


@cache
def titled_person() -> str:
    """Return the pattern of a surname or name with a title: 王经理, 欧阳娜女士, 李工."""
    return rf"(?:{surname()}[{CHINESE}]{{0,2}}?{word_list('titles')})"


@cache
def known_name() -> re.Pattern[str]:
    """Return the pattern of a name of a known family, or of one with a title."""
    return re.compile(rf"{titled_person()}|{chinese_name()}")


@cache
def labelled() -> tuple[re.Pattern[str] | PrefilteredPattern, ...]:
    """Return the patterns of a value behind its label: a person, an address, a postcode."""
    several, known, colon = _several(), _known(), rf"{BLANK}*[:：]{BLANK}*"
    start = rf"(?<![{CHINESE}]){_OWNER}"
    sure, weak = f"{spaced('persons')}{_ENGLISH_LABEL}", spaced("chiefs")
    behind_person = (
        rf"{start}(?:{sure}|{weak}){_AND_NUMBER}{_NOTE}{colon}{several}",
        rf"(?:{sure}){_AND_NUMBER}{_NOTE}{colon}{several}",
        rf"{start}{sure}{_AND_NUMBER}{_NOTE}{BLANK}+{several}",
    )
    behind_role = (
        rf"{_OWNER}(?:{spaced('roles')}|{weak}){_NOTE}{colon}{known}"
        rf"(?:[、,，和 ]{{1,2}}{known}){{0,9}}"
    )
    linked = (
        rf"{start}(?:{sure}|{weak}){_NOTE}{BLANK}*[为是叫]{BLANK}*{known}",
        rf"{start}(?:{sure}|{weak}){BLANK}*[(（]{known}[)）]",
    )
    signed = rf"[(（](?:签[字名章])[)）]{BLANK}*{known}"
    sent = (
        rf"^{BLANK}*(?i:from|to|cc|sent by|reply-to){BLANK}*[:：]{BLANK}*{several}"
        rf"(?={BLANK}*[<\[(（]?{NUMBER})"
    )
    return (
        *(PrefilteredPattern(pattern, _names_person_label) for pattern in behind_person),
        PrefilteredPattern(behind_role, _names_role),
        *(PrefilteredPattern(pattern, _names_person_label) for pattern in linked),
        PrefilteredPattern(signed, re.compile("签[字名章]").search),
        PrefilteredPattern(sent, re.compile(NUMBER).search),
        *(PrefilteredPattern(pattern, _NAMES_ADDRESS) for pattern in (ADDRESS, ENGLISH_ADDRESS)),
        *map(re.compile, (POSTCODE, _ENGLISH_PERSON)),
    )


def _several() -> str:
    """Return the pattern of a person or two, of any family, with titles and notes."""
    names = (
        rf"(?:{titled_person()}|{_spaced_name()}|[{CHINESE}·]{{2,4}}"
        rf"|[A-Z][\w.'-]*(?: [A-Z][\w.'-]*){{0,3}}(?:{BLANK}*{chinese_name()})?)"
        rf"(?:{_NOTE}{BLANK}*(?:{word_list('titles')}))?(?![{CHINESE}A-Za-z])"
    )
    return rf"{names}(?:{BLANK}*[、/和,，]{BLANK}*{names}(?={BLANK}*[{NUMBER}:：,，]|$))?"


def _known() -> str:
    """Return the pattern of a person of a known family."""
    return (
        rf"(?!{'|'.join(words('not_names'))})(?:{titled_person()}|{chinese_name()})"
        rf"(?:{BLANK}?{_NOTE})(?![{CHINESE}A-Za-z])"
    )


def _names_person_label(text: str) -> bool:
    """Prefilter of the patterns that begin with the label of a person."""
    unspaced = "".join(text.split())
    return any(label in unspaced for label in (*words("persons"), *words("chiefs")))


def _names_role(text: str) -> bool:
    """Prefilter of the pattern that begins with a role and a colon, or a note between them."""
    unspaced = "".join(text.split())
    roles = (*words("roles"), *words("chiefs"))
    return any(role + mark in unspaced for role in roles for mark in ":：(（")


@cache
def _spaced_name() -> str:
    """Return the pattern of a short name with blanks between its characters: 王 伟."""
    return rf"(?:{surname()}{BLANK}{{1,3}}[{CHINESE}](?:{BLANK}{{1,2}}[{CHINESE}])?(?![{CHINESE}]))"


@cache
def attached_name() -> PrefilteredPattern:
    """Return the pattern of a label of a person, with a name right behind it or without."""
    labels = rf"(?:(?P<sure>{spaced('persons')})|{spaced('chiefs')})"
    end = rf"(?=[或和与及]|{spaced('channels')}|(?![{CHINESE}]))"
    name = rf"(?:{titled_person()}|{chinese_name()}|{_spaced_name()}){end}"
    return PrefilteredPattern(
        rf"{_OWNER}{labels}{_AND_NUMBER}{_NOTE}(?P<link>{BLANK}*[:：为是叫]?{BLANK}*)"
        rf"(?:(?P<name>{name})|(?={NUMBER}|$|[,，、\s(（]))",
        _names_person_label,
    )


@cache
def channel() -> re.Pattern[str]:
    """Return the pattern of a label beside a number, or behind one."""
    label = rf"(?<![A-Za-z]){_OWNER}{spaced('channels')}(?:号码?)?(?![A-Za-z])"
    gap = r"[\s:：/、,，和或及()（）\[\]-]*"
    return re.compile(
        rf"{label}{_NOTE}{gap}(?={NUMBER})|(?<={NUMBER}){gap}{label}(?={gap}(?:$|{NUMBER}))"
    )


@cache
def label_start() -> re.Pattern[str]:
    """Return the pattern of a label at which contact data begins."""
    labels = "|".join(map(spaced, ("persons", "chiefs", "channels")))
    return re.compile(rf"{_OWNER}(?:{labels}|(?:单位|公司|通讯|联系)地址)|有意者|如有")


@cache
def contact_label() -> re.Pattern[str]:
    """Return the pattern of a whole label of a form for a person, a number or an address.

    Of those that are words of prose, too, only 负责人 and 法人 are contacts of a need.
    """
    person = rf"{_OWNER}(?:{spaced('persons')}|负责人|法人)[^:：]{{0,8}}"
    number = rf"[^:：]{{0,4}}{spaced('channels')}(?:号码?)?(?:地址)?"
    return re.compile(rf"(?!.*意见)(?:{person}|{number}|(?i:contact(?: ?person)?))")


@cache
def label_in_cell() -> re.Pattern[str]:
    """Return the pattern of a label inside a cell of contact data."""
    labels = "|".join(map(spaced, ("persons", "chiefs", "channels")))
    return re.compile(rf"(?<![A-Za-z])(?:{labels})(?:号码?)?(?![A-Za-z])")


@cache
def courtesy() -> re.Pattern[str]:
    """Return the pattern of words around contact data that state no need."""
    return re.compile(word_list("courtesies"))


@cache
def labelled_name() -> re.Pattern[str]:
    """Return the pattern of a name behind its label."""
    labels = rf"(?:{spaced('persons')}|{spaced('chiefs')}|(?i:contact(?: person)?|attn))"
    return re.compile(
        rf"{labels}{_AND_NUMBER}{_NOTE}(?:{BLANK}*[:：]{BLANK}*|{BLANK}*[为是叫]?)"
        rf"(?P<name>{titled_person()}|{_spaced_name()}|{chinese_name()}(?![{CHINESE}])|[{CHINESE}·]{{2,4}}(?![{CHINESE}])"
        r"|[A-Z][\w.'-]*(?: [A-Z][\w.'-]*){0,3})"
    )


@cache
def titled_name() -> re.Pattern[str]:
    """Return the pattern of a name with a title."""
    return re.compile(rf"(?<!级)(?P<name>{titled_person()})(?![{CHINESE}])")


@cache
def bare_name() -> re.Pattern[str]:
    """Return the pattern of a name of a known family that stands alone."""
    return re.compile(rf"(?<![{CHINESE}])(?P<name>{chinese_name()})(?![{CHINESE}])")


@cache
def name_before() -> re.Pattern[str]:
    """Return the pattern of a name that ends before a number."""
    verbs = ("联系", "咨询", "致电", "询问", "通知", *"找询与和或请由向给对跟叫是为")
    edge = "|".join([f"(?<![{CHINESE}])", *(f"(?<={verb})" for verb in verbs)])
    gap = rf"{BLANK}*[,，:：(（]?{BLANK}*(?:{spaced('channels')})?{BLANK}*[:：]?{BLANK}*$"
    calls = ("[Cc]all", "[Cc]ontact", "[Aa]sk for", "[Rr]each")
    asked = "|".join(f"(?<={verb} )" for verb in calls)
    latin = rf"(?:{asked})[A-Z][a-z'-]+(?: [A-Z][a-z'-]+){{0,2}}(?= (?:on|at|by|via) )"
    name = rf"{titled_person()}|(?:{edge}){chinese_name()}|{latin}"
    return re.compile(rf"(?P<name>{name})(?: (?:on|at|by|via) ?)?{gap}")


@cache
def name_behind() -> re.Pattern[str]:
    """Return the pattern of a name or of the words of a channel behind a number."""
    return re.compile(
        rf"{BLANK}*[(（,，]?{BLANK}*(?:(?:手机|电话)?同?微信(?:同号|同步)?|同号|{titled_person()}"
        rf"|(?P<bare>{chinese_name()})(?=[)）]))[)）]?(?![{CHINESE}])"
    )


@cache
def title_alone() -> re.Pattern[str]:
    """Return the pattern of a title, a date or a serial number beside a person."""
    labels = r"(?:填表|填报|签字|签署|申报)?日\s*期|时间|序号|职务|职称|部门"
    labels += r"|性别\s*[:：]?\s*[男女]?|姓名"
    return re.compile(
        rf"(?<![{CHINESE}])(?:{word_list('titles')}|{labels})(?![{CHINESE}])"
        r"|(?<![0-9])20[0-9]{2}(?:年|[-./])[01]?[0-9](?:月|[-./])[0-3]?[0-9](?:日|(?![0-9]))"
        r"|^\s*[0-9]{1,3}(?=[\s.、)])"
    )


_SIGNS = re.compile(r"(?<![0-9])\*+(?![0-9])|[|丨]|__+")
_JOINT = re.compile(rf"(?<=[{CHINESE}])[ \t]?(?:=>?|->|→|[—–-]{{2,}})")
_TITLE_BRACKETS = str.maketrans("【】〖〗", " : :")


def plain_line(line: str) -> str:
    """Return a line in simplified characters without mark-up; offsets are the same."""
    plain = simplified(nfkc_in_place(line)).translate(_TITLE_BRACKETS)
    plain = _SIGNS.sub(lambda match: " " * len(match[0]), plain)
    return _JOINT.sub(lambda match: ":".ljust(len(match[0])), plain)


@cache
def lone_label() -> PrefilteredPattern:
    """Return the pattern of a line that is a label of a person, a number or an address."""
    labels = "|".join(map(spaced, ("persons", "chiefs", "channels")))
    address = f"(?:单位|公司|企业|通[讯信]|联系|详细|办公|注册)?地{BLANK}*址"
    return PrefilteredPattern(
        rf"(?m:^){BLANK}*{_OWNER}(?:{labels}|{address}){BLANK}*[:：]?{BLANK}*(?m:$)",
        _has_label_line,
    )


def _has_label_line(text: str) -> bool:
    """Prefilter of a label alone on its line."""
    lines = ("".join(line.split()) for line in text.split("\n"))
    return any(_names_label(line) for line in lines if len(line) <= MAX_LONE_LABEL)


def _names_label(line: str) -> bool:
    channels = phrase_pattern(_PACKAGE, "contact_words/channels.txt")
    return "址" in line or _names_person_label(line) or channels.search(line) is not None


_DATE = r"20[0-9]{2}(?:年|[-./])[01]?[0-9](?:月|[-./])[0-3]?[0-9]日?"


@cache
def signature() -> PrefilteredPattern:
    """Return the pattern of a name and a date at the end of a text, on one line or two."""
    name = rf"(?:{chinese_name()})"
    return PrefilteredPattern(
        rf"(?m:^){BLANK}*(?:{name}\s+{_DATE}|{_DATE}\s+{name})\s*\Z", re.compile(_DATE).search
    )


@cache
def signature_line() -> re.Pattern[str]:
    """Return the pattern of a line of a signature."""
    return re.compile(
        rf"\s*(?:(?:{chinese_name()})(?:\s+{_DATE})?|{_DATE}(?:\s+(?:{chinese_name()}))?)\s*"
    )
