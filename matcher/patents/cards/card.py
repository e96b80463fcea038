"""Technology card (技术语言): an extractive summary of a patent in plain words, made by rules.

Every extracted line stands in the patent: the rules select clauses and drop the drafter's
boilerplate, they write no text. An institution's own lines replace the extracted ones.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import get_args

from matcher.errors import InputError
from matcher.labels import listed
from matcher.language.messages import _
from matcher.patents.cards.rules import CardRules, chinese_rules, english_rules
from matcher.text.characters import simplified
from matcher.text.languages import is_chinese
from matcher.text.personal_data import has_contact
from matcher.types import CardAspect, CardLine, Claim, Patent, TechnologyCard

MAX_LINES_PER_ASPECT = 2
ASPECTS: tuple[CardAspect, ...] = get_args(CardAspect)
MAX_LINE_CHARACTERS = 300
SAME_LINE_OVERLAP = 0.7
"""Share of the shorter line's character pairs from which two lines repeat each other."""
MAX_LENGTH_RATIO = 1.3
"""Ratio to `max_length` from which a clause is cut within a list, or up to which a dangling clause
is completed."""
MIN_UNIT_POINTS = 3
"""Points from which a whole unit states the effect."""


@dataclass(frozen=True, slots=True)
class CardOverride:
    """An institution's own lines for a card.

    An aspect that is not in `lines` keeps the extracted lines; an empty tuple removes them.
    Without any aspect the override confirms the extracted card.
    """

    lines: Mapping[CardAspect, tuple[str, ...]]
    written_by: str
    """The institution or role that wrote it; never personal contact data."""
    written_at: datetime
    """Time, with its time zone."""

    def __post_init__(self) -> None:
        """Raise InputError for lines that cannot be shown."""
        if unknown := set(self.lines) - set(ASPECTS):
            raise InputError(
                _(
                    "a card has no aspect {unknown}; it has {known}",
                    unknown=listed(sorted(unknown)),
                    known=listed(ASPECTS),
                )
            )
        if not self.written_by.strip() or len(self.written_by) > 200:
            raise InputError(
                _("an override of a card names its institution, in 1 to 200 characters")
            )
        if self.written_at.tzinfo is None:
            raise InputError(_("the time of an override of a card needs its time zone"))
        for aspect, texts in self.lines.items():
            if len(texts) > MAX_LINES_PER_ASPECT:
                raise InputError(
                    _(
                        "a card has at most {most} lines for {aspect}, not {count}",
                        most=MAX_LINES_PER_ASPECT,
                        aspect=aspect,
                        count=len(texts),
                    )
                )
            if any(not text.strip() or len(text) > MAX_LINE_CHARACTERS for text in texts):
                raise InputError(
                    _(
                        "a line of a card has 1 to {most} characters; shorten the lines for "
                        "{aspect}",
                        most=MAX_LINE_CHARACTERS,
                        aspect=aspect,
                    )
                )
        if any(has_contact(text) for text in (self.written_by, *sum(self.lines.values(), ()))):
            raise InputError(_("a card holds no phone number or e-mail address; leave it out"))


CARDS_VERSION = "1"
"""Version of the rules that make cards: an index keeps the cards that it made."""


def technology_card(patent: Patent) -> TechnologyCard:
    """Return problem, means, effect and use of the patent, at most two lines each.

    Lines stand in the order of ASPECTS and, within one, of the text; an aspect without a statement
    in the text has none. Traditional characters are read and written as simplified ones.
    """
    return _card(patent.title, patent.abstract, patent.claims)


@lru_cache(maxsize=2_000)
def _card(title: str, abstract: str, claims: tuple[Claim, ...]) -> TechnologyCard:
    """Return the card of these texts; cached, since the same patents answer many needs."""
    title, abstract = simplified(title), simplified(abstract)
    claims = tuple(replace(claim, text=simplified(claim.text)) for claim in claims)
    text = abstract or " ".join(claim.text for claim in claims) or title
    rules = chinese_rules() if is_chinese(text) else english_rules()
    drafts = list(_from_abstract(abstract, rules))
    aspects = {draft.aspect for draft in drafts}
    if "means" not in aspects:
        drafts += _means_of_claims(claims, rules)
    if "use" not in aspects:
        drafts += _use_of_claims_or_title(title, claims, rules)
    lines: list[CardLine] = []
    for aspect in ASPECTS:
        lines += _choose([draft for draft in drafts if draft.aspect == aspect], lines)
    return TechnologyCard(tuple(lines))


