"""The technology card (技术语言): a patent in plain words, drawn from its own text by rules.

Every line of a rule stands in the patent: the rules choose clauses and leave out the drafter's
boilerplate, they write nothing. An institution's own lines take the place of the rule's.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import get_args

from matcher.errors import InputError
from matcher.patents.cards.chinese import CHINESE
from matcher.patents.cards.english import ENGLISH
from matcher.patents.cards.rules import CardRules
from matcher.text.languages import is_chinese
from matcher.types import CardAspect, CardLine, Claim, Patent, TechnologyCard

LINES_PER_ASPECT = 2
ASPECTS: tuple[CardAspect, ...] = get_args(CardAspect)
LONGEST_OWN_LINE = 300
SAME = 0.7
"""Share of the shorter line's character pairs from which two lines say the same."""
LONG_CLAUSE = 1.3
"""Times the length of a line from which a clause is cut within a list."""
ENOUGH = 3
"""Points from which a whole unit is about the effect."""
_CONTACT = re.compile(r"\S@\S|(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)")


@dataclass(frozen=True, slots=True)
class CardOverride:
    """What an institution wrote over a card.

    An aspect that is not in `lines` keeps the rule's lines; an empty tuple takes them away. With
    no aspect at all the institution says that the rule's card is right.
    """

    lines: Mapping[CardAspect, tuple[str, ...]]
    who: str
    """The institution or role that wrote it; never a person's contact."""
    when: datetime
    """With its time zone."""

    def __post_init__(self) -> None:
        """Raises InputError for what cannot be shown."""
        if unknown := set(self.lines) - set(ASPECTS):
            raise InputError(f"a card has no aspect {sorted(unknown)}; it has {', '.join(ASPECTS)}")
        if not self.who.strip() or len(self.who) > 200:
            raise InputError("an override of a card names its institution, in 1 to 200 characters")
        if self.when.tzinfo is None:
            raise InputError("the time of an override of a card needs its time zone")
        for aspect, texts in self.lines.items():
            if len(texts) > LINES_PER_ASPECT:
                raise InputError(
                    f"a card has at most {LINES_PER_ASPECT} lines for {aspect}, not {len(texts)}"
                )
            if any(not text.strip() or len(text) > LONGEST_OWN_LINE for text in texts):
                raise InputError(
                    f"a line of a card has 1 to {LONGEST_OWN_LINE} characters; shorten the "
                    f"lines for {aspect}"
                )
        if any(_CONTACT.search(text) for text in (self.who, *sum(self.lines.values(), ()))):
            raise InputError("a card holds no phone number or e-mail address; leave it out")


def technology_card(patent: Patent) -> TechnologyCard:
    """What the patent solves, how, with what effect, for what use: at most two lines each.

    Lines stand in the order of ASPECTS and, within one, of the text; an aspect that the text does
    not speak of has none.
    """
    return _card(patent.title, patent.abstract, patent.claims)


@lru_cache(maxsize=2_000)
def _card(title: str, abstract: str, claims: tuple[Claim, ...]) -> TechnologyCard:
    """The same patents answer many needs, and their texts do not change meanwhile."""
    text = abstract or " ".join(claim.text for claim in claims) or title
    rules = CHINESE if is_chinese(text) else ENGLISH
    found = list(_from_abstract(abstract, rules))
    aspects = {draft.aspect for draft in found}
    if "means" not in aspects:
        found += _means_of_claims(claims, rules)
    if "use" not in aspects:
        found += _use_elsewhere(title, claims, rules)
    lines: list[CardLine] = []
    for aspect in ASPECTS:
        lines += _choose([draft for draft in found if draft.aspect == aspect], lines)
    return TechnologyCard(tuple(lines))


