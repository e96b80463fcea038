"""Prompts and blanks of a form that nobody filled in: 点击此处输入, （请填写…）, ____."""

import re

from matcher.text.characters import nfkc, simplified
from matcher.text.phrases import phrase_pattern

_MARKS = re.compile(r"[\s()（）【】\[\]〔〕<>《》{}“”\"'*＊]+")
_RULED = re.compile(r"[_＿]{2,}|…{2,}|\.{6,}")
_BLANK = re.compile(r"[\s_＿…·.—–-]*")
_BRACKETS = re.compile(r"[(（【\[]([^()（）【】\[\]]{2,80})[)）】\]]")
_INSTRUCTION = re.compile(
    r"[(（【*]?\s*(?:填[表写报]说明|填[表写]须知|说明|注意?|备注|提示)\s*[:：\d.、]"
)
_PACKAGE = "matcher.importing.forms"


def filled_in(value: str) -> str:
    """Return a value without prompts and ruled blanks; empty if nobody filled it in."""
    value = _BRACKETS.sub(lambda match: "" if is_prompt(match[1]) else match[0], value)
    lines = [line for line in value.split("\n") if not is_prompt(line)]
    return _RULED.sub(" ", "\n".join(lines)).strip()


def is_prompt(text: str) -> bool:
    """Return True for a text that only says what to fill in, or rules a blank."""
    plain = simplified(nfkc(text)).strip()
    is_chinese = any("\u4e00" <= character <= "\u9fff" for character in plain)
    bare = _MARKS.sub("" if is_chinese else " ", plain).strip(" 。.:：;；")
    return bool(_BLANK.fullmatch(bare) or _pattern().fullmatch(bare))


def _pattern() -> re.Pattern[str]:
    return phrase_pattern(_PACKAGE, "prompts.txt")


def is_instruction(line: str) -> bool:
    """Return True for a line that tells how to fill in the form."""
    return _INSTRUCTION.match(line) is not None