def with_override(card: TechnologyCard, override: CardOverride | None) -> TechnologyCard:
    """Return the card with the institution's lines in place of extracted ones; None: unchanged."""
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
    """A candidate line; more points are better, of equals the earlier position."""

    aspect: CardAspect
    text: str
    passage: str
    source: str
    points: int = 0
    position: int = 0
    """Number of its unit in the text."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence or part of one, from which lines are drafted."""

    text: str
    passage: str
    position: int
    rules: CardRules

    def clauses(self, text: str) -> list[str]:
        """Return the clauses of a text."""
        return [clause for _, clause in _clauses(text, self.rules)]

    def draft(
        self, aspect: CardAspect, clauses: Sequence[str], points: int = 0
    ) -> Iterator[_Draft]:
        """Yield the plain line of some clauses; nothing if it is empty or too short."""
        line = _make_plain(_shorten(clauses, self.rules), self.rules)
        if line and (aspect == "use" or len(line) >= self.rules.style.min_length):
            yield _Draft(aspect, line, self.passage, self.text, points, self.position)


def _from_abstract(abstract: str, rules: CardRules) -> Iterator[_Draft]:
    units = _units(abstract, rules)
    half = len(units) / 2
    first = next((n for n, unit in enumerate(units) if rules.invention.search(unit)), 0)
    for position, text in enumerate(units):
        unit = _Unit(text, "abstract", position, rules)
        if position < first and rules.trouble.search(text):
            yield from unit.draft("problem", unit.clauses(text), points=1)
        else:
            yield from _from_unit(unit, is_late=position >= half)


def _from_unit(unit: _Unit, is_late: bool) -> Iterator[_Draft]:
    """Draft a unit about the invention: its problem, its use, and the rest as means or effect."""
    rules = unit.rules
    problem = next((m for rule in rules.problems if (m := rule.search(unit.text))), None)
    rest: list[str] = []
    for start, clause in _clauses(unit.text, rules):
        end = start + len(clause)
        if problem and start < problem.end() and end > problem.start():
            continue
        if rules.naming.search(clause.rstrip("。.；;")):
            continue
        if use := next((m for rule in rules.uses if (m := rule.search(clause))), None):
            yield from unit.draft("use", unit.clauses(use["line"]))
        else:
            rest.append(clause)
    if problem:
        yield from unit.draft("problem", unit.clauses(problem["line"]), points=2)
    if rest:
        yield from _means_or_effect(unit, rest, is_late)


def _means_or_effect(unit: _Unit, clauses: Sequence[str], is_late: bool) -> Iterator[_Draft]:
    points = _effect_points(clauses, unit.rules) + is_late
    if points >= MIN_UNIT_POINTS:
        yield from unit.draft("effect", clauses, points)
        return
    border = _first_gain(clauses, unit.rules)
    has_means = any(unit.rules.means.search(clause) for clause in clauses[:border])
    yield from unit.draft("means", clauses[:border], points=int(has_means))
    yield from unit.draft("effect", clauses[border:])


def _first_gain(clauses: Sequence[str], rules: CardRules) -> int:
    """Return the index of the first clause with an advantage; the end without one."""
    for index, clause in enumerate(clauses):
        if index and rules.gain.search(clause) and not rules.dangling.search(clauses[index - 1]):
            return index
    return len(clauses)


def _effect_points(clauses: Sequence[str], rules: CardRules) -> int:
    """Score how far a unit states an effect rather than a construction."""
    whole = rules.style.joiner.join(clauses)
    points = 3 * bool(rules.advantage.search(whole)) + 2 * bool(rules.trial.search(whole))
    points += sum(2 if rules.change.search(clause) else 0 for clause in clauses)
    points += sum(1 for clause in clauses if rules.figure.search(clause))
    points += 2 * bool(rules.gain.search(clauses[0]))
    means = len(rules.means.findall(whole))
    points += 3 * (not means and bool(rules.benefit.search(whole)))
    return points - 2 * min(means, 2)


