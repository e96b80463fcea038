"""Rules of the technology card for one language: cue patterns, replacements and line lengths.

The patterns are data files, `phrases/<language>/<list>.txt`. Their phrases are those that drafters
use by habit where the patent office requires the problem, the solution and the effect. In a list
`{name}` stands for another list of the same language.
"""

import re
from dataclasses import dataclass
from functools import cache

from matcher.text.phrases import alternation, phrases

Pattern = re.Pattern[str]

_REFERENCE = re.compile(r"\{([a-z_]+)\}")
_ARROW = " -> "
"""Separator of a pattern and its replacement; without it the replacement is empty."""


@dataclass(frozen=True, slots=True)
class LineStyle:
    """Punctuation and length of the lines of one language."""

    unit: Pattern
    """A sentence, or a part of it that ends in a semicolon."""
    clause_separator: Pattern
    """Border between two clauses of a unit, outside brackets."""
    list_separator: str
    joiner: str
    """Text between two clauses of a line."""
    ellipsis: str
    """Text for the rest of a list that does not fit into a line."""
    max_length: int
    """Characters of a line, if a clause border allows it."""
    min_length: int
    """Characters below which a line is dropped."""
    is_capitalised: bool = False
    """True if a line begins with a capital letter."""


@dataclass(frozen=True, slots=True)
class CardRules:
    """The rules of one language. The group `line` of a pattern is the part kept for the card."""

    style: LineStyle
    invention: Pattern
    """Sign that a unit is about the invention; units before the first are background."""
    naming: Pattern
    """A clause that only names the invention or its field."""
    trouble: Pattern
    """Sign of a fault; background without one states no problem."""
    problems: tuple[Pattern, ...]
    """Statements of the problem, tried in this order."""
    uses: tuple[Pattern, ...]
    """Statements of a use, tried in this order on one clause."""
    claimed_use: Pattern
    """Statement of a use in a claim or title."""
    gain: Pattern
    """Beginning of a clause that states an advantage."""
    benefit: Pattern
    """A word of an advantage, anywhere in a clause."""
    advantage: Pattern
    """Announcement of the advantages in a unit."""
    figure: Pattern
    """A measured result."""
    change: Pattern
    """A figure before and after, or compared with another subject."""
    trial: Pattern
    """A word of a test or a sample."""
    means: Pattern
    """A word of construction or manufacture."""
    preamble: Pattern
    """Text of a claim before its features."""
    dangling: Pattern
    """A clause of time, condition or conjunction that needs the next clause."""
    replacements: tuple[tuple[Pattern, str], ...]
    """Applied one after the other to make a line plain."""


@cache
def chinese_rules() -> CardRules:
    """Return the rules for Chinese patents."""
    style = LineStyle(
        unit=re.compile(r"[^。；;！？\n]+[。；;！？]?"),
        clause_separator=re.compile(r"[，]|(?<!\d),|,(?!\d)"),
        list_separator="、",
        joiner="，",
        ellipsis="等",
        max_length=66,
        min_length=6,
    )
    return _read_rules("chinese", style)


@cache
def english_rules() -> CardRules:
    """Return the rules for English patents."""
    style = LineStyle(
        unit=re.compile(r"(?:[^.;!?\n]|[.](?!\s+[A-Z]|\s*$|\n))+[.;!?]?"),
        clause_separator=re.compile(
            r",?\s+(?=(?:so that|thereby|whereas|whereby|while|which|whose)\b)"
            r"|,\s+(?=(?:and|but|so|then|with|in which|each|wherein|in order|although"
            r"|preferably)\b)|[:]\s+"
        ),
        list_separator=", ",
        joiner=", ",
        ellipsis=", and more",
        max_length=190,
        min_length=12,
        is_capitalised=True,
    )
    return _read_rules("english", style)


def _read_rules(language: str, style: LineStyle) -> CardRules:
    def cue(name: str, flags: re.RegexFlag = re.NOFLAG) -> Pattern:
        return re.compile(_any_phrase(language, name), flags)

    def patterns(name: str) -> tuple[Pattern, ...]:
        return tuple(re.compile(line) for line in _lines(language, name))

    return CardRules(
        style=style,
        invention=cue("invention"),
        naming=cue("naming"),
        trouble=cue("trouble"),
        problems=patterns("problems"),
        uses=patterns("uses"),
        claimed_use=cue("claimed_use"),
        gain=cue("gain"),
        benefit=cue("benefit"),
        advantage=cue("advantage"),
        figure=cue("figure"),
        change=cue("change"),
        trial=cue("trial"),
        means=cue("means"),
        preamble=cue("preamble", re.DOTALL),
        dangling=cue("dangling"),
        replacements=tuple(map(_replacement, _lines(language, "replacements"))),
    )


def _replacement(line: str) -> tuple[Pattern, str]:
    pattern, _, text = line.partition(_ARROW)
    return re.compile(pattern), text.strip('"')


def _lines(language: str, name: str) -> list[str]:
    """Return the regular expressions of a list, one a line, with their references resolved."""
    return [_resolve(language, line) for line in phrases(__package__, _path(language, name))]


def _any_phrase(language: str, name: str) -> str:
    """Return the alternation of a list, with its references resolved."""
    return _resolve(language, alternation(__package__, _path(language, name)))


def _resolve(language: str, expression: str) -> str:
    return _REFERENCE.sub(lambda reference: _any_phrase(language, reference[1]), expression)


def _path(language: str, name: str) -> str:
    return f"phrases/{language}/{name}.txt"
