"""Search: read, build queries, retrieve, score, select, find evidence, assemble."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache, partial

import numpy as np

from matcher.errors import InputError
from matcher.evidence.finder import EvidenceFinder, EvidenceQuery
from matcher.evidence.fit_label import FitFeatures, FitLabel
from matcher.language.messages import _, gettext_noop
from matcher.needs.need_text import check_text, text_fault
from matcher.ports import Allowed, Encoder, Remote
from matcher.retrieval.candidates import Candidates
from matcher.retrieval.features import Features
from matcher.retrieval.index import PassageIndex
from matcher.retrieval.query_building import query_text
from matcher.retrieval.reranking import RERANK_DEPTH, Reranking
from matcher.retrieval.retriever import Retriever
from matcher.retrieval.scoring import MODES, Mode, Ranking, Scorer, no_features
from matcher.search.answers import AnswerBuilder
from matcher.search.catalogue import Catalogue
from matcher.search.notes import contact_notes, reading_notes, result_notes
from matcher.search.options import EngineDefaults, SearchOptions
from matcher.search.prepare import PreparedNeed, prepare_needs
from matcher.search.selection import PatentReader, Selected, best_passages, select_results
from matcher.stages import stage
from matcher.store import patents
from matcher.store.database import StoreVersion
from matcher.store.filter_values import resolve
from matcher.types import Answer, Filters, Match, Need, Patent, PatentRow, Reading

NEED_BATCH = 32
"""Needs encoded together when there are many."""
UNREADABLE = gettext_noop("nothing of the need is left to search with")


class Matcher:
    """One open index over one catalogue. Every method may be called from several threads."""

    def __init__(
        self,
        catalogue: Catalogue,
        encoder: Encoder,
        index: PassageIndex,
        *,
        generation: str,
        scorer: Scorer,
        defaults: EngineDefaults,
        reranking: Reranking | None = None,
    ) -> None:
        """Set up; `generation` names the state of the index in answers."""
        self.catalogue = catalogue
        self.encoder = encoder
        self.generation = generation
        self._scorer = scorer
        self._defaults = defaults
        self._reranking = reranking
        self._retriever = Retriever(index)
        self._finder = EvidenceFinder(encoder, index)
        self._builder = AnswerBuilder(catalogue, index.cards)
        self._filtered = lru_cache(maxsize=32)(self._read_restriction)

    def check_services(self) -> None:
        """Raise ModelError while a model service in use cannot be used."""
        parts: list[object] = [self.encoder]
        if self._reranking is not None:
            parts.append(self._reranking.reranker)
        for part in parts:
            if isinstance(part, Remote):
                part.check()

    def match(
        self,
        need: Need,
        options: SearchOptions = SearchOptions(),
        *,
        today: date,
        reading: Reading | None = None,
    ) -> Answer:
        """Rank the best patents for a need; `reading` is a corrected reading of it.

        Raises InputError for a need without a word or too long, or diversity or availability
        outside 0 to 1.

        >>> from matcher.settings import Settings
        >>> from matcher.wiring.open import open_matcher
        >>> with open_matcher(Settings(home="var/demo")) as matcher:
        ...     need = Need("新能源汽车电池包的隔膜在高温下不收缩、不短路")
        ...     answer = matcher.match(need, SearchOptions(k=3), today=date(2026, 11, 28))
        >>> [match.rank for match in answer.results], answer.results[0].fit
        ([1, 2, 3], 'fair')
        """
        check_text(need.full_text)
        (answer,) = self._answers([need], options, today, reading)
        return answer

    def match_many(
        self, needs: Sequence[Need], options: SearchOptions = SearchOptions(), *, today: date
    ) -> Iterator[Answer]:
        """Yield an answer for each need, in order; that of an empty need is empty and says so."""
        for start in range(0, len(needs), NEED_BATCH):
            yield from self._answers(needs[start : start + NEED_BATCH], options, today)

    def patent_matches(
        self, patent: Patent, needs: Sequence[Need], *, today: date
    ) -> Iterator[Match | None]:
        """Yield the match of one patent in the answer to each need; None for an empty need.

        The rank is among all candidates of that need, filters apart. A patent that neither channel
        retrieved is a candidate too: its rank in the whole catalogue may be a lower one.
        Raises InputError for a patent that is not in the index.
        """
        version = self.catalogue.store.version()
        with self.catalogue.store.reading() as connection:
            row = patents.rows_of(connection, [patent.id]).get(patent.id)
        if row is None or row not in self._retriever.index.table.patent:
            raise InputError(
                _("the patent {id} is not in the index; run matcher index", id=patent.id)
            )
        for start in range(0, len(needs), NEED_BATCH):
            prepared = prepare_needs(self.encoder, needs[start : start + NEED_BATCH])
            for need, candidates in self._candidates(prepared, None, 1, also=row):
                match = None
                if candidates is not None:
                    match = self._match_of(need, candidates, row, today, version)
                yield match

    def rankings(
        self, need: Need, *, k: int, allowed: Sequence[PatentRow] | None
    ) -> dict[Mode, list[tuple[PatentRow, float]]]:
        """Return the best k patents by each channel alone and by the whole engine, for measuring.

        `allowed` restricts the answer to these patents; nothing is folded or reranked.
        """
        candidates = self._allowed_candidates(need, k, allowed)
        if candidates is None:
            return {mode: [] for mode in MODES}
        rankings = {mode: self._scorer.rank(candidates, mode) for mode in MODES}
        return {
            mode: [
                (PatentRow(int(candidates.patents[position])), float(ranking.scores[position]))
                for position in ranking.order[:k]
            ]
            for mode, ranking in rankings.items()
        }

    def features(self, need: Need, *, k: int, allowed: Sequence[PatentRow] | None) -> Features:
        """Return features of at least the k best candidates, or of all allowed ones."""
        candidates = self._allowed_candidates(need, k, allowed)
        return no_features() if candidates is None else self._scorer.features(candidates)

    def fit_features(self, need: Need, rows: Sequence[PatentRow]) -> list[FitFeatures | None]:
        """Return features of these patents' fit labels, in order, for calibrating them.

        None for a patent that gets no label. Raises InputError for an empty need.
        """
        return self._finder.fit_features(*self._evidence_of(need, rows))

    def fit_labels(self, need: Need, rows: Sequence[PatentRow]) -> list[FitLabel]:
        """Return these patents' fit labels, in order. Raises InputError for an empty need."""
        return self._finder.fit_labels(*self._evidence_of(need, rows))

    def _evidence_of(
        self, need: Need, rows: Sequence[PatentRow]
    ) -> tuple[EvidenceQuery, Candidates, list[tuple[PatentRow, Patent]]]:
        """Return what the features of these patents are made of."""
        (prepared,) = prepare_needs(self.encoder, [need])
        if prepared.query is None or prepared.evidence is None:
            raise InputError(text_fault(need.full_text) or _(UNREADABLE))
        candidates = self._retriever.score(prepared.query, np.unique(np.array(rows, np.int64)))
        read = PatentReader(self.catalogue.store).read(rows)
        return prepared.evidence, candidates, [(row, read[row]) for row in rows]

    def _answers(
        self,
        needs: Sequence[Need],
        options: SearchOptions,
        today: date,
        reading: Reading | None = None,
    ) -> Iterator[Answer]:
        with stage("encode"):
            prepared = prepare_needs(self.encoder, needs, reading)
        version = self.catalogue.store.version()
        restriction, hidden = self._restriction(options, today, version)
        scorer = self._scorer
        if options.feedback is not None:
            scorer = replace(scorer, feedback=options.feedback)
        for need, candidates in self._candidates(prepared, restriction, options.k):
            results: tuple[Match, ...] = ()
            if candidates is not None:
                with stage("rank"):
                    ranking = scorer.rank(candidates, "engine")
                results = self._results(need, ranking, options, today, version)
            yield self._answer(need, results, options, hidden, version)

    def _results(
        self,
        need: PreparedNeed,
        ranking: Ranking,
        options: SearchOptions,
        today: date,
        version: StoreVersion,
    ) -> tuple[Match, ...]:
        reader = self._reader(version)
        if self._reranking is not None:
            with stage("rerank"):
                passages = best_passages(ranking, reader, RERANK_DEPTH)
                text = query_text(need.need, need.reading)
                ranking = self._reranking.rerank(text, ranking, passages)
        weights = self._defaults.weights(options)
        with stage("select"):
            selected = select_results(ranking, reader, options.k, weights, today)
        return self._assemble(need, ranking.candidates, selected, today, version)

    def _assemble(
        self,
        need: PreparedNeed,
        candidates: Candidates,
        selected: Sequence[Selected],
        today: date,
        version: StoreVersion,
    ) -> tuple[Match, ...]:
        assert need.evidence is not None  # it has candidates, so it has a query
        shown = [(result.row, result.patent) for result in selected]
        with stage("evidence"):
            evidence = self._finder.find(need.evidence, candidates, shown)
        with stage("assemble"):
            return self._builder.matches(candidates, selected, evidence, today, version)

    def _reader(self, version: StoreVersion) -> PatentReader:
        """Return a reader of patents as of a version of the database."""
        read = partial(self.catalogue.patents, version=version)
        return PatentReader(self.catalogue.store, read)

    def _answer(
        self,
        need: PreparedNeed,
        results: tuple[Match, ...],
        options: SearchOptions,
        hidden: dict[str, int],
        version: StoreVersion,
    ) -> Answer:
        notes = [*self._defaults.notes, *reading_notes(need.need, need.pieces)]
        notes += contact_notes(need.contact_places)
        if need.query is not None:
            notes += result_notes(results, options.k, hidden)
        return Answer(
            need=need.need,
            model=self.encoder.name,
            index=self.generation,
            filters=options.filters,
            hidden=hidden,
            results=results,
            reading=need.reading,
            notes=tuple(notes),
            catalogue_state=version.catalogue,
        )

    def _candidates(
        self,
        prepared: Sequence[PreparedNeed],
        restriction: Allowed | None,
        k: int,
        also: PatentRow | None = None,
    ) -> Iterator[tuple[PreparedNeed, Candidates | None]]:
        """Yield each need with its candidates, retrieved together; None without a query.

        `also` is a patent of the index that is a candidate whether it is retrieved or not.
        """
        depth = max(self._defaults.depth, 10 * k)
        extra = np.array([] if also is None else [also], dtype=np.int64)
        queries = [need.query for need in prepared if need.query is not None]
        with stage("search"):
            retrieved = iter(self._retriever.retrieve(queries, depth, restriction))
        for need in prepared:
            if need.query is None:
                yield need, None
            else:
                rows = np.union1d(next(retrieved), extra)
                with stage("score"):
                    candidates = self._retriever.score(need.query, rows)
                yield need, candidates

    def _allowed_candidates(
        self, need: Need, k: int, allowed: Sequence[PatentRow] | None
    ) -> Candidates | None:
        rows = None if allowed is None else np.unique(np.array(allowed, dtype=np.int64))
        prepared = prepare_needs(self.encoder, [need])
        ((_, candidates),) = self._candidates(prepared, self._retriever.restrict(rows), k)
        return candidates

    def _match_of(
        self,
        need: PreparedNeed,
        candidates: Candidates,
        row: PatentRow,
        today: date,
        version: StoreVersion,
    ) -> Match | None:
        """Return the match of one candidate with its rank; None where it left the catalogue."""
        ranking = self._scorer.rank(candidates, "engine")
        (position,) = np.flatnonzero(candidates.patents[ranking.order] == row)
        alone = replace(ranking, order=ranking.order[[position]])
        weights = self._defaults.weights(SearchOptions())
        selected = select_results(alone, self._reader(version), 1, weights, today)
        matches = self._assemble(need, candidates, selected, today, version)
        return replace(matches[0], rank=int(position) + 1) if matches else None

    def _restriction(
        self, options: SearchOptions, today: date, version: StoreVersion
    ) -> tuple[Allowed | None, dict[str, int]]:
        restriction, hidden = self._filtered(options.filters, today, version)
        if options.exclude:
            excluded = np.array(options.exclude, dtype=np.int64)
            restriction = self._retriever.exclude(restriction, excluded)
        return restriction, hidden

    def _read_restriction(
        self, filters: Filters, today: date, version: StoreVersion
    ) -> tuple[Allowed | None, dict[str, int]]:
        months = self.catalogue.sleeping_months
        values = None
        with self.catalogue.store.reading() as connection:
            rows, hidden = patents.allowed(connection, filters, today=today, sleeping_months=months)
            if version.revision == self._retriever.index.values_revision:
                values = resolve(connection, filters, today=today, sleeping_months=months)
        return self._retriever.restrict(rows, values), hidden
