"""Path parameters: the ids of records."""

from typing import Annotated, Any

from fastapi import Path

from api.schemas.fields import PRINTABLE


def _id(description: str) -> Any:
    return Path(description=description, max_length=60, pattern=PRINTABLE)


ConsentId = Annotated[str, _id("Id of the consent (同意编号).")]
MatchId = Annotated[str, _id("Id of the match (匹配编号).")]
NeedId = Annotated[str, _id("Id of the need (需求编号).")]
RankingId = Annotated[str, _id("Id of the ranking (推荐记录编号).")]
RelayId = Annotated[str, _id("Id of the relay request (转达编号).")]
SuggestionId = Annotated[str, _id("Id of the suggestion (推荐编号).")]
