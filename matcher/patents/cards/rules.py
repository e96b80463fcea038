"""What a language must tell the technology card: its cue words, and how a line is made plain.

The rules of Chinese and English, in modules of their own, are data of this type;
`matcher.patents.cards.card` says how they are used.
"""

import re
from dataclasses import dataclass

Pattern = re.Pattern[str]


@dataclass(frozen=True)
class CardRules:
    """The rules of one language. A group named `said` is what a line keeps of a match."""

    unit: Pattern
    """One sentence, or one part of it that ends in a semicolon."""
    list_border: str
    """Between two things of a list."""
    clause_border: Pattern
    """Between two clauses of a unit; dropped or kept as part of the next clause."""
    joint: str
    """What stands between two clauses of a line."""
    invention: Pattern
    """Says that the unit speaks of the invention: what stands before the first is background."""
    naming: Pattern
    """A clause that only names the invention or its field."""
    trouble: Pattern
    """A word for what is wrong; background without one is no problem."""
    problems: tuple[Pattern, ...]
    uses: tuple[Pattern, ...]
    """Matched against one clause, from its first character."""
    claimed_use: Pattern
    gain: Pattern
    """A clause that opens like an advantage."""
    benefit: Pattern
    """Words of an advantage, anywhere in a clause."""
    advantage: Pattern
    """A unit that opens by announcing the advantages."""
    figure: Pattern
    """A measured result."""
    change: Pattern
    """A figure before and after, or against something else."""
    trial: Pattern
    """Words of a test or a sample."""
    doing: Pattern
    """Words of how it is made or built."""
    claim_opening: Pattern
    """What stands in a claim before what it demands."""
    dangling: Pattern
    """A clause that says only when or under what condition, and needs the next one."""
    plain: tuple[tuple[Pattern, str], ...]
    """Replaced one after the other, to make a line plain."""
    more: str
    """Stands for the rest of a list that a line cannot hold."""
    length: int
    """Characters that a line should not exceed, where a clause border allows it."""
    shortest: int
    """Characters below which a line says nothing."""


def replacements(*pairs: tuple[str, str]) -> tuple[tuple[Pattern, str], ...]:
    """Expressions, compiled, each with what takes the place of a match."""
    return tuple((re.compile(pattern), put) for pattern, put in pairs)