def with_override(card: TechnologyCard, override: CardOverride | None) -> TechnologyCard:
    """The card with the institution's lines in place of the rule's; None changes nothing."""
    if override is None:
        return card
    lines: list[CardLine] = []
    for aspect in ASPECTS:
        if aspect in override.lines:
            own = override.lines[aspect]
            lines += [CardLine(aspect, text.strip(), "TTO", "") for text in own]
        else:
            lines += [line for line in card.lines if line.aspect == aspect]
    return replace(card, lines=tuple(lines), is_reviewed=True)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A line that could stand on the card; more points are better, then the earlier place."""

    aspect: CardAspect
    text: str
    passage: str
    source: str
    points: int = 0
    place: int = field(default=0)


def _from_abstract(abstract: str, rules: CardRules) -> Iterator[_Draft]:
    units = _units(abstract, rules)
    half = len(units) / 2
    first = next((n for n, unit in enumerate(units) if rules.invention.search(unit)), 0)
    for place, unit in enumerate(units):
        if place < first and rules.trouble.search(unit):
            yield from _draft("problem", unit, unit, rules, place, points=1)
        else:
            yield from _of_unit(unit, rules, place, is_late=place >= half)


def _of_unit(unit: str, rules: CardRules, place: int, is_late: bool) -> Iterator[_Draft]:
    """A unit about the invention: its problem, its use, and the rest as means or effect."""
    clauses = _clauses(unit, rules)
    problem = next((m for rule in rules.problems if (m := rule.search(unit))), None)
    rest: list[str] = []
    for start, clause in clauses:
        end = start + len(clause)
        if problem and start < problem.end() and end > problem.start():
            continue
        if rules.naming.search(clause.rstrip("。.；;")):
            continue
        if use := next((m for rule in rules.uses if (m := rule.search(clause))), None):
            yield from _draft("use", use["said"], unit, rules, place)
        else:
            rest.append(clause)
    if problem:
        yield from _draft("problem", problem["said"], unit, rules, place, points=2)
    if rest:
        yield from _means_or_effect(rest, unit, rules, place, is_late)


def _means_or_effect(
    clauses: list[str], unit: str, rules: CardRules, place: int, is_late: bool
) -> Iterator[_Draft]:
    points = _effect_points(clauses, rules) + is_late
    if points >= ENOUGH:
        yield from _draft("effect", clauses, unit, rules, place, points)
        return
    tail = _first_gain(clauses, rules)
    says = any(rules.doing.search(text) for text in clauses[:tail])
    yield from _draft("means", clauses[:tail], unit, rules, place, points=int(says))
    yield from _draft("effect", clauses[tail:], unit, rules, place)


def _first_gain(clauses: Sequence[str], rules: CardRules) -> int:
    """Where the means end and what they bring begins; the end where they bring nothing."""
    for place, clause in enumerate(clauses):
        if place and rules.gain.search(clause) and not rules.dangling.search(clauses[place - 1]):
            return place
    return len(clauses)


def _effect_points(clauses: Sequence[str], rules: CardRules) -> int:
    """How much a unit is about what comes out, and not about how it is made."""
    whole = rules.joint.join(clauses)
    points = 3 * bool(rules.advantage.search(whole)) + 2 * bool(rules.trial.search(whole))
    points += sum(2 if rules.change.search(text) else 0 for text in clauses)
    points += sum(1 for text in clauses if rules.figure.search(text))
    points += 2 * bool(rules.gain.search(clauses[0]))
    done = len(rules.doing.findall(whole))
    points += 3 * (not done and bool(rules.benefit.search(whole)))
    return points - 2 * min(done, 2)


def _means_of_claims(claims: Sequence[Claim], rules: CardRules) -> Iterator[_Draft]:
    for claim in claims:
        if claim.is_dependent:
            continue
        opening = rules.claim_opening.match(claim.text)
        start = opening.end() if opening else 0
        for place, unit in enumerate(_units(claim.text[start:], rules)):
            clauses = [text for _, text in _clauses(unit, rules)]
            yield from _draft("means", clauses, unit, rules, place, passage=f"claim {claim.number}")
        return


def _use_elsewhere(title: str, claims: Sequence[Claim], rules: CardRules) -> Iterator[_Draft]:
    """A use (an application in …) that a claim demands or the title names."""
    passages = [(f"claim {claim.number}", claim.text) for claim in claims]
    for place, (label, text) in enumerate((*passages, ("title", title))):
        for unit in _units(text, rules):
            if use := rules.claimed_use.search(unit):
                yield from _draft("use", use["said"], unit, rules, place, passage=label)


def _choose(drafts: Sequence[_Draft], chosen: Sequence[CardLine]) -> list[CardLine]:
    """At most two lines of one aspect that say something new, in the order of the text."""
    kept: list[_Draft] = []
    best = max((draft.points for draft in drafts), default=0)
    for draft in sorted(drafts, key=lambda draft: (-draft.points, draft.place)):
        is_weak = draft.aspect != "means" and best >= ENOUGH > draft.points
        earlier = [line.text for line in chosen] + [other.text for other in kept]
        if len(kept) < LINES_PER_ASPECT and not is_weak and not _repeats(draft.text, earlier):
            kept.append(draft)
    kept.sort(key=lambda draft: draft.place)
    return [CardLine(draft.aspect, draft.text, draft.passage, draft.source) for draft in kept]


def _repeats(text: str, earlier: Sequence[str]) -> bool:
    pairs = _pairs(text)
    others = (_pairs(other) for other in earlier)
    return any(len(pairs & other) >= SAME * min(len(pairs), len(other)) for other in others)


def _pairs(text: str) -> set[str]:
    return {text[n : n + 2] for n in range(len(text) - 1)}


def _draft(
    aspect: CardAspect,
    said: str | Sequence[str],
    source: str,
    rules: CardRules,
    place: int,
    points: int = 0,
    passage: str = "abstract",
) -> Iterator[_Draft]:
    """The line in plain words; nothing where nothing is left of it."""
    clauses = [text for _, text in _clauses(said, rules)] if isinstance(said, str) else said
    text = _plain(_shorten(clauses, rules), rules)
    if text and (aspect == "use" or len(text) >= rules.shortest):
        yield _Draft(aspect, text, passage, source, points, place)


def _shorten(clauses: Sequence[str], rules: CardRules) -> str:
    """As many clauses, from the first, as a line holds."""
    if not clauses:
        return ""
    line, *others = clauses
    if len(line) > LONG_CLAUSE * rules.length:
        listed = line[: rules.length].rpartition(rules.list_border)[0]
        return listed + rules.more if listed else line
    kept = [line]
    for clause in others:
        longer = rules.joint.join((*kept, clause))
        needed = bool(rules.dangling.search(kept[-1]))
        if len(longer) > rules.length * (LONG_CLAUSE if needed else 1):
            break
        kept.append(clause)
    while len(kept) > 1 and rules.dangling.search(kept[-1]):
        kept.pop()
    return rules.joint.join(kept)


def _plain(text: str, rules: CardRules) -> str:
    for pattern, put in rules.plain:
        text = pattern.sub(put, text)
    return text[:1].upper() + text[1:] if rules is ENGLISH else text


def _units(text: str, rules: CardRules) -> list[str]:
    return [unit for match in rules.unit.finditer(text) if (unit := match.group().strip())]


def _clauses(unit: str, rules: CardRules) -> list[tuple[int, str]]:
    """The clauses of a unit and where each begins; a border inside brackets is none."""
    found: list[tuple[int, str]] = []
    start = 0
    for border in rules.clause_border.finditer(unit):
        before = unit[: border.start()]
        if sum(before.count(mark) for mark in "（(“") > sum(before.count(mark) for mark in "）)”"):
            continue
        found.append((start, unit[start : border.start()]))
        start = border.end()
    found.append((start, unit[start:]))
    return [(place, text) for place, text in found if text.strip()]
