"""The form of the ask page: a need, its filters and the corrections of its reading."""

from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Annotated, Any, ClassVar, Self
from urllib.parse import urlencode

from pydantic import Field

from api.pages.need_upload import text_of
from api.pages.page_form import MAX_ADDRESS_BYTES, PageForm
from api.schemas.fields import RecordId
from api.schemas.requests import Name, Names, Text, WholeText
from matcher.needs.reading.correction import KINDS, corrected
from matcher.needs.reading.reading import read_need
from matcher.search.options import SearchOptions
from matcher.text.characters import nfkc
from matcher.types import Need, NeedPartKind, Reading, Term

PAGE_SIZES = (10, 20, 50)
_DIGEST_CHARACTERS = 8
_PARTS = tuple(f"part_{kind}" for kind in KINDS)
_NO_CORRECTIONS: Mapping[str, Any] = {
    **dict.fromkeys(_PARTS),
    "drop": [],
    "add": [],
    "keep": [],
}


class AskForm(PageForm):
    """A need in words, a stored need, or a patent, with filters and corrections."""

    texts: ClassVar[tuple[str, ...]] = ("q", *_PARTS, "drop", "add", "keep")
    blank_counts: ClassVar[frozenset[str]] = frozenset(_PARTS)

    q: WholeText = ""
    need: RecordId | None = None
    """Id of a stored need: its text never stands in the address."""
    like: Name | None = None
    """Number of a patent that others are to be like."""
    k: int = Field(default=PAGE_SIZES[0], ge=1, le=PAGE_SIZES[-1])
    part_title: Text | None = None
    part_text: Text | None = None
    part_problem: Text | None = None
    part_technique: Text | None = None
    part_goal: Text | None = None
    part_keywords: Text | None = None
    drop: Names = Field(default=[])
    """Terms taken out."""
    add: Names = Field(default=[])
    """Terms added."""
    keep: Annotated[list[Text], Field(max_length=50)] = Field(default=[])
    """Sentences that were set aside and do count."""
    of: Annotated[str, Field(max_length=20)] = ""
    """Digest of the need that the corrections are of: those of another one are dropped."""

    @property
    def is_empty(self) -> bool:
        """True if nothing is asked yet."""
        return not (self.q.strip() or self.need or self.like)

    @property
    def digest(self) -> str:
        """Digest of the need, for `of`; a browser sends each line break as two characters."""
        text = self.need or self.q.replace("\r\n", "\n")
        return sha256(text.encode()).hexdigest()[:_DIGEST_CHARACTERS]

    def with_need(self, need: Need) -> Self:
        """Return the form with a need that has fields: their texts stay the parts of the need."""
        form = self.model_copy(update={"q": text_of(need), "need": None, "like": None})
        fields = {part.kind: part.text for part in read_need(need).parts}
        from_text = {part.kind: part.text for part in read_need(Need(form.q)).parts}
        different = {
            f"part_{kind}": fields.get(kind, "")
            for kind in fields.keys() | from_text.keys()
            if fields.get(kind) != from_text.get(kind)
        }
        return form.model_copy(update={**_NO_CORRECTIONS, **different, "of": form.digest})

    def settled(self, need: Need) -> Self:
        """Return the form with corrections of this need only, and of these what changes it."""
        if self.of != self.digest and (self.of or self._corrections):
            return self.model_copy(update={**_NO_CORRECTIONS, "of": self.digest})
        read = {part.kind: part.text for part in read_need(need).parts}
        unchanged = {
            f"part_{kind}": None
            for kind, text in self.parts.items()
            if _flat(text) == _flat(read.get(kind, ""))
        }
        return self.model_copy(update=unchanged)

    @property
    def parts(self) -> dict[NeedPartKind, str]:
        """Texts that replace those of the reading's parts."""
        given = ((kind, getattr(self, f"part_{kind}")) for kind in KINDS)
        return {kind: text for kind, text in given if text is not None}

    @property
    def _corrections(self) -> bool:
        return bool(self.parts or self.drop or self.add or self.keep)

    def reading(self, need: Need) -> Reading:
        """Return the reading of the need as it was corrected. Raises InputError."""
        read = read_need(need)
        if not self._corrections:
            return read
        boilerplate = set(read.boilerplate)
        kept = [sentence for sentence in self.keep if sentence in boilerplate]
        changed = corrected(read, parts=self.parts, keep=kept)
        names = {name.casefold() for term in changed.terms for name in _names(term)}
        return corrected(
            changed,
            drop_terms=[name for name in self.drop if name.casefold() in names],
            add_terms=[Term(name) for name in self.add],
        )

    def options(self) -> SearchOptions:
        """Return the options of the search."""
        return SearchOptions(self.to_filters(), self.k)

    @property
    def can_be_linked(self) -> bool:
        """True if the address can hold it: short enough, and no words about a stored need."""
        is_about_stored = self.need is not None and self._corrections
        return not is_about_stored and len(self.query()) <= MAX_ADDRESS_BYTES

    def query(self) -> str:
        """Return the query of the address."""
        return urlencode(self.parameters(), doseq=True)

    def parameters(self, leave_out: Collection[str] = ()) -> dict[str, list[str]]:
        """Return what the address holds; without corrections it names no text that they are of."""
        return super().parameters(leave_out if self._corrections else {*leave_out, "of"})


def _names(term: Term) -> tuple[str, ...]:
    return (term.text, *term.equivalents)


def _flat(text: str) -> str:
    return "".join(nfkc(text).split())
