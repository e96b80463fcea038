"""From a need to ranked patents: read, filter, retrieve by both channels, weigh, show."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import chain

import numpy as np

from matcher.errors import InputError
from matcher.evidence.finder import EvidenceFinder, Sought
from matcher.evidence.fit_label import FitFeatures, nothing_fits
from matcher.evidence.parts import part_vectors
from matcher.needs.reading.reading import read_need
from matcher.ports import Encoder, Vectors
from matcher.retrieval.candidates import Candidates
from matcher.retrieval.features import Features
from matcher.retrieval.query import Asked
from matcher.retrieval.query_building import (
    ask,
    asking_text,
    part_texts,
    questions,
    text_vectors,
)
from matcher.retrieval.reranking import Reranking
from matcher.retrieval.retriever import (
    Restriction,
    Retriever,
)
from matcher.retrieval.scoring import (
    MODES,
    Mode,
    Ranking,
    Weighing,
    no_features,
)
from matcher.search.answers import Presenter
from matcher.search.catalogue import Catalogue
from matcher.search.notes import reading_notes
from matcher.store import patents
from matcher.types import Answer, Filters, Match, Need, NeedPart, Patent, PatentRow, Reading

NEEDS_AT_ONCE = 32
"""Needs encoded together when there are many."""
NOTHING_FITS = (
    "nothing here fits well: the patents below come nearest, but none of them is likely to answer "
    "the need"
)


@dataclass(frozen=True)
class _Asking:
    """A need, how it was understood, and how it asks; None where it asks nothing."""

    need: Need
    reading: Reading
    asked: Asked | None
    parts: tuple[NeedPart, ...]
    part_vectors: Vectors

    @property
    def sought(self) -> Sought:
        assert self.asked is not None
        whole = self.asked.whole
        return Sought(whole.text, self.parts, self.part_vectors, whole.pieces)


class Matcher:
    """One open index over one catalogue. Every method may be called from several threads."""

    def __init__(
        self,
        catalogue: Catalogue,
        encoder: Encoder,
        retriever: Retriever,
        *,
        generation: str,
        weighing: Weighing,
        depth: int,
        reranking: Reranking | None = None,
        diversity: float = 0.0,
        availability: float = 0.0,
        notes: Sequence[str] = (),
    ) -> None:
        """`depth` is how many passages each channel is asked for at least.

        `notes` are told with every answer.
        """
        self.catalogue = catalogue
        self.encoder = encoder
        self.generation = generation
        self._retriever = retriever
        self._weighing = weighing
        self._depth = depth
        self._reranking = reranking
        self._notes = tuple(notes)
        self._finder = EvidenceFinder(encoder, retriever)
        self._presenter = Presenter(catalogue, self._finder, diversity, availability)
        self._restriction = lru_cache(maxsize=32)(self._read_restriction)

    def match(
        self,
        need: Need,
        filters: Filters = Filters(),
        k: int = 10,
        *,
        today: date,
        reading: Reading | None = None,
        without: Sequence[PatentRow] = (),
        diversity: float | None = None,
        availability: float | None = None,
        feedback: float | None = None,
    ) -> Answer:
        """The k best patents for a need, but none of those `without`.

        `reading` is how the need is to be understood, where the user corrected it; `diversity`
        is how much a team's fourth patent gives way, `availability` how much readily available
        patents come first, `feedback` how much the best patents ask once more, where that is not
        to be as set. A learned ranker has a weight of its own for feedback, which stays.
        Raises InputError for an empty need, k below 1, or diversity or availability outside 0 to 1.
        """
        if not need.full_text:
            raise InputError("the need is empty: write in a sentence or two what is needed")
        _check_number(k)
        askings = self._ask([need], reading)
        weighing = self._weighing
        if feedback is not None:
            weighing = replace(weighing, feedback=feedback)
        (answer,) = self._answers(
            askings, filters, k, today, weighing, without, diversity, availability
        )
        return answer

    def match_many(
        self,
        needs: Sequence[Need],
        filters: Filters = Filters(),
        k: int = 10,
        *,
        today: date,
        diversity: float | None = None,
        availability: float | None = None,
    ) -> Iterator[Answer]:
        """An answer for each need, in order; an empty need gets an empty answer that says so."""
        _check_number(k)
        for askings in self._ask_all(needs):
            yield from self._answers(
                askings, filters, k, today, self._weighing, (), diversity, availability
            )

    def standings(
        self, patent: Patent, needs: Sequence[Need], *, today: date
    ) -> Iterator[Match | None]:
        """How one patent stands in the answer to each need, in order; None for an empty need.

        The rank is its place among that need's candidates, filters apart. A patent that neither
        channel found is a candidate too: its place in the catalogue may be a lower one.
        Raises InputError for a patent that is not in the index.
        """
        with self.catalogue.store.reading() as connection:
            row = patents.rows_of(connection, [patent.id]).get(patent.id)
        if row is None or row not in self._retriever.table.patent:
            raise InputError(f"the patent {patent.id} is not in the index; run matcher index")
        for askings in self._ask_all(needs):
            for asking, candidates in self._candidates(askings, None, 1, also=row):
                yield None if candidates is None else self._standing(asking, candidates, row, today)

    def rank(
        self, need: Need, *, mode: Mode, k: int, allowed: Sequence[PatentRow] | None
    ) -> list[tuple[PatentRow, float]]:
        """The k best patents by one channel or the whole engine, as `rankings` has them."""
        return self.rankings(need, k=k, allowed=allowed)[mode]

    def rankings(
        self, need: Need, *, k: int, allowed: Sequence[PatentRow] | None
    ) -> dict[Mode, list[tuple[PatentRow, float]]]:
        """The k best patents by each channel alone and by the whole engine, for measuring.

        `allowed` restricts the answer to these patents; nothing is folded or reranked.
        """
        candidates = self._allowed_candidates(need, k, allowed)
        if candidates is None:
            return {mode: [] for mode in MODES}
        rankings = {mode: self._weighing.rank(candidates, mode) for mode in MODES}
        return {
            mode: [
                (PatentRow(int(candidates.patents[place])), float(ranking.scores[place]))
                for place in ranking.order[:k]
            ]
            for mode, ranking in rankings.items()
        }

    def features(self, need: Need, *, k: int, allowed: Sequence[PatentRow] | None) -> Features:
        """What a learned ranker weighs, for at least the k best candidates or all allowed ones."""
        candidates = self._allowed_candidates(need, k, allowed)
        return no_features() if candidates is None else self._weighing.features(candidates)

    def fit_features(self, need: Need, found: Sequence[PatentRow]) -> list[FitFeatures | None]:
        """What the labels of these patents are made of, in order, for calibrating them.

        None for a patent that gets no label. Raises InputError for a need that asks nothing.
        """
        (asking,) = self._ask([need])
        if asking.asked is None:
            raise InputError("the need is empty: write in a sentence or two what is needed")
        with self.catalogue.store.reading() as connection:
            known = patents.by_rows(connection, found)
        return self._finder.fit_features(asking.sought, [(row, known[row]) for row in found])

    def _ask_all(self, needs: Sequence[Need]) -> Iterator[list[_Asking]]:
        for start in range(0, len(needs), NEEDS_AT_ONCE):
            yield self._ask(needs[start : start + NEEDS_AT_ONCE])

    def _ask(self, needs: Sequence[Need], reading: Reading | None = None) -> list[_Asking]:
        """What each need asks; `reading` takes the place of the engine's own."""
        readings = [reading or read_need(need) for need in needs]
        asking = [questions(need, one) for need, one in zip(needs, readings, strict=True)]
        parts = [
            reading.parts or (() if one is None else (NeedPart("text", one.whole),))
            for reading, one in zip(readings, asking, strict=True)
        ]
        texts = [
            [] if one is None else [part_texts(part, one) for part in listed]
            for one, listed in zip(asking, parts, strict=True)
        ]
        vectors = text_vectors(
            self.encoder,
            [
                ("", ()) if one is None else (one.whole, (*one, *chain.from_iterable(listed)))
                for one, listed in zip(asking, texts, strict=True)
            ],
        )
        return [
            _Asking(need, reading, ask(one, known), listed, part_vectors(own, known))
            for need, reading, one, listed, own, known in zip(
                needs, readings, asking, parts, texts, vectors, strict=True
            )
        ]

    def _candidates(
        self,
        askings: Sequence[_Asking],
        restriction: Restriction | None,
        k: int,
        also: PatentRow | None = None,
    ) -> Iterator[tuple[_Asking, Candidates | None]]:
        """The candidates for each need, looked for together; None where it asks nothing."""
        depth = max(self._depth, 10 * k)
        asked = [one.asked for one in askings if one.asked is not None]
        found = iter(self._retriever.found(asked, depth, restriction))
        for one in askings:
            if one.asked is None:
                yield one, None
            else:
                yield one, self._retriever.candidates(one.asked, next(found), also)

    def _allowed_candidates(
        self, need: Need, k: int, allowed: Sequence[PatentRow] | None
    ) -> Candidates | None:
        rows = None if allowed is None else np.unique(np.array(allowed, dtype=np.int64))
        ((_, candidates),) = self._candidates(self._ask([need]), self._retriever.restrict(rows), k)
        return candidates

    def _answers(
        self,
        askings: Sequence[_Asking],
        filters: Filters,
        k: int,
        today: date,
        weighing: Weighing,
        without: Sequence[PatentRow],
        diversity: float | None,
        availability: float | None,
    ) -> Iterator[Answer]:
        restriction, hidden = self._restriction(
            filters, today, self.catalogue.store.number("revision")
        )
        if without:
            restriction = self._retriever.without(restriction, np.array(without, dtype=np.int64))
        for asking, candidates in self._candidates(askings, restriction, k):
            results: tuple[Match, ...] = ()
            if candidates is not None:
                ranking = self._reranked(asking, weighing.rank(candidates, "engine"))
                results = self._presenter.matches(
                    asking.sought, ranking, k, today, diversity, availability
                )
            yield Answer(
                need=asking.need,
                model=self.encoder.name,
                index=self.generation,
                filters=filters,
                hidden=hidden,
                results=results,
                reading=asking.reading,
                notes=self._answer_notes(asking, results, k, hidden),
            )

    def _answer_notes(
        self, asking: _Asking, results: Sequence[Match], k: int, hidden: dict[str, int]
    ) -> tuple[str, ...]:
        asked = asking.asked
        notes = list(self._notes)
        notes += reading_notes(asking.need, 0 if asked is None else len(asked.whole.pieces))
        if asked is not None and len(results) < k:
            notes.append(_too_few(len(results), k, hidden))
        labels = [match.fit for match in results if match.fit is not None]
        if labels and nothing_fits(labels):
            notes.append(NOTHING_FITS)
        return tuple(notes)

    def _reranked(self, asking: _Asking, ranking: Ranking) -> Ranking:
        if self._reranking is None:
            return ranking
        text = asking_text(asking.need, asking.reading)
        return self._reranking.of(text, ranking, self._presenter.passage_texts)

    def _standing(
        self, asking: _Asking, candidates: Candidates, row: PatentRow, today: date
    ) -> Match | None:
        ranking = self._weighing.rank(candidates, "engine")
        (place,) = np.flatnonzero(candidates.patents[ranking.order] == row)
        alone = replace(ranking, order=ranking.order[[place]])
        shown = self._presenter.matches(asking.sought, alone, 1, today)
        return replace(shown[0], rank=int(place) + 1) if shown else None

    def _read_restriction(
        self, filters: Filters, today: date, _revision: int
    ) -> tuple[Restriction | None, dict[str, int]]:
        with self.catalogue.store.reading() as connection:
            rows, hidden = patents.allowed(
                connection,
                filters,
                today=today,
                sleeping_months=self.catalogue.sleeping_months,
            )
        return self._retriever.restrict(rows), hidden


def _check_number(k: int) -> None:
    if k < 1:
        raise InputError(f"the number of results must be at least 1, not {k}")


def _too_few(found: int, wanted: int, hidden: dict[str, int]) -> str:
    active = [name for name, count in hidden.items() if count]
    because = f"; filters hide patents: {', '.join(active)}" if active else ""
    return f"only {found} of the {wanted} results asked for could be found{because}"
