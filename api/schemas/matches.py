"""Response models for stored matches and rankings."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from pydantic import Field

from api.schemas.answer import AnswerView, MatchView
from api.schemas.fields import AnswerModel, ListRequest
from api.schemas.needs import NeedDetailsView, details_view
from matcher.matches.case_owner import CaseOwnerKind, owner_of
from matcher.matches.record import MatchRecord
from matcher.matches.states import STATE_LABELS, MatchState
from matcher.needs.record import NeedRecord
from matcher.needs.visibility import Sight
from matcher.store.matches import ShownMatch
from matcher.store.rankings import Ranking
from matcher.types import LegalStatus


class MatchesRequest(ListRequest):
    """Page of matches, by state."""

    state: MatchState | None = Field(
        default=None, description="跟进状态, as docs/follow-up.md lists them; null: all."
    )


class RankedMatchView(MatchView):
    """One ranked patent of a stored need, as it was shown."""

    match: str = Field(description="Id of the match (匹配编号).", examples=["match_" + "0a1b" * 6])
    match_state: MatchState = Field(description="Where the match stands now (跟进状态).")


class RankingView(AnswerView):
    """A ranking as it was shown (推荐记录): nothing but `match_state` is of a later time."""

    ranking: str = Field(
        description="Id of the ranking (推荐记录编号).", examples=["ranking_" + "0a1b" * 6]
    )
    need_id: str = Field(description="Id of the need (需求编号).")
    need_version: int = Field(description="The need's version (版本) that was asked with.")
    asked_at: datetime = Field(description="When (时间), UTC.")
    results: list[RankedMatchView] = Field(description="The best first.")  # type: ignore[assignment]


class ShowingView(AnswerModel):
    """A match as a ranking showed it, frozen."""

    ranking: str = Field(description="Id of the ranking (推荐记录编号).")
    asked_at: datetime = Field(description="When (时间), UTC.")
    rank: int = Field(description="From 1 (名次).")
    score: float = Field(description="Ordered that answer; is no probability (分值).")
    legal_status: LegalStatus = Field(description="The patent's status (法律状态) as shown then.")
    status_as_of: date | None = Field(description="The day for which the source said so.")
    result: MatchView = Field(description="The whole result, with evidence (依据), as shown then.")


class OwnerView(AnswerModel):
    """Case owner of a match (个案负责人)."""

    name: str = Field(description="The person's name (姓名).")
    kind: CaseOwnerKind = Field(description="attorney 专利代理师, broker 技术经理人.")
    office: str = Field(description="The person's office (所在机构).")


class MatchRecordView(AnswerModel):
    """A stored match: one need with one patent."""

    id: str = Field(description="Id of the match (匹配编号).")
    need: str = Field(description="Id of the need (需求编号).")
    patent: str = Field(description="Id of the patent (申请号).")
    institution: str | None = Field(description="The institution (机构) at its recommendation.")
    industry: str | None = Field(description="The patent's main industry (产业) then.")
    state: MatchState = Field(description="Where it stands (跟进状态).")
    state_chinese: str = Field(description="The same in Chinese (状态名称).", examples=["推荐"])
    case_owner: OwnerView | None = Field(description="Who handles it (个案负责人); null: nobody.")
    created_at: datetime = Field(description="When it was recommended first (创建时间), UTC.")
    updated_at: datetime = Field(description="When it was changed last (更新时间), UTC.")
    version: int = Field(description="Counts the changes (版本); the ETag is made of it.")
    shown: ShowingView | None = Field(
        description="As the latest ranking showed it; null where none did."
    )


class MatchWholeView(MatchRecordView):
    """A match with the details of its need."""

    need_details: NeedDetailsView = Field(
        description="What the need says, as far as this key may see it: what is needed at least."
    )


class MatchesView(AnswerModel):
    """A page of matches."""

    matches: list[MatchRecordView] = Field(
        description="As the latest ranking showed them: its results first, the best before others."
    )
    next_cursor: str | None = Field(
        description="Asks for the page that follows (下一页); null on the last."
    )


def ranking_json(ranking: Ranking) -> dict[str, Any]:
    """Return the fields of RankingView; the answer is the stored one, unchanged."""
    return {
        **ranking.answer,
        "ranking": ranking.id,
        "need_id": ranking.need,
        "need_version": ranking.need_version,
        "asked_at": ranking.asked_at.isoformat(),
        "results": [
            {**result, "match": match.id, "match_state": match.state}
            for match, result in ranking.results
        ],
    }


def match_json(shown: ShownMatch) -> dict[str, Any]:
    """Return the fields of MatchRecordView."""
    match, showing = shown.match, shown.showing
    return {
        **_record(match),
        "shown": None
        if showing is None
        else {
            "ranking": showing.ranking,
            "asked_at": showing.asked_at.isoformat(),
            "rank": showing.rank,
            "score": showing.score,
            "legal_status": showing.legal_status,
            "status_as_of": showing.status_as_of and showing.status_as_of.isoformat(),
            "result": showing.result,
        },
    }


def whole_match_json(shown: ShownMatch, need: NeedRecord, sight: Sight) -> dict[str, Any]:
    """Return the fields of MatchWholeView."""
    details = NeedDetailsView(**details_view(need.details, sight))
    return {**match_json(shown), "need_details": details.model_dump(mode="json")}


def _record(match: MatchRecord) -> dict[str, Any]:
    owner = owner_of(match)
    return {
        "id": match.id,
        "need": match.need,
        "patent": match.patent,
        "institution": match.institution,
        "industry": match.industry,
        "state": match.state,
        "state_chinese": STATE_LABELS[MatchState(match.state)],
        "case_owner": owner and asdict(owner),
        "created_at": match.created_at.isoformat(),
        "updated_at": match.updated_at.isoformat(),
        "version": match.version,
    }
