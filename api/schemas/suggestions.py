"""Request and response models for suggestions."""

from datetime import datetime

from pydantic import Field

from api.schemas.answer import MatchView
from api.schemas.fields import AnswerModel, RecordId
from api.schemas.webhooks import PageOfRequest
from matcher.matches.suggestion import ArrivalReason, SuggestionState
from matcher.types import Fit


class SuggestionsRequest(PageOfRequest):
    """Page of suggestions, by state and need."""

    state: SuggestionState | None = Field(
        default=None, description="new 待处理, taken 已采纳, dismissed 已忽略; all if left out."
    )
    need: RecordId | None = Field(default=None, description="Those of this need (需求编号) only.")


class SuggestionView(AnswerModel):
    """An open need that a new or newly open-licensed patent fits (推荐)."""

    id: str = Field(description="`suggestion_…`")
    need: str = Field(description="Id of the need (需求编号); GET /v1/needs/{need} shows it.")
    patent: str = Field(description="Id of the patent (专利).")
    reason: ArrivalReason = Field(
        description="new 新入库: an import brought it; open_licence 新声明开放许可."
    )
    fit: Fit = Field(description="How well it fits (契合度): strong or fair.")
    rank: int = Field(description="Its place in the need's own answer (排名).")
    model: str = Field(description="The model (模型) that ranked it.")
    index: str = Field(description="The generation of the index that ranked it.")
    result: MatchView = Field(description="The patent as that answer showed it then, frozen.")
    state: SuggestionState = Field(description="new 待处理, taken 已采纳, dismissed 已忽略.")
    match: str | None = Field(description="The match (匹配) that it became when it was taken.")
    made_at: datetime = Field(description="When it was found (生成时间), UTC.")
    decided_at: datetime | None = Field(description="When it was taken or dismissed, UTC.")


class SuggestionsView(AnswerModel):
    """A page of suggestions."""

    suggestions: list[SuggestionView] = Field(description="The latest first.")
    next_cursor: str | None = Field(description="Asks for the page that follows; null on the last.")
