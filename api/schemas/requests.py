"""Request models for needs, filters and pages of the catalogue, with the engine's own types."""

from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    model_validator,
)
from pydantic_core import PydanticCustomError

from api.http.problems import NEED_AS_FORM, NEED_AS_TEXT
from api.schemas.fields import MAX_PAGE_LENGTH, RequestModel
from matcher.errors import InputError
from matcher.language.messages import _
from matcher.needs.need_text import text_fault
from matcher.needs.reading.correction import corrected
from matcher.needs.reading.reading import read_need
from matcher.needs.record import MAX_NEED_CHARACTERS
from matcher.patents.filter_parsing import FilterTexts, read_filters
from matcher.search.options import SearchOptions
from matcher.types import Filters, Need, NeedPartKind, Reading, Term

MAX_RESULTS = 100
MAX_FILTER_VALUES = 50
"""Values of one filter."""

MAX_WORDS_LENGTH = 200
"""Characters of a search of the catalogue."""

NO_NUL = r"^[^\x00]*$"
"""Text without NUL, the only character that PostgreSQL stores in no text."""
Text = Annotated[str, Field(max_length=MAX_NEED_CHARACTERS, pattern=NO_NUL)]
WholeText = Annotated[
    str, Field(pattern=NO_NUL, json_schema_extra={"maxLength": MAX_NEED_CHARACTERS})
]
"""Text of a need, whose length is checked with the rest of it."""
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=NO_NUL)
]
Names = Annotated[list[Name], Field(max_length=MAX_FILTER_VALUES)]


class NeedFields(RequestModel):
    """Fields that every form of a need has (技术需求征集表)."""

    text: Text = Field(default="", description="The need in free words.")
    title: Text | None = Field(default=None, description="技术需求名称")
    enterprise: Name | None = Field(default=None, description="企业名称")
    region: Name | None = Field(default=None, description="所在地区")
    industry: Name | None = Field(default=None, description="所属行业, in words; filters nothing.")
    problem: Text | None = Field(default=None, description="主要问题")
    indicators: Text | None = Field(default=None, description="技术关键/主要指标, with numbers.")
    goal: Text | None = Field(default=None, description="预期目标")
    keywords: list[Name] = Field(default=[], max_length=MAX_FILTER_VALUES, description="关键词")


class NeedForm(NeedFields):
    """A need by the fields of the form (技术需求征集表). It has no field for a person's contact."""

    id: Name | None = Field(
        default=None, description="Your own number of the need; comes back with it."
    )
    budget: Name | None = Field(default=None, description="预算")
    cooperation: Name | None = Field(default=None, description="合作方式")
    deadline: Name | None = Field(default=None, description="期限")

    def to_need(self) -> Need:
        """Return the need of the engine."""
        return Need(**self.model_dump(exclude={"keywords"}), keywords=tuple(self.keywords))


class FilterFields(RequestModel):
    """Filters of the patents that may answer. Each one narrows; one that is left out does not.

    The values are those of the command, English or Chinese.
    """

    legal_status: Names = Field(
        default=[],
        description="in_force 有权, pending 审中, lapsed 失效, unknown 未知, or all; the status on "
        "the day of the request. By default only the lapsed are left out.",
    )
    ipc_prefixes: Names = Field(
        default=[],
        description="Any of the patent's IPC symbols begins with any of these: H01M, B25J15/12.",
    )
    industries: Names = Field(
        default=[],
        description="NGIT 新一代信息技术, NM 新材料, HEM 高端装备制造, BIO 生物医药; any of these.",
    )
    institutions: Names = Field(
        default=[],
        description="The name of the institution behind the patent contains any of these.",
    )
    regions: Names = Field(
        default=[], description="The owner's province is any of these: 天津, 河北."
    )
    patent_types: Names = Field(
        default=[],
        description="invention 发明, utility_model 实用新型, design 外观设计; any of these.",
    )
    open_licence: bool | None = Field(
        default=None, description="true: an open licence (开放许可) is declared; false: none is."
    )
    sleeping: bool | None = Field(
        default=None, description="true: in force and unused for long (沉睡); false: not so."
    )
    filed_after: Name | None = Field(
        default=None,
        description="Filed on this day or later: 2020-01-31, or 2020 for its first day.",
    )
    min_years_left: float | None = Field(
        default=None,
        ge=0,
        le=100,
        allow_inf_nan=False,
        description="The term runs so many years or more.",
    )

    pools: Names = Field(
        default=[],
        description="The patent is in a patent pool (专利池) whose name contains any of these.",
    )
    alliances: Names = Field(
        default=[],
        description="Its institution is in an alliance (联盟) whose name contains any of these.",
    )

    @model_validator(mode="after")
    def _check_words(self) -> Self:
        try:
            self.to_filters()
        except InputError as problem:
            raise ValueError(str(problem)) from None
        return self

    def to_filters(self) -> Filters:
        """Return the filters of the engine."""
        return read_filters(
            FilterTexts(
                statuses=self.legal_status,
                ipc=self.ipc_prefixes,
                industries=self.industries,
                institutions=self.institutions,
                regions=self.regions,
                kinds=self.patent_types,
                open_licence=self.open_licence,
                sleeping=self.sleeping,
                filed_after=self.filed_after,
                years_left=self.min_years_left,
                pools=self.pools,
                alliances=self.alliances,
            )
        )


