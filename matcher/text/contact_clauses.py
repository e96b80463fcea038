"""Clauses and lines that give a person, an address or contact data and nothing else.

`clear_contacts` takes them out of a text and masks the numbers in its prose; the patterns of
numbers and addresses are those of `matcher.text.personal_data`, the words those of the lists in
`contact_words/`.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from matcher.text.characters import CHINESE, nfkc_in_place, simplified
from matcher.text.contact_names import (
    NUMBER,
    attached_name,
    bare_name,
    channel,
    courtesy,
    known_name,
    label_start,
    labelled,
    labelled_name,
    lone_label,
    name_before,
    name_behind,
    plain_line,
    signature,
    signature_line,
    title_alone,
    titled_name,
    word_list,
    words,
)
from matcher.text.contact_places import LOCATED, street, street_line
from matcher.text.contact_prose import person_in_prose
from matcher.text.highlights import Span, join
from matcher.text.personal_data import contact_spans
from matcher.text.phrases import phrase_pattern

MASK = "…"
"""Stands for contact data in prose."""
_MAX_CONTACT_LINE = 160
"""Characters of a line that can be contact data and nothing else."""
_MAX_LABELS = 6
"""Labels of a clause, from its end, at which its contact data may begin."""
_MAX_NAME_LETTERS = 3
"""Letters beside a number, labels and courtesies that can be a name without a known surname."""
_BRACKETS = re.compile(r"[(（【\[]([^()（）【】\[\]]{2,100})[)）】\]]")
_ENGLISH_INVITATION = re.compile(
    r"\s*(?i:please\s+)?(?i:contact|call|ask for|reach)\s+(?:(?i:mr|ms|mrs|dr|prof)\.?\s+)?"
    r"[A-Z][\w'-]*(?:\s+[A-Z][\w.'-]*){0,2}\s*(?:at|by|on|via)?\s*"
)
_ORGANISATION = re.compile(
    r"[^\s，,。；;：:]{4,40}(?:公司|厂|院|所|大学|中心)(?:[(（].{1,8}[)）])?"
    r"|[A-Z][\w .,&-]{3,60}(?:Ltd|Inc|GmbH|Corp|University|Institute)\.?"
)
_GREETING = re.compile(
    r"(?i:(?:best|kind|warm)?\s?(?:regards|wishes)|(?:yours )?(?:sincerely|faithfully)(?: yours)?"
    r"|many thanks|thanks|thank you|cheers)[,.!]?"
    r"|(?:此致|敬礼|此致敬礼|顺祝商祺|祝好)[!！]?"
)
_SIGNED_NAME = re.compile(rf"[A-Z][\w.'-]*(?: [A-Z][\w.'-]*){{0,3}}|[{CHINESE}]{{2,4}}")
_MAX_SIGNATURE = 8
"""Lines of a signature with its greeting."""
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
    given = text.split("\n")
    for line, is_contact in zip(given, contact_lines(given), strict=True):
        if is_contact:
            taken.append(line.strip())
        else:
            lines.append(_clear_line(line, taken))
    if not taken:
        return ClearedText(text, ())
    return ClearedText("\n".join(lines).strip(), tuple(taken))


def contact_lines(lines: Sequence[str]) -> list[bool]:
    """Return for each line whether it is taken out: contact data, or a name or address beside it.

    A label whose value stands on the line below makes both contact lines; so does a name beside a
    date at the end of the text.
    """
    contacts = [bool(line.strip()) and is_contact_line(line) for line in lines]
    filled = [index for index, line in enumerate(lines) if line.strip()]
    for above, below in pairwise(filled):
        if lone_label().fullmatch(plain_line(lines[above])):
            value = plain_line(lines[below]).strip()
            is_value = (
                contacts[below]
                or known_name().fullmatch(_without_gaps(value))
                or street().search(value)
            )
            if is_value and is_contact_line(f"{lines[above].rstrip(' :：*')}：{value}"):
                contacts[above] = contacts[below] = True
    between = [index for index in filled if not _is_organisation_line(lines[index])]
    for order in (filled, filled[::-1], between, between[::-1]):
        for known, beside in pairwise(order):
            contacts[beside] |= contacts[known] and _is_person_line(lines[beside])
    for index in _signed(lines, contacts):
        contacts[index] = True
    last = filled[-3:]
    if signature().search("\n".join(plain_line(lines[index]) for index in last)):
        for index in last:
            contacts[index] |= signature_line().fullmatch(plain_line(lines[index])) is not None
    return contacts


def _is_person_line(line: str) -> bool:
    """Return True for a line beside contact data that is a name or an address."""
    plain = plain_line(line).strip()
    if len(plain) > _MAX_CONTACT_LINE:
        return False
    return bool(
        known_name().fullmatch(plain)
        or street_line().fullmatch(plain)
        or _organisation_name().fullmatch(plain)
        or _is_post(plain)
    )


def _signed(lines: Sequence[str], contacts: Sequence[bool]) -> Iterator[int]:
    """Yield the lines of a signature below its greeting: a name, and what contact data ends."""
    for start, line in enumerate(lines):
        if not _GREETING.fullmatch(line.strip()):
            continue
        below = [i for i in range(start + 1, min(start + _MAX_SIGNATURE, len(lines)))]
        below = [index for index in below if lines[index].strip()]
        end = max((index for index in below if contacts[index]), default=-1)
        for index in below:
            is_name = index == below[0] and _SIGNED_NAME.fullmatch(plain_line(lines[index]).strip())
            if is_name or (index < end and not _is_organisation_line(lines[index])):
                yield index


def _is_post(plain: str) -> bool:
    """Return True for the post of a person alone: 研发部经理."""
    return _post().fullmatch(plain) is not None


@cache
def _post() -> re.Pattern[str]:
    return re.compile(rf"(?:[{CHINESE}]{{2,4}}(?:部|处|中心|室|车间)\s*)?{word_list('titles')}")


def _is_organisation_line(line: str) -> bool:
    """Return True for the name of an organisation alone."""
    return _ORGANISATION.fullmatch(line.strip()) is not None


@cache
def _organisation_name() -> re.Pattern[str]:
    """Return the pattern of an organisation and its person."""
    return re.compile(rf"\S{{2,40}}(?:公司|厂|院|所|大学|中心)\s+(?:{known_name().pattern})")


def is_contact_line(line: str) -> bool:
    """Return True for a line that gives a person, an address or contact data and nothing else.

    A line of prose with a number in it is none; `clear_contacts` takes the number out of it.
    """
    return _is_contact(line)


def is_personal_label(label: str) -> bool:
    """Return True for a label or heading of values about a person, which no problem shows."""
    pattern = phrase_pattern(__package__, "contact_words/personal_labels.txt", flags=re.IGNORECASE)
    return any(pattern.search(simplified(text)) for text in {label, re.sub(r"\s", "", label)})


def person_names(texts: Iterable[str]) -> Iterator[str]:
    """Yield the names in contact lines and clauses, those behind a label first."""
    known = [simplified(nfkc_in_place(text)) for text in texts]
    for pattern in (labelled_name(), titled_name(), bare_name()):
        for text in known:
            for match in pattern.finditer(text):
                if not (_is_technical(match["name"]) or _is_label(match["name"])):
                    yield _without_gaps(match["name"].strip())


def _without_gaps(text: str) -> str:
    """Return a text without blanks between its Chinese characters."""
    return re.sub(rf"(?<=[{CHINESE}])\s+(?=[{CHINESE}])", "", text)


def _clear_line(line: str, taken: list[str]) -> str:
    """Return a line without its contact clauses; what is taken out is appended to `taken`."""
    line = _without_brackets(line, taken)
    sentences = re.split(r"(?<=[。！!？?；;])|(?<=\w\.)(?=\s+[A-Z])", line)
    cleared = "".join(_clear_sentence(sentence, taken) for sentence in sentences)
    spans = join((*_person_spans(cleared), *_named_spans(cleared)))
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
        name = name_before().search(plain)
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
    if not body.strip():
        return ""
    if _is_contact(body):
        taken.append(body.strip())
        return ""
    pieces = re.split(r"([，,、\t]|[ \u3000]{2,})", body)
    clauses, marks = pieces[::2], ["", *pieces[1::2]]
    contacts = [_is_contact(clause) for clause in clauses]
    for order in (range(len(clauses)), range(len(clauses) - 1, -1, -1)):
        for index in order:
            if not contacts[index] and any(contacts[max(0, index - 1) : index + 2]):
                contacts[index] = _is_name_only(clauses[index])
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
    plain = plain_line(clause)
    labels = label_start().finditer(plain, max(0, len(plain) - _MAX_CONTACT_LINE))
    for match in deque(labels, maxlen=_MAX_LABELS):
        if match.start() and _is_contact(clause[match.start() :]):
            taken.append(clause[match.start() :].strip())
            return clause[: match.start()].rstrip(" \t\u3000，,、：:(（【|*-—")
    return clause


def _is_contact(text: str) -> bool:
    """Return True if a text is made of labels, names, numbers, addresses and courtesies alone."""
    if len(text) > _MAX_CONTACT_LINE:
        return False
    plain = plain_line(text)
    spans = contact_spans(plain)
    for start, end in reversed(spans):
        plain = plain[:start] + NUMBER + plain[end:]
    labels = 0
    for pattern in labelled():
        plain, count = pattern.subn(" ", plain)
        labels += count
    attached = _attached_persons(plain)
    if not (spans or labels or attached or titled_name().search(plain)):
        return False
    plain, attached = attached_name().subn(" ", plain)
    plain = _without_channels(plain)
    for pattern in (street(), title_alone(), titled_name(), courtesy()):
        plain = pattern.sub(" ", plain)
    rest = re.sub(rf"[\W_]|{NUMBER}", " ", plain).split()
    named = labels + attached > 0
    return (bool(spans) or named) and (not rest or _are_names(rest, known_only=named))


def _attached_persons(plain: str) -> int:
    """Return the number of names right behind a label of a person, or linked with one."""
    matches = attached_name().finditer(plain)
    return sum(1 for match in matches if match["name"] and (match["sure"] or match["link"]))


def _is_name_only(clause: str) -> bool:
    """Return True for a clause beside contact data that holds a name, a title or a courtesy."""
    if len(clause) > _MAX_CONTACT_LINE:
        return False
    plain = plain_line(clause)
    if _ENGLISH_INVITATION.fullmatch(plain):
        return True
    for pattern in (street(), title_alone(), titled_name(), courtesy()):
        plain = pattern.sub(" ", plain)
    plain = _without_channels(plain + NUMBER)
    rest = re.sub(rf"[\W_]|{NUMBER}", " ", plain).split()
    return all(known_name().fullmatch(word) and not _is_technical(word) for word in rest)


def _are_names(words: list[str], *, known_only: bool) -> bool:
    """Return True for names; one of an unknown family counts unless `known_only`."""
    if not known_only and len(words) == 1 and len(words[0]) <= _MAX_NAME_LETTERS:
        known = known_name().fullmatch(words[0]) is not None
        return not _is_technical(words[0]) and (known or words[0][-1] not in _TECHNICAL_ENDS)
    return len(words) <= 3 and all(
        known_name().fullmatch(word) and not _is_technical(word) for word in words
    )


def _without_channels(plain: str) -> str:
    """Return a clause without labels of numbers that stand beside a number or another label."""
    while True:
        shorter = channel().sub("", plain)
        if shorter == plain:
            return plain
        plain = shorter


def _is_label(name: str) -> bool:
    """Return True for a word that stands where a name could: 谢谢, 电话, 职务."""
    patterns = (courtesy(), lone_label(), title_alone())
    return any(pattern.fullmatch(name) for pattern in patterns)


def _is_technical(name: str) -> bool:
    return name.startswith(words("not_names"))


def _person_spans(text: str) -> list[Span]:
    """Return the spans of contact data, with the name or the words of a channel beside each."""
    plain = simplified(nfkc_in_place(text))
    spans: list[Span] = []
    for start, end in contact_spans(text):
        before = name_before().search(plain, max(0, start - 20), start)
        if before and not _is_technical(before["name"]):
            start = before.start("name")
        behind = name_behind().match(plain, end)
        if behind and not (behind["bare"] and _is_technical(behind["bare"])):
            end = behind.end()
        if spans and start <= spans[-1][1]:
            start = spans.pop()[0]
        spans.append((start, end))
    return spans


def _named_spans(text: str) -> Iterator[Span]:
    """Yield the spans of persons and addresses that prose names."""
    plain = plain_line(text)
    for pattern in person_in_prose():
        for match in pattern.finditer(plain):
            yield match.span(match.lastgroup or 0)
    for match in LOCATED.finditer(plain):
        yield match.span("place")


def _may_hold_contacts(text: str) -> bool:
    """Return True if a text has a number, an address or the label of a person."""
    plain = plain_line(text)
    patterns = (*labelled(), *person_in_prose(), LOCATED, lone_label(), signature())
    return bool(
        contact_spans(plain)
        or any(pattern.search(plain) for pattern in patterns)
        or _attached_persons(plain)
    )
