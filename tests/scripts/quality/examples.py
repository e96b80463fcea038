"""Small answers, judgements and records for the tests of scripts/quality."""

from matcher.language.coded import CodedText
from matcher.types import Answer, Evidence, Filters, Fit, Match, Need, Patent, Sleeping
from scripts.quality.figures import Figure, figure
from scripts.quality.record import Record

QRELS = {"n": {"a": 3, "b": 1, "c": 0}, "m": {"a": 2, "b": 2, "d": 0}, "none": {"c": 0}}
BETTER = figure("samples", "ndcg@10", "engine", [("a", 1.0), ("b", 0.5), ("new", 0.0)])
WORSE = figure("samples", "ndcg@10", "engine", [("b", 0.25), ("a", 0.75), ("gone", 1.0)])


def record(*figures: Figure, left_out: tuple[str, ...] = ()) -> Record:
    return Record("fake (f)", left_out, figures)


def answer(query: str, *matches: Match) -> Answer:
    return Answer(Need(query), "fake", "1", Filters(), {}, matches)


def match(
    patent: Patent, *passages: str, family: tuple[str, ...] = (), fit: Fit | None = None
) -> Match:
    shown = tuple(Evidence(passage, "…") for passage in passages)
    return Match(
        1,
        patent,
        1.0,
        {},
        shown,
        Sleeping(False, CodedText("sample", "")),
        None,
        None,
        family,
        fit=fit,
    )