def _means_of_claims(claims: Sequence[Claim], rules: CardRules) -> Iterator[_Draft]:
    """Draft the features of the first independent claim."""
    claim = next((claim for claim in claims if not claim.is_dependent), None)
    if claim is None:
        return
    preamble = rules.preamble.match(claim.text)
    features = claim.text[preamble.end() if preamble else 0 :]
    for position, text in enumerate(_units(features, rules)):
        unit = _Unit(text, f"claim {claim.number}", position, rules)
        yield from unit.draft("means", unit.clauses(text))


def _use_of_claims_or_title(
    title: str, claims: Sequence[Claim], rules: CardRules
) -> Iterator[_Draft]:
    """Draft a use (an application in …) from a claim or the title."""
    passages = [(f"claim {claim.number}", claim.text) for claim in claims]
    for position, (label, passage) in enumerate((*passages, ("title", title))):
        for text in _units(passage, rules):
            if use := rules.claimed_use.search(text):
                unit = _Unit(text, label, position, rules)
                yield from unit.draft("use", unit.clauses(use["line"]))


def _choose(drafts: Sequence[_Draft], lines: Sequence[CardLine]) -> list[CardLine]:
    """Choose at most two lines of one aspect without repetition, in the order of the text."""
    chosen: list[_Draft] = []
    best = max((draft.points for draft in drafts), default=0)
    for draft in sorted(drafts, key=lambda draft: (-draft.points, draft.position)):
        is_weak = draft.aspect != "means" and best >= MIN_UNIT_POINTS > draft.points
        earlier = [line.text for line in lines] + [other.text for other in chosen]
        is_full = len(chosen) >= MAX_LINES_PER_ASPECT
        if not is_full and not is_weak and not _repeats(draft.text, earlier):
            chosen.append(draft)
    chosen.sort(key=lambda draft: draft.position)
    return [CardLine(draft.aspect, draft.text, draft.passage, draft.source) for draft in chosen]


def _repeats(text: str, earlier: Sequence[str]) -> bool:
    pairs = _character_pairs(text)
    return any(
        len(pairs & other) >= SAME_LINE_OVERLAP * min(len(pairs), len(other))
        for other in map(_character_pairs, earlier)
    )


def _character_pairs(text: str) -> set[str]:
    return {text[n : n + 2] for n in range(len(text) - 1)}


def _shorten(clauses: Sequence[str], rules: CardRules) -> str:
    """Return as many clauses, from the first, as a line holds."""
    if not clauses:
        return ""
    style = rules.style
    first, *others = clauses
    if len(first) > MAX_LENGTH_RATIO * style.max_length:
        listed = first[: style.max_length].rpartition(style.list_separator)[0]
        return listed + style.ellipsis if listed else first
    line = [first]
    for clause in others:
        longer = style.joiner.join((*line, clause))
        is_needed = bool(rules.dangling.search(line[-1]))
        if len(longer) > style.max_length * (MAX_LENGTH_RATIO if is_needed else 1):
            break
        line.append(clause)
    while len(line) > 1 and rules.dangling.search(line[-1]):
        line.pop()
    return style.joiner.join(line)


def _make_plain(text: str, rules: CardRules) -> str:
    for pattern, replacement in rules.replacements:
        text = pattern.sub(replacement, text)
    return text[:1].upper() + text[1:] if rules.style.is_capitalised else text


def _units(text: str, rules: CardRules) -> list[str]:
    return [unit for match in rules.style.unit.finditer(text) if (unit := match.group().strip())]


def _clauses(unit: str, rules: CardRules) -> list[tuple[int, str]]:
    """Return the non-empty clauses with their offsets; no separator inside brackets counts."""
    clauses: list[tuple[int, str]] = []
    start = 0
    has_brackets = any(mark in unit for mark in "（(“")
    for border in rules.style.clause_separator.finditer(unit):
        if has_brackets and _is_in_brackets(unit[: border.start()]):
            continue
        clauses.append((start, unit[start : border.start()]))
        start = border.end()
    clauses.append((start, unit[start:]))
    return [(offset, text) for offset, text in clauses if text.strip()]


def _is_in_brackets(before: str) -> bool:
    """True if more brackets open than close before a place."""
    opened = sum(before.count(mark) for mark in "（(“")
    return opened > sum(before.count(mark) for mark in "）)”")
