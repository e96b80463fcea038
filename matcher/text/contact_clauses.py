"""Clauses and lines that give a person, an address or contact data and nothing else.

`clear_contacts` takes them out of a text and masks the numbers in its prose; the patterns of
numbers and addresses are those of `matcher.text.personal_data`, the words those of the lists in
`contact_words/`.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from matcher.text.characters import CHINESE, nfkc_in_place, simplified
from matcher.text.highlights import Span
from matcher.text.personal_data import contact_spans
from matcher.text.phrases import REGEX_MARK, alternation, phrases

MASK = "…"
"""Stands for contact data in prose."""
_PACKAGE = "matcher.text"
_NUMBER = "\ue100"
"""Stands for a number or an address in a clause that is examined."""
_MAX_CONTACT_LINE = 160
"""Characters of a line that can be contact data and nothing else."""
_MAX_LABELS = 6
"""Labels of a clause, from its end, at which its contact data may begin."""
_MAX_NAME_LETTERS = 3
"""Letters beside a number, labels and courtesies that can be a name without a known surname."""
_BLANK = r"[ \t\u3000]"
_OWNER = (
    "(?:企业|公司|单位|项目|技术|需求|业务|商务|课题|第一|主要|现场|我司|我方|甲方|乙方|需方|本)"
    "{0,2}"
)
_NOTE = r"(?:[(（][^()（）]{0,10}[)）])?"
_AND_NUMBER = (
    rf"(?:签[字名章])?(?:{_BLANK}?[及和与/、]?{_BLANK}?(?:联系)?(?:电话|手机号?码?|方式))?"
)
_PLACE = (
    r"[^，,；;。\n\ue100]{0,40}?[省市区县镇乡路街道村园厦栋][^，,；;。\n\ue100]{0,40}?"
    rf"(?=[，,；;。\n\ue100]|{_BLANK}{{2,}}|\t|$|{_BLANK}*(?:电话|邮编|联系|传真|手机|邮箱))"
)
_ADDRESS = (
    rf"(?:(?:单位|公司|企业|通[讯信]|联系|详细|办公|注册|邮寄|收件|收货|工厂|厂|经营|所在)地?址"
    rf"|(?<![{CHINESE}])地{_BLANK}*址|(?i:\baddress)){_NOTE}{_BLANK}*[:：\t]?{_BLANK}*{_PLACE}"
)
_POSTCODE = (
    rf"(?:邮政编码|邮{_BLANK}*编|(?i:zip|postcode)){_BLANK}*[:：]?{_BLANK}*[0-9]{{6}}(?![0-9])"
)
_ENGLISH_PERSON = (
    r"(?i:contact(?:\s+person)?|attn|attention|person in charge)\s*[:：]\s*"
    r"(?:(?i:mr|ms|mrs|dr|prof)\.?\s+)?[A-Z][\w.'-]*(?:\s+[A-Z][\w.'-]*){0,3}"
)
_BRACKETS = re.compile(r"[(（【\[]([^()（）【】\[\]]{2,100})[)）】\]]")
_ENGLISH_INVITATION = re.compile(
    r"\s*(?i:please\s+)?(?i:contact|call|ask for|reach)\s+(?:(?i:mr|ms|mrs|dr|prof)\.?\s+)?"
    r"[A-Z][\w'-]*(?:\s+[A-Z][\w.'-]*){0,2}\s*(?:at|by|on|via)?\s*"
)
_PERSONAL_LABEL = re.compile(
    r"姓名|联[系络]|电话|手机|邮箱|邮件|微信|地址|邮编|邮政|身份证|证件|账号|签[字名章]|负责人|法人|法定"
    r"|职[务称]|填[表报]人|经办|性别|年龄|phone|mail|contact|address|person|name of",
    re.IGNORECASE,
)
"""Words of a label or heading whose values are about a person."""
_TECHNICAL_ENDS = frozenset(
    "膜料器机件剂层板管池率度性法艺粉液胶泵阀片丝网箱柜炉轴轮船油电热酸碱盐烯烷酮醇酯醚胺酶糖药物型码表罐刀"
)
"""Last characters of short technical words; a name of unknown surname does not end so."""


@dataclass(frozen=True, slots=True)
class ClearedText:
    """A text without contact data."""

    text: str
    taken: tuple[str, ...]
    """Lines, clauses and numbers taken out of it, in order."""


def clear_contacts(text: str) -> ClearedText:
    """Take contact lines and clauses out of a text, and mask what stands inside its prose."""
    if not _may_hold_contacts(text):
        return ClearedText(text, ())
    taken: list[str] = []
    lines: list[str] = []
    for line in text.split("\n"):
        if line.strip() and is_contact_line(line):
            taken.append(line.strip())
        else:
            lines.append(_clear_line(line, taken))
    if not taken:
        return ClearedText(text, ())
    return ClearedText("\n".join(lines).strip(), tuple(taken))


def is_contact_line(line: str) -> bool:
    """Return True for a line that gives a person, an address or contact data and nothing else.

    A line of prose with a number in it is none; `clear_contacts` takes the number out of it.
    """
    return _is_contact(line)


def is_personal_label(label: str) -> bool:
    """Return True for a label or heading of values about a person, which no problem shows."""
    return _PERSONAL_LABEL.search(simplified(re.sub(r"\s", "", label))) is not None


def person_names(texts: Iterable[str]) -> Iterator[str]:
    """Yield the names in contact lines and clauses, those behind a label first."""
    known = [simplified(nfkc_in_place(text)) for text in texts]
    for pattern in (_labelled_name(), _titled_name(), _bare_name()):
        for text in known:
            for match in pattern.finditer(text):
                if not (_is_technical(match["name"]) or _courtesy().fullmatch(match["name"])):
                    yield match["name"].strip()


def _clear_line(line: str, taken: list[str]) -> str:
    """Return a line without its contact clauses; what is taken out is appended to `taken`."""
    line = _without_brackets(line, taken)
    sentences = re.split(r"(?<=[。！!？?；;])|(?<=\w\.)(?=\s+[A-Z])", line)
    cleared = "".join(_clear_sentence(sentence, taken) for sentence in sentences)
    spans = _person_spans(cleared)
    taken += [cleared[start:end] for start, end in spans]
    for start, end in reversed(spans):
        cleared = cleared[:start] + MASK + cleared[end:]
    return cleared.rstrip() if cleared != line else line


def _without_brackets(line: str, taken: list[str]) -> str:
    """Return a line without the brackets that hold contact data only, and the name before each."""
    for match in reversed(list(_BRACKETS.finditer(line))):
        if not _is_contact(match[1]):
            continue
        start, mask = match.start(), ""
        plain = simplified(nfkc_in_place(line[max(0, start - 20) : start]))
        name = _name_before().search(plain)
        if name and not _is_technical(name["name"]):
            start, mask = start - len(plain) + name.start("name"), MASK
        taken.append(line[start : match.end()])
        line = line[:start] + mask + line[match.end() :]
    return line


def _clear_sentence(sentence: str, taken: list[str]) -> str:
    if not sentence.strip():
        return sentence
    end = re.search(r"[。！!？?；;]?\s*$", sentence)
    body, tail = (sentence[: end.start()], end[0]) if end else (sentence, "")
    if _is_contact(body):
        taken.append(body.strip())
        return ""
    pieces = re.split(r"([，,、\t]|[ \u3000]{2,})", body)
    clauses, marks = pieces[::2], ["", *pieces[1::2]]
    contacts = [_is_contact(clause) for clause in clauses]
    for order in (range(len(clauses)), range(len(clauses) - 1, -1, -1)):
        for index in order:
            beside = contacts[max(0, index - 1) : index + 2]
            contacts[index] |= any(beside) and _is_name_only(clauses[index])
    kept = ""
    for clause, mark, is_contact in zip(clauses, marks, contacts, strict=True):
        if is_contact:
            taken.append(clause.strip())
            continue
        rest = _without_contact_end(clause, taken)
        kept += (mark if kept else "") + rest
    return kept + tail if kept.strip() else ""


def _without_contact_end(clause: str, taken: list[str]) -> str:
    """Return a clause without the contact data that a label begins at its end."""
    plain = simplified(nfkc_in_place(clause))
    labels = _label_start().finditer(plain, max(0, len(plain) - _MAX_CONTACT_LINE))
    for match in deque(labels, maxlen=_MAX_LABELS):
        if match.start() and _is_contact(clause[match.start() :]):
            taken.append(clause[match.start() :].strip())
            return clause[: match.start()].rstrip(" \t\u3000，,、：:(（-—")
    return clause


def _is_contact(text: str) -> bool:
    """Return True if a text is made of labels, names, numbers, addresses and courtesies alone."""
    if len(text) > _MAX_CONTACT_LINE:
        return False
    plain = simplified(nfkc_in_place(text))
    spans = contact_spans(plain)
    for start, end in reversed(spans):
        plain = plain[:start] + _NUMBER + plain[end:]
    labelled = 0
    for pattern in _labelled():
        plain, count = pattern.subn(" ", plain)
        labelled += count
    if not (spans or labelled or _titled_name().search(plain)):
        return False
    plain, attached = _attached_name().subn(" ", plain)
    plain = _without_channels(plain)
    for pattern in (_titled_name(), _courtesy()):
        plain = pattern.sub(" ", plain)
    rest = re.sub(rf"[\W_]|{_NUMBER}", " ", plain).split()
    named = labelled + attached > 0
    return (bool(spans) or named) and (not rest or _are_names(rest, known_only=named))


def _is_name_only(clause: str) -> bool:
    """Return True for a clause beside contact data that holds a name, a title or a courtesy."""
    if len(clause) > _MAX_CONTACT_LINE:
        return False
    plain = simplified(nfkc_in_place(clause))
    if _ENGLISH_INVITATION.fullmatch(plain):
        return True
    for pattern in (_titled_name(), _courtesy()):
        plain = pattern.sub(" ", plain)
    plain = _without_channels(plain + _NUMBER)
    rest = re.sub(rf"[\W_]|{_NUMBER}", " ", plain).split()
    return all(_known_name().fullmatch(word) and not _is_technical(word) for word in rest)


def _are_names(words: list[str], *, known_only: bool) -> bool:
    """Return True for names; one of an unknown family counts unless `known_only`."""
    if not known_only and len(words) == 1 and len(words[0]) <= _MAX_NAME_LETTERS:
        known = _known_name().fullmatch(words[0]) is not None
        return not _is_technical(words[0]) and (known or words[0][-1] not in _TECHNICAL_ENDS)
    return len(words) <= 3 and all(
        _known_name().fullmatch(word) and not _is_technical(word) for word in words
    )


def _without_channels(plain: str) -> str:
    """Return a clause without labels of numbers that stand beside a number or another label."""
    while True:
        shorter = _channel().sub("", plain)
        if shorter == plain:
            return plain
        plain = shorter


def _is_technical(name: str) -> bool:
    return name.startswith(_words("not_names"))


def _person_spans(text: str) -> list[Span]:
    """Return the spans of contact data, with the name or the words of a channel beside each."""
    plain = simplified(nfkc_in_place(text))
    spans: list[Span] = []
    for start, end in contact_spans(text):
        before = _name_before().search(plain, max(0, start - 20), start)
        if before and not _is_technical(before["name"]):
            start = before.start("name")
        behind = _name_behind().match(plain, end)
        if behind and not (behind["bare"] and _is_technical(behind["bare"])):
            end = behind.end()
        if spans and start <= spans[-1][1]:
            start = spans.pop()[0]
        spans.append((start, end))
    return spans


def _may_hold_contacts(text: str) -> bool:
    """Return True if a text has a number, an address or the label of a person."""
    plain = simplified(nfkc_in_place(text))
    return bool(contact_spans(plain) or any(p.search(plain) for p in _labelled()))


@cache
def _words(name: str) -> tuple[str, ...]:
    """Return the words of a list whose lines hold several."""
    return tuple(
        word for line in phrases(_PACKAGE, f"contact_words/{name}.txt") for word in line.split()
    )


@cache
def _list(name: str) -> str:
    return alternation(_PACKAGE, f"contact_words/{name}.txt")


@cache
def _spaced(name: str) -> str:
    """Return the alternatives of a list, with blanks between their characters or without."""
    lines = (
        line.removeprefix(REGEX_MARK)
        if line.startswith(REGEX_MARK)
        else f"{_BLANK}*".join(map(re.escape, line))
        for line in phrases(_PACKAGE, f"contact_words/{name}.txt")
    )
    return f"(?:{'|'.join(lines)})"


@cache
def _name() -> str:
    """Return the pattern of a surname and a given name."""
    surnames = sorted(_words("surnames"), key=len, reverse=True)
    one, two = ([s for s in surnames if len(s) == length] for length in (1, 2))
    return rf"(?:(?:{'|'.join(two)})[{CHINESE}]{{1,2}}|[{''.join(one)}][{CHINESE}某]{{1,2}})"


@cache
def _titled() -> str:
    """Return the pattern of a surname or name with a title: 王经理, 欧阳娜女士, 李工."""
    surnames = "|".join(sorted(_words("surnames"), key=len, reverse=True))
    return rf"(?:(?:{surnames})[{CHINESE}]{{0,2}}?{_list('titles')})"


@cache
def _known_name() -> re.Pattern[str]:
    return re.compile(rf"{_titled()}|{_name()}")


@cache
def _labelled() -> tuple[re.Pattern[str], ...]:
    """Return the patterns of a value behind its label: a person, an address, a postcode."""
    names = (
        rf"(?:{_titled()}|[{CHINESE}·]{{2,4}}|[A-Z][\w.'-]*(?: [A-Z][\w.'-]*){{0,3}})"
        rf"(?:{_NOTE}{_BLANK}*(?:{_list('titles')}))?(?![{CHINESE}A-Za-z])"
    )
    several = rf"{names}(?:{_BLANK}*[、/和,，]{_BLANK}*{names}(?={_BLANK}*[{_NUMBER}:：,，]|$))?"
    start = rf"(?<![{CHINESE}]){_OWNER}"
    sure, weak = _spaced("persons"), _spaced("chiefs")
    colon = rf"{_BLANK}*[:：]{_BLANK}*"
    return tuple(
        map(
            re.compile,
            (
                rf"{start}(?:{sure}|{weak}){_AND_NUMBER}{_NOTE}{colon}{several}",
                rf"(?:{sure}){_AND_NUMBER}{_NOTE}{colon}{several}",
                rf"{start}{sure}{_AND_NUMBER}{_NOTE}{_BLANK}+{several}",
                _ADDRESS,
                _POSTCODE,
                _ENGLISH_PERSON,
            ),
        )
    )


@cache
def _attached_name() -> re.Pattern[str]:
    """Return the pattern of a label of a person, with a name right behind it or without."""
    labels = rf"(?:{_spaced('persons')}|{_spaced('chiefs')})"
    name = rf"(?:{_titled()}|{_name()})(?![{CHINESE}])"
    return re.compile(
        rf"{_OWNER}{labels}{_AND_NUMBER}{_NOTE}{_BLANK}*[:：]?{_BLANK}*"
        rf"(?:{name}|(?={_NUMBER}|$|[,，、\s(（]))"
    )


@cache
def _channel() -> re.Pattern[str]:
    """Return the pattern of a label beside a number, or behind one."""
    label = rf"(?<![A-Za-z]){_OWNER}{_spaced('channels')}(?:号码?)?(?![A-Za-z])"
    gap = r"[\s:：/、,，和或及()（）\[\]-]*"
    return re.compile(
        rf"{label}{_NOTE}{gap}(?={_NUMBER})|(?<={_NUMBER}){gap}{label}(?={gap}(?:$|{_NUMBER}))"
    )


@cache
def _label_start() -> re.Pattern[str]:
    labels = "|".join(map(_spaced, ("persons", "chiefs", "channels")))
    return re.compile(rf"{_OWNER}(?:{labels}|(?:单位|公司|通讯|联系)地址)|有意者|如有")


@cache
def _courtesy() -> re.Pattern[str]:
    return re.compile(_list("courtesies"))


@cache
def _labelled_name() -> re.Pattern[str]:
    labels = rf"(?:{_spaced('persons')}|{_spaced('chiefs')}|(?i:contact(?: person)?|attn))"
    return re.compile(
        rf"{labels}{_AND_NUMBER}{_NOTE}(?:{_BLANK}*[:：]{_BLANK}*|{_BLANK}*)"
        rf"(?P<name>{_titled()}|[{CHINESE}·]{{2,4}}(?![{CHINESE}])"
        r"|[A-Z][\w.'-]*(?: [A-Z][\w.'-]*){0,3})"
    )


@cache
def _titled_name() -> re.Pattern[str]:
    return re.compile(rf"(?P<name>{_titled()})(?![{CHINESE}])")


@cache
def _bare_name() -> re.Pattern[str]:
    return re.compile(rf"(?<![{CHINESE}])(?P<name>{_name()})(?![{CHINESE}])")


@cache
def _name_before() -> re.Pattern[str]:
    """Return the pattern of a name that ends before a number."""
    verbs = ("联系", "咨询", "致电", "询问", "通知", *"找询与和请由向给对跟叫是为")
    edge = "|".join([f"(?<![{CHINESE}])", *(f"(?<={verb})" for verb in verbs)])
    gap = rf"{_BLANK}*[,，:：(（]?{_BLANK}*(?:{_spaced('channels')})?{_BLANK}*[:：]?{_BLANK}*$"
    return re.compile(rf"(?P<name>{_titled()}|(?:{edge}){_name()}){gap}")


@cache
def _name_behind() -> re.Pattern[str]:
    """Return the pattern of a name or of the words of a channel behind a number."""
    return re.compile(
        rf"{_BLANK}*[(（,，]?{_BLANK}*(?:(?:手机|电话)?同?微信(?:同号|同步)?|同号|{_titled()}"
        rf"|(?P<bare>{_name()})(?=[)）]))[)）]?(?![{CHINESE}])"
    )
