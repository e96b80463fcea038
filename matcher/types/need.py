"""Needs, and how they are understood."""

from dataclasses import dataclass

from matcher.types.values import NeedPartKind


@dataclass(frozen=True, slots=True)
class Need:
    """Technology need of an enterprise (技术需求). Only `text` or one of the parts is required."""

    text: str = ""
    id: str | None = None
    title: str | None = None
    enterprise: str | None = None
    region: str | None = None
    industry: str | None = None
    problem: str | None = None
    indicators: str | None = None
    goal: str | None = None
    keywords: tuple[str, ...] = ()
    budget: str | None = None
    cooperation: str | None = None
    deadline: str | None = None

    @property
    def body(self) -> str:
        """Text of the need without its title, in the order of the form."""
        parts = (self.text, self.problem, self.indicators, self.goal, "、".join(self.keywords))
        return "\n".join(part.strip() for part in parts if part and part.strip())

    @property
    def full_text(self) -> str:
        """Title and body; empty for a need without text."""
        title = (self.title or "").strip()
        return "\n".join(part for part in (title, self.body) if part)


@dataclass(frozen=True, slots=True)
class NeedPart:
    """Part of a need: its title, problem, technique or goal."""

    kind: NeedPartKind
    text: str


@dataclass(frozen=True, slots=True)
class Term:
    """Technical term of a need, with its synonyms."""

    text: str
    equivalents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A need as the engine understood it. Shown to the user, who can correct it."""

    parts: tuple[NeedPart, ...]
    """In the order of the need, none of them empty; boilerplate is not in them."""
    indicators: tuple[str, ...] = ()
    """Required figures as the need writes them (≤0.5 mm, 300 ℃, 99.9%)."""
    terms: tuple[Term, ...] = ()
    boilerplate: tuple[str, ...] = ()
    """Sentences without technical content; no query is made of them."""