class TermForm(RequestModel):
    """A technical term with its synonyms."""

    text: Name
    equivalents: Names = Field(default=[])


class CorrectionForm(RequestModel):
    """Correction of the `reading` of an earlier answer.

    If it changes anything, the corrected reading replaces the need's own words in the queries.
    """

    parts: dict[NeedPartKind, Text] = Field(
        default={}, description="Other words for a part, by its kind; empty ones take it away."
    )
    keep: list[Text] = Field(
        default=[],
        max_length=MAX_FILTER_VALUES,
        description="Sentences of the `boilerplate` that do count, as they stand there.",
    )
    drop_terms: Names = Field(
        default=[], description="Terms that were not meant, each by any of its names."
    )
    add_terms: list[TermForm] = Field(
        default=[],
        max_length=MAX_FILTER_VALUES,
        description="Terms besides, or in the place of one.",
    )
    indicators: Names | None = Field(default=None, description="The figures, instead of those.")

    @model_validator(mode="after")
    def _check_length(self) -> Self:
        if sum(map(len, self.parts.values())) > MAX_NEED_CHARACTERS:
            raise ValueError(
                _("a need may have {most:,} characters at most", most=MAX_NEED_CHARACTERS)
            )
        return self

    def of(self, reading: Reading) -> Reading:
        """Return the corrected reading. Raises InputError."""
        return corrected(
            reading,
            parts=self.parts,
            keep=self.keep,
            drop_terms=self.drop_terms,
            add_terms=[Term(term.text, tuple(term.equivalents)) for term in self.add_terms],
            indicators=self.indicators,
        )


def _need_form(value: Any) -> str:
    return NEED_AS_TEXT if isinstance(value, str) else NEED_AS_FORM


def check_text(text: str) -> None:
    """Raise an error with the code of its fault for a need's text that cannot be matched."""
    if fault := text_fault(text):
        raise PydanticCustomError(fault.code, "{text}", {"text": str(fault)})


def _to_need(given: str | NeedForm) -> Need:
    return Need(text=given) if isinstance(given, str) else given.to_need()


def _check_need(given: str | NeedForm) -> str | NeedForm:
    check_text(_to_need(given).full_text)
    return given


class AnswerOptions(RequestModel):
    """Filters and options of an answer."""

    filters: FilterFields = Field(default=FilterFields(), description="Which patents may answer.")
    k: int = Field(default=10, ge=1, le=MAX_RESULTS, description="How many patents are wanted.")
    diversity: float | None = Field(
        default=None,
        ge=0,
        le=1,
        allow_inf_nan=False,
        description="How much a team's fourth patent gives way, 0 for not at all; as set if null.",
    )
    availability: float | None = Field(
        default=None,
        ge=0,
        le=1,
        allow_inf_nan=False,
        description="How much patents that can readily be had (可得性) come first, 0 for not at "
        "all; as set if null.",
    )
    correction: CorrectionForm | None = Field(
        default=None, description="What of the need was not understood rightly."
    )

    def to_options(self) -> SearchOptions:
        """Return the options of the search."""
        return SearchOptions(
            self.filters.to_filters(),
            self.k,
            diversity=self.diversity,
            availability=self.availability,
        )

    def reading_of(self, need: Need) -> Reading | None:
        """Return the corrected reading of a need; None without a correction.

        Raises InputError for a correction that does not fit the need.
        """
        return None if self.correction is None else self.correction.of(read_need(need))


class MatchRequest(AnswerOptions):
    """A need, with the filters and options of its answer."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"need": "锂电池隔膜在高温下收缩，想要更耐热的隔膜", "k": 3},
                {
                    "need": {
                        "title": "耐高温隔膜",
                        "problem": "隔膜在150℃下收缩",
                        "keywords": ["锂电池", "隔膜"],
                    },
                    "filters": {"industries": ["NM"], "min_years_left": 5},
                    "k": 10,
                },
                {
                    "need": "AGV小车定位不准，希望提高定位精度",
                    "correction": {
                        "parts": {"goal": "定位误差不超过 5 mm"},
                        "add_terms": [{"text": "AGV", "equivalents": ["自动导引车"]}],
                    },
                    "diversity": 0,
                },
            ]
        }
    )

    need: Annotated[
        Annotated[WholeText, Tag(NEED_AS_TEXT)] | Annotated[NeedForm, Tag(NEED_AS_FORM)],
        Discriminator(_need_form),
        AfterValidator(_check_need),
    ] = Field(description="The need in plain words, Chinese or English, or by the form's fields.")

    def to_need(self) -> Need:
        """Return the need of the engine."""
        return _to_need(self.need)


class PageRequest(FilterFields):
    """A page of the catalogue. A filter that takes several values is repeated."""

    limit: int = Field(
        default=20, ge=1, le=MAX_PAGE_LENGTH, description="How many patents are wanted."
    )
    words: Annotated[str, Field(max_length=MAX_WORDS_LENGTH, pattern=NO_NUL)] = Field(
        default="",
        description="Words that a patent must all have, in title, abstract, claims, names or "
        'numbers; "a phrase" in quotation marks; or a number in any spelling.',
    )
    cursor: Annotated[str, Field(max_length=100)] | None = Field(
        default=None,
        description="The `next_cursor` of the page before; without it, the first page.",
    )
    facets: bool = Field(
        default=False,
        description="true: also how many patents each value of a facet (分面) has.",
    )
