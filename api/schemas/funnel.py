"""Request and response models for the funnel and the performance figures."""

from typing import Literal, Self

from pydantic import Field

from api.schemas.fields import AnswerModel, Day, ExportFields, Line, RequestModel
from matcher.matches.funnel import Funnel, FunnelFilters, FunnelLine
from matcher.matches.performance import (
    Performance,
    PerformanceLine,
)
from matcher.matches.periods import CountFilters, Period
from matcher.matches.states import STATE_LABELS, MatchState
from matcher.patents.filter_parsing import FilterTexts, read_filters

_INDUSTRY = (
    "NGIT 新一代信息技术, NM 新材料, HEM 高端装备制造, BIO 生物医药 (产业); several by commas."
)


class _CountedRequest(RequestModel):
    since: Day | None = Field(
        default=None, description="First day that counts (起始日), in UTC.", examples=["2026-01-01"]
    )
    until: Day | None = Field(
        default=None, description="Last day that counts (截止日), in UTC.", examples=["2026-06-30"]
    )
    institution: Line | None = Field(
        default=None, description="Only this institution's (机构), by its whole name."
    )


class FunnelRequest(_CountedRequest):
    """Filters of the matches in the funnel; days are those of the first recommendation."""

    industry: Line | None = Field(default=None, description=_INDUSTRY)

    @property
    def filters(self) -> FunnelFilters:
        """Filters of the engine. Raises InputError for an unknown industry or days out of order."""
        names = () if self.industry is None else (self.industry,)
        industries = read_filters(FilterTexts(industries=names)).industries
        return FunnelFilters(self.since, self.until, self.institution, industries)


class FunnelExportRequest(FunnelRequest, ExportFields):
    """Filters of the funnel, and the format of the file."""


class PerformanceRequest(_CountedRequest):
    """Filters of performance; days are those of the first recommendation and of the signing."""

    period: Period = Field(
        default=Period.MONTH, description="By month 月, quarter 季度 or year 年 (统计周期)."
    )
    by: Literal["person", "office"] = Field(
        default="person", description="Per person with the office (人员), or per office (机构)."
    )

    @property
    def filters(self) -> CountFilters:
        """Filters of the engine. Raises InputError for days in the wrong order."""
        return CountFilters(self.since, self.until, self.institution)


class PerformanceExportRequest(PerformanceRequest, ExportFields):
    """Filters of the performance, and the format of the file."""


class FunnelLineView(AnswerModel):
    """Matches that have one thing in common."""

    value: str = Field(
        description="What: a code, a name, a month, `all`, or `unknown` (项目).", examples=["NM"]
    )
    matches: int = Field(description="How many matches (匹配数).")
    now: dict[MatchState, int] = Field(description="How many are in each state now (当前状态).")
    reached: dict[MatchState, int] = Field(
        description="How many came at least so far on the path, whatever became of them (达到); "
        "what staff took back by a step back does not count."
    )

    @classmethod
    def of(cls, line: FunnelLine) -> Self:
        """Return the answer for a line."""
        return cls(value=line.value, matches=line.matches, now=line.now, reached=line.reached)


class FunnelView(AnswerModel):
    """Number of matches by state (跟进漏斗)."""

    states: dict[MatchState, str] = Field(
        description="Every state in Chinese (状态名称), the path first, then the exits."
    )
    total: FunnelLineView = Field(description="All that passes the filters (合计).")
    by_industry: list[FunnelLineView] = Field(
        description="By the patent's main industry at the recommendation (产业), most first."
    )
    by_institution: list[FunnelLineView] = Field(
        description="By the institution behind the patent (机构), most first."
    )
    by_month: list[FunnelLineView] = Field(
        description="By the month (UTC) of the first recommendation (月份), in their order."
    )

    @classmethod
    def of(cls, funnel: Funnel) -> Self:
        """Return the answer for a funnel."""
        return cls(
            states=dict(STATE_LABELS),
            total=FunnelLineView.of(funnel.total),
            by_industry=[FunnelLineView.of(line) for line in funnel.by_industry],
            by_institution=[FunnelLineView.of(line) for line in funnel.by_institution],
            by_month=[FunnelLineView.of(line) for line in funnel.by_month],
        )


class PerformanceLineView(AnswerModel):
    """Performance of one person or office in one period."""

    period: str = Field(
        description="`2026-06`, `2026-Q2`, `2026`, or `all` (周期).", examples=["2026-Q2"]
    )
    person: str | None = Field(
        description="The case owner (人员); null for an office as a whole, and for nobody."
    )
    office: str | None = Field(description="The case owner's office (机构); null for none.")
    matches: int = Field(description="Matches first recommended then (匹配数).")
    contracts: int = Field(description="Contracts signed then (合同数).")
    amount: str = Field(
        description="Their known amounts in yuan (合同金额, 元).", examples=["300000.00"]
    )
    without_amount: int = Field(
        description="Those of them whose amount is not known (未填金额的合同数)."
    )

    @classmethod
    def of(cls, line: PerformanceLine) -> Self:
        """Return the answer for a line."""
        return cls(
            period=line.period,
            person=line.person,
            office=line.office,
            matches=line.matches,
            contracts=line.contracts,
            amount=str(line.amount),
            without_amount=line.without_amount,
        )


class PerformanceView(AnswerModel):
    """Performance per person and office (业绩统计)."""

    lines: list[PerformanceLineView] = Field(
        description="Periods in their order, in each the offices and persons by name (明细)."
    )
    total: PerformanceLineView = Field(description="All of it in one (合计).")

    @classmethod
    def of(cls, performance: Performance) -> Self:
        """Return the answer for performance figures."""
        return cls(
            lines=[PerformanceLineView.of(line) for line in performance.lines],
            total=PerformanceLineView.of(performance.total),
        )
