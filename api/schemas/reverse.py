"""Request and response models for similar patents and fitting needs."""

from typing import Annotated

from pydantic import Field

from api.schemas.answer import (
    ChannelRanks,
    EvidenceView,
    FiltersView,
    MatchView,
    NeedView,
    ReadingView,
)
from api.schemas.fields import AnswerModel, RequestModel
from api.schemas.requests import (
    MAX_RESULTS,
    FilterFields,
)
from matcher.types import Fit, LegalStatus

ResultCount = Annotated[int, Field(ge=1, le=MAX_RESULTS)]


class SimilarRequest(FilterFields):
    """Number and filters of similar patents."""

    k: ResultCount = Field(default=10, description="How many patents are wanted.")
    diversity: float | None = Field(
        default=None,
        ge=0,
        le=1,
        allow_inf_nan=False,
        description="How much a team's fourth patent gives way, 0 for not at all; as set if null.",
    )


class FittingNeedsRequest(RequestModel):
    """Number of fitting needs."""

    k: ResultCount = Field(default=10, description="How many needs (需求) are wanted.")


class AskedPatentView(AnswerModel):
    """The patent of the request."""

    id: str = Field(description="Application number (申请号), or `local:…` where there is none.")
    application_number: str | None = Field(description="申请号")
    publication_number: str | None = Field(description="公开号")
    title: str = Field(description="发明名称")
    legal_status: LegalStatus = Field(description="法律状态, on the day of the answer.")


class SimilarView(AnswerModel):
    """Patents similar to one (相似专利)."""

    patent: AskedPatentView = Field(description="The patent asked about.")
    reading: ReadingView = Field(description="How the patent's own text was understood.")
    model: str = Field(description="The model (模型) that answered.")
    index: str = Field(description="The generation of the index.")
    filters: FiltersView = Field(description="The filters in force.")
    hidden: dict[str, int] = Field(
        description="For each filter, how many patents of the catalogue it leaves out, seen alone."
    )
    notes: list[str] = Field(description="What the reader should know; often empty.")
    note_codes: list[str] = Field(description="Stable codes of the notes (docs/json.md).")
    results: list[MatchView] = Field(description="The most alike first, k at most.")


class FittingNeedView(AnswerModel):
    """One need that the patent fits."""

    rank: int = Field(description="From 1, among the needs.")
    need: NeedView = Field(
        description="As much of the need as this key may see; `id` is the one under which it is "
        "kept (GET /v1/needs/{need})."
    )
    place: int = Field(
        description="The patent's place among all patents in the need's own answer, filters apart."
    )
    score: float = Field(description="In the need's own answer; orders, and is no probability.")
    channels: ChannelRanks = Field(description="The patent's rank by meaning and by words.")
    fit: Fit | None = Field(description="How well it fits, in calm words; null if unknown.")
    evidence: list[EvidenceView] = Field(description="Where the patent answers the need.")


class FittingNeedsView(AnswerModel):
    """The open needs that a patent fits best (反向匹配)."""

    patent: AskedPatentView = Field(description="The patent asked about.")
    model: str = Field(description="The model (模型) that answered.")
    index: str = Field(description="The generation of the index.")
    asked: int = Field(description="How many open needs were looked at.")
    notes: list[str] = Field(description="What the reader should know; often empty.")
    note_codes: list[str] = Field(description="Stable codes of the notes (docs/json.md).")
    results: list[FittingNeedView] = Field(description="The best first, k at most.")
