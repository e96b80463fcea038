"""Ranking: which titles suit a text, told by several judges together.

The student learns to order titles for a longer text as judges do whose opinions are added: models
and shared characters (tf-idf over characters and pairs of them). Together they order better than
any of them alone. Texts are patents, papers, journals and classification titles; needs and
achievements are never read here.
"""

import random
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from scripts.training import sources

Encode = Callable[[Sequence[str]], NDArray[np.float32]]

TERMS = 60_000
PARTS = 3
"""How many parts of each abstract ask."""
SHORTEST, LONGEST = 50, 260
"""Characters of a part."""
TITLED_SHARE = 0.5
"""Share of parts that follow their title, as a need follows its own."""
BARE_SHARE = 0.5
"""Share of titles offered without their function words, as lists of titles often are."""
ENGLISH_SHARE = 0.1
"""Share of the titles of a batch that are read in English, where there is a translation."""
ASKED_AT_ONCE, BEST, BETTER, STRANGERS = 48, 4, 8, 256
"""Of a batch: texts that ask; of each, titles that are best and others that are near; anybody's."""
NEAREST, NEAR = 10, 200
HIGHEST, LOWEST = 6.0, -4.0
"""Bounds of one judge's opinion of one title."""
TEMPERATURE, OPINION_TEMPERATURE = 0.05, 1.5
HARD, HARD_SHARE = 128, 3.0
"""How many of the titles thought best are looked at once more, and how much that counts."""
_SENTENCE = re.compile(r"(?<=[。；;.!?！？])")
_FUNCTION_WORDS = re.compile("^一种|^一类|的|及其|及|和|与|或|、|，|用于|其|基于|关于")


@dataclass(frozen=True)
class Texts:
    """Texts that ask, Chinese titles on offer, and English titles by the number of the Chinese."""

    asked: list[str]
    offered: list[str]
    english: dict[int, str]


class Judge(Protocol):
    """One opinion about all titles."""

    def __call__(self, asking: torch.Tensor) -> torch.Tensor:
        """Scores (a, o) of all titles for the texts with these numbers (a,)."""


@dataclass(frozen=True)
class Question:
    """Texts that ask (a of them), titles (o of them), and what is thought of each (a, o)."""

    asked: list[str]
    offered: list[str]
    opinion: torch.Tensor


