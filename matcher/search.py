"""From a need to ranked patents: filter, retrieve by both channels, fuse, fold, explain."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

import numpy as np

from matcher.catalogue import Catalogue
from matcher.errors import InputError
from matcher.evidence import evidence, words
from matcher.fusion import FloatArray, Method, fuse, rank_numbers
from matcher.languages import reading_notes
from matcher.passages import best_per_group
from matcher.ports import Encoder, Rows, Vectors
from matcher.retrieval import Candidates, Restriction, Retriever
from matcher.rights import years_left
from matcher.store import contacts, patents
from matcher.types import Answer, Channel, Filters, Match, Need, Patent, PatentRow

Mode = Literal["lexical", "dense", "engine"]
MODES: tuple[Mode, ...] = ("lexical", "dense", "engine")
NEEDS_AT_ONCE = 16
"""Needs encoded together when there are many."""


@dataclass(frozen=True)
class Ranking:
    """Candidates in the order of the answer, the best first."""

    candidates: Candidates
    order: Rows
    """Positions in `candidates`, the best first."""
    scores: FloatArray
    """The fused score of each candidate, by position."""


class Matcher:
    """One open index over one catalogue. Every method may be called from several threads."""

    def __init__(
        self,
        catalogue: Catalogue,
        encoder: Encoder,
        retriever: Retriever,
        *,
        generation: str,
        fusion: Method,
        depth: int,
    ) -> None:
        """`depth` is how many passages each channel is asked for at least."""
        self.catalogue = catalogue
        self.encoder = encoder
        self.generation = generation
        self._retriever = retriever
        self._fusion = fusion
        self._depth = depth
        self._restriction = lru_cache(maxsize=32)(self._read_restriction)

    def match(
        self, need: Need, filters: Filters = Filters(), k: int = 10, *, today: date
    ) -> Answer:
        """The k best patents for a need. Raises InputError for an empty need or k below 1."""
        if not need.full_text:
            raise InputError("the need is empty: write in a sentence or two what is needed")
        return next(self.match_many([need], filters, k, today=today))

    def match_many(
        self, needs: Sequence[Need], filters: Filters = Filters(), k: int = 10, *, today: date
    ) -> Iterator[Answer]:
        """An answer for each need, in order; an empty need gets an empty answer that says so."""
        if k < 1:
            raise InputError(f"the number of results must be at least 1, not {k}")
        for start in range(0, len(needs), NEEDS_AT_ONCE):
            batch = needs[start : start + NEEDS_AT_ONCE]
            for need, pieces in zip(batch, self._encode(batch), strict=True):
                yield self._answer(need, pieces, filters, k, today)

    def rank(
        self, need: Need, *, mode: Mode, k: int, allowed: Sequence[PatentRow] | None
    ) -> list[tuple[PatentRow, float]]:
        """The k best patents by one channel or the whole engine, as `rankings` has them."""
        return self.rankings(need, k=k, allowed=allowed)[mode]

    def rankings(
        self, need: Need, *, k: int, allowed: Sequence[PatentRow] | None
    ) -> dict[Mode, list[tuple[PatentRow, float]]]:
        """The k best patents by each channel alone and by the whole engine, for measuring.

        `allowed` restricts the answer to these patents; families are not folded.
        """
        (pieces,) = self._encode([need])
        if not len(pieces):
            return {mode: [] for mode in MODES}
        rows = None if allowed is None else np.unique(np.array(allowed, dtype=np.int64))
        candidates = self._candidates(need, pieces, self._retriever.restrict(rows), k)
        rankings = {mode: self._order(candidates, mode) for mode in MODES}
        return {
            mode: [
                (PatentRow(int(candidates.patents[place])), float(ranking.scores[place]))
                for place in ranking.order[:k]
            ]
            for mode, ranking in rankings.items()
        }

    def _encode(self, needs: Sequence[Need]) -> list[Vectors]:
        pieces = [self.encoder.split(need.full_text, "query") for need in needs]
        flat = [piece for listed in pieces for piece in listed]
        if not flat:
            return [np.empty((0, self.encoder.dimension), dtype=np.float32) for _ in needs]
        vectors = self.encoder.encode(flat, "query")
        ends = np.cumsum([len(listed) for listed in pieces])
        return np.split(vectors, ends[:-1])

    def _candidates(
        self, need: Need, pieces: Vectors, restriction: Restriction | None, k: int
    ) -> Candidates:
        depth = max(self._depth, 10 * k)
        return self._retriever.candidates(need.full_text, pieces, depth, restriction)

    def _order(self, candidates: Candidates, mode: Mode) -> Ranking:
        if mode == "engine":
            scores = fuse(candidates.dense, candidates.lexical, candidates.foreign, self._fusion)
        else:
            scores = candidates.dense if mode == "dense" else candidates.lexical
        order = np.argsort(-scores, kind="stable")
        return Ranking(candidates, order[~np.isnan(scores[order])], scores)

    def _answer(self, need: Need, pieces: Vectors, filters: Filters, k: int, today: date) -> Answer:
        restriction, hidden = self._restriction(
            filters, today, self.catalogue.store.number("revision")
        )
        notes = reading_notes(need, len(pieces))
        results: tuple[Match, ...] = ()
        if len(pieces):
            ranking = self._order(self._candidates(need, pieces, restriction, k), "engine")
            results = self._present(need, ranking, k, today)
            if len(results) < k:
                notes.append(_too_few(len(results), k, hidden))
        return Answer(
            need=need,
            model=self.encoder.name,
            index=self.generation,
            filters=filters,
            hidden=hidden,
            results=results,
            notes=tuple(notes),
        )

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

    def _present(self, need: Need, ranking: Ranking, k: int, today: date) -> tuple[Match, ...]:
        found = ranking.candidates.patents
        chosen = self._fold_families([int(found[i]) for i in ranking.order], k)
        claim_numbers = self._best_claims(ranking.candidates)
        channels: dict[Channel, FloatArray] = {
            "dense": rank_numbers(ranking.candidates.dense),
            "lexical": rank_numbers(ranking.candidates.lexical),
        }
        need_words = words(need.full_text)
        matches = []
        with self.catalogue.store.reading() as connection:
            for number, (row, patent, relatives) in enumerate(chosen, start=1):
                place = int(np.searchsorted(found, row))
                matches.append(
                    Match(
                        rank=number,
                        patent=patent,
                        score=float(ranking.scores[place]),
                        channels={
                            name: None if np.isnan(ranks[place]) else int(ranks[place])
                            for name, ranks in channels.items()
                        },
                        evidence=(evidence(need_words, patent, claim_numbers[place]),),
                        sleeping=self.catalogue.sleeping(patent, today),
                        years_left=years_left(patent, today),
                        contact=contacts.tto_contact(connection, patent.institution),
                        family_members=tuple(relatives),
                    )
                )
        return tuple(matches)

    def _fold_families(
        self, rows: Sequence[int], k: int
    ) -> list[tuple[PatentRow, Patent, list[str]]]:
        """The first k families of the ranked rows: the best member, and the ids of the others seen.

        Patents that left the catalogue since the index was built are passed over.
        """
        families: dict[str, tuple[PatentRow, Patent, list[str]]] = {}
        for start in range(0, len(rows), 2 * k):
            chunk = rows[start : start + 2 * k]
            with self.catalogue.store.reading() as connection:
                known = patents.by_rows(connection, chunk)
            for row in chunk:
                patent = known.get(PatentRow(row))
                if patent is None:
                    continue
                first = families.setdefault(family_key(patent), (PatentRow(row), patent, []))
                if first[0] != row:
                    first[2].append(patent.id)
            if len(families) >= k:
                break
        return list(families.values())[:k]

    def _best_claims(self, candidates: Candidates) -> list[int]:
        """The claim number of each candidate's best passage; 0 is the abstract."""
        owners = candidates.owners
        fused = fuse(
            candidates.passage_dense,
            candidates.passage_lexical,
            candidates.passage_foreign,
            self._fusion,
        )
        best = best_per_group(owners, fused, candidates.patents)
        numbers = np.zeros(candidates.patents.size, dtype=np.int64)
        place = np.searchsorted(candidates.patents, owners)
        winners = np.flatnonzero(fused == best[place])[::-1]
        claims = self._retriever.table.claim[candidates.passages[winners]]
        numbers[place[winners]] = claims
        return [int(number) for number in numbers]


def family_key(patent: Patent) -> str:
    """Equal for patents of one family, where the data tells; else the patent's own id."""
    if patent.family_id:
        return f"family {patent.family_id}"
    if patent.priority_numbers:
        return f"priority {sorted(patent.priority_numbers)}"
    return patent.id


def _too_few(found: int, wanted: int, hidden: dict[str, int]) -> str:
    active = [name for name, count in hidden.items() if count]
    because = f"; filters hide patents: {', '.join(active)}" if active else ""
    return f"only {found} of the {wanted} results asked for could be found{because}"