class Jury:
    """Several judges whose opinions are added."""

    def __init__(self, texts: Texts, judges: Sequence[Judge], device: str, seed: int) -> None:
        """Opinions come on `device`; `seed` decides which titles are offered."""
        self._texts = texts
        self._judges = judges
        self._device = device
        self._seed = seed

    def questions(self, count: int) -> Iterator[list[int]]:
        """So many batches of texts that ask."""
        chance = random.Random(self._seed)
        order: list[int] = []
        for _ in range(count):
            if len(order) < ASKED_AT_ONCE:
                order = chance.sample(range(len(self._texts.asked)), len(self._texts.asked))
            yield [order.pop() for _ in range(min(ASKED_AT_ONCE, len(order)))]

    def question(self, asking: list[int], number: int) -> Question:
        """Titles for the texts `asking`, drawn by the seed and the batch's `number`."""
        opinion, near = self._opinion(torch.tensor(asking, device=self._device))
        chance = np.random.default_rng((self._seed, number))
        drawn = _drawn(np.arange(len(self._texts.offered)), STRANGERS, chance)
        for listed in near.cpu().numpy():
            drawn += _drawn(listed[:NEAREST], BEST, chance)
            drawn += _drawn(listed[NEAREST:], BETTER, chance)
        titles = list(dict.fromkeys(drawn))
        english = chance.random(len(titles)) < ENGLISH_SHARE
        offered = [
            self._texts.english.get(n, self._texts.offered[n]) if other else self._texts.offered[n]
            for n, other in zip(titles, english, strict=True)
        ]
        chosen = torch.tensor(titles, device=self._device)
        return Question([self._texts.asked[n] for n in asking], offered, opinion[:, chosen])

    def _opinion(self, asking: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """What all judges think (a, o), and the NEAR best titles (a, NEAR) by it.

        A judge's scores count by how they spread among the near titles, not among all: there the
        order is to be learned.
        """
        scores = [judge(asking) for judge in self._judges]
        rough: Any = sum(_standardised(one, one) for one in scores)
        most = min(NEAR, rough.shape[1])
        near = rough.topk(most, dim=1).indices
        opinion: Any = sum(
            _standardised(one, one.gather(1, near)).clamp(LOWEST, HIGHEST) for one in scores
        )
        return opinion, opinion.topk(most, dim=1).indices


class ByVectors:
    """A model's opinion: the cosine."""

    def __init__(self, encode: Encode, texts: Texts, device: str) -> None:
        """`encode` gives unit vectors (n, d)."""
        self._asked = torch.from_numpy(encode(texts.asked)).to(device)
        self._offered = torch.from_numpy(encode(texts.offered)).to(device)

    def __call__(self, asking: torch.Tensor) -> torch.Tensor:
        """Cosines (a, m)."""
        return self._asked[asking] @ self._offered.T


class ByCharacters:
    """Shared characters and pairs of them: the cosine of tf-idf."""

    def __init__(self, texts: Texts, device: str) -> None:
        """The idf is that of the titles."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        counted = TfidfVectorizer(
            analyzer="char", ngram_range=(1, 2), sublinear_tf=True, max_features=TERMS
        )
        self._device = device
        self._offered = _sparse(counted.fit_transform(texts.offered), device)
        self._asked = counted.transform(texts.asked)

    def __call__(self, asking: torch.Tensor) -> torch.Tensor:
        """Cosines (a, m)."""
        rows = self._asked[asking.cpu().numpy()].astype(np.float32).toarray()
        return (self._offered @ torch.from_numpy(rows.T).to(self._device)).T.contiguous()


def texts(data: Path, held_out: frozenset[str], seed: int) -> Texts:
    """Texts that ask, and titles on offer."""
    chance = random.Random(seed)
    pairs = sources.parallel(data, held_out)
    patents, journals = sources.patent_texts(data), sources.journal(data)
    abstracts: list[tuple[str, str]] = [
        *((row["title"], row["abstract"]) for row in patents),
        *((row.get("title") or "", row["abstract"]) for row in journals),
        *(("", chinese) for chinese, _ in pairs["paper abstracts"]),
    ]
    asked = [_part(title, abstract, chance) for title, abstract in abstracts for _ in range(PARTS)]
    translated = dict(pair for name in ("paper titles", "ipc") for pair in pairs[name])
    titles = dict.fromkeys(
        (
            *(title for title, _ in abstracts if title),
            *(title for title, _ in sources.patent_titles(data)),
            *(title for code, _, title in sources.ipc_titles(data) if code[:4] not in held_out),
            *translated,
        )
    )
    offered: dict[str, str | None] = {}
    for title in titles:
        if 4 <= len(title) <= 60:
            bare = chance.random() < BARE_SHARE
            offered.setdefault(bare_title(title) if bare else title, translated.get(title))
    english = {n: other for n, other in enumerate(offered.values()) if other}
    return Texts(list(dict.fromkeys(asked)), list(offered), english)


def bare_title(title: str) -> str:
    """A title without function words."""
    return _FUNCTION_WORDS.sub("", title)


def loss(vectors: torch.Tensor, titles: torch.Tensor, opinion: torch.Tensor) -> torch.Tensor:
    """How far the cosines of unit vectors (a, d) and (o, d) are from an opinion (a, o).

    The divergence of the chances of being chosen, and what is missing to a full correlation, among
    all titles and among those thought best.
    """
    cosines = vectors @ titles.T
    best = opinion.topk(min(HARD, opinion.shape[1]), dim=1).indices
    chances = torch.nn.functional.log_softmax(opinion / OPINION_TEMPERATURE, dim=1)
    own = torch.nn.functional.log_softmax(cosines / TEMPERATURE, dim=1)
    divergence = torch.nn.functional.kl_div(own, chances, log_target=True, reduction="batchmean")
    hard = _correlation(cosines.gather(1, best), opinion.gather(1, best))
    return divergence + (1 - _correlation(cosines, opinion)) + HARD_SHARE * (1 - hard)


def _part(title: str, abstract: str, chance: random.Random) -> str:
    sentences = [part for part in _SENTENCE.split(abstract) if part.strip()]
    first = chance.randrange(len(sentences)) if sentences else 0
    length = chance.randint(SHORTEST, LONGEST)
    text = "".join(sentences[first:])
    if len(text) < SHORTEST:
        text = abstract
    text = text[:length]
    return f"{title}\n{text}" if title and chance.random() < TITLED_SHARE else text


def _correlation(left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """Mean Pearson correlation of the rows (a, o)."""
    return (_standardised(left, left) * _standardised(right, right)).mean()


def _standardised(scores: torch.Tensor, among: torch.Tensor) -> torch.Tensor:
    """Scores by the mean and spread of the row's scores `among` which they are seen."""
    spread = among.std(dim=1, keepdim=True, correction=0)
    return (scores - among.mean(dim=1, keepdim=True)) / (spread + 1e-6)


def _drawn(titles: NDArray[np.int64], most: int, chance: np.random.Generator) -> list[int]:
    """So many of the titles, or all if there are not so many."""
    drawn: list[int] = chance.choice(titles, min(most, len(titles)), replace=False).tolist()
    return drawn


def _sparse(matrix: Any, device: str) -> torch.Tensor:
    rows = matrix.tocsr().astype(np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch calls its compressed rows a beta
        return torch.sparse_csr_tensor(
            torch.from_numpy(rows.indptr.astype(np.int64)),
            torch.from_numpy(rows.indices.astype(np.int64)),
            torch.from_numpy(rows.data),
            rows.shape,
            device=device,
        )
