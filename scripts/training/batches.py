"""What the student is taught: batches of one kind each, shuffled by a seed.

A bilingual lesson gives the student a text of either language and the teacher's vector of the
English one. A lesson in the field gives two Chinese texts that belong together. Refinement adds
two kinds: siblings, classification titles that resemble one another, each in both languages; and
topics, patent titles by their IPC subclass.
"""

import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scripts.training import sources

Vectors = NDArray[np.float32]

BILINGUAL_AT_ONCE = 160
PAIRS_AT_ONCE = 48
SHARES = {
    "ipc": 1.0,
    "ipc path": 0.7,
    "paper titles": 1.0,
    "paper abstracts": 0.25,
    "pydocs": 0.25,
    "espidf": 0.5,
    "kicad": 0.5,
    "d2l": 1.0,
}
"""How much of each parallel source an epoch uses: much of the documentation says the same."""
GLOSSES_OF_A_WORD = 2
ENGLISH_SHARE = 0.15
"""Share of bilingual lessons whose text is English, so that the student stays good at it."""
REFINED = {"bilingual": 0.3, "pairs": 0.1, "siblings": 0.35, "topics": 0.25}
"""Shares of the kinds of batches in refinement."""
RANKED = {"ranked": 0.5, "siblings": 0.2, "pairs": 0.2, "bilingual": 0.1}
"""The same where a jury is asked."""
OF_THE_SECOND = {"pairs": 0.5, "siblings": 0.25, "bilingual": 0.25}
"""The same for the second teacher, before it is of the jury."""
SIBLINGS_AT_ONCE = 128
LENGTHS = 6
"""Classes of length in which siblings are looked for: a batch is padded to its longest."""
LONGEST_WORD = 6
TOPICS_AT_ONCE, TEXTS_OF_A_TOPIC = 24, 5
_SENTENCE = re.compile(r"(?<=[。；;.])")


@dataclass(frozen=True)
class Bilingual:
    """Texts for the student, and the numbers of their English sides in the teacher's table."""

    texts: list[str]
    targets: list[int]


@dataclass(frozen=True)
class Pairs:
    """Texts that belong together, line by line."""

    left: list[str]
    right: list[str]


@dataclass(frozen=True)
class Siblings:
    """Titles that resemble one another, in both languages, and their numbers in the table."""

    chinese: list[str]
    english: list[str]
    targets: list[int]


@dataclass(frozen=True)
class Topics:
    """Texts, and for each the number of its topic within the batch."""

    texts: list[str]
    topics: list[int]


@dataclass(frozen=True)
class Ranked:
    """Texts, by their numbers, that a jury is asked about."""

    asking: list[int]


Batch = Bilingual | Pairs | Siblings | Topics | Ranked


@dataclass(frozen=True)
class Lessons:
    """Everything there is to learn from."""

    bilingual: list[sources.Pair]
    field: list[sources.Pair]
    titles: frozenset[int] = frozenset()
    """Which of the bilingual lessons are classification titles."""
    topics: tuple[tuple[str, ...], ...] = ()
    """Texts on one topic each."""
    times: int = 1
    """How many times as large the batches are: a GPU takes more at once."""

    def mixed(
        self,
        shares: Mapping[str, float],
        steps: int,
        seed: int,
        targets: Vectors,
        questions: Iterable[list[int]] = (),
    ) -> Iterator[Batch]:
        """So many batches of the kinds in `shares`; `targets` (n, d) tell which titles are near.

        `questions` are the batches for a jury.
        """
        chance = random.Random(seed)
        several = [batch for batch in self.epoch(seed) if not self._is_short(batch)]
        kinds: dict[str, list[Batch]] = {
            "bilingual": [batch for batch in several if isinstance(batch, Bilingual)],
            "pairs": [batch for batch in several if isinstance(batch, Pairs)],
            "siblings": list(self._siblings(chance, targets)),
            "ranked": [Ranked(asking) for asking in questions],
        }
        names = [name for name in shares if name == "topics" or kinds[name]]
        drawn = chance.choices(names, [shares[name] for name in names], k=steps)
        for place, name in enumerate(drawn):
            yield (
                self._topics(chance) if name == "topics" else kinds[name][place % len(kinds[name])]
            )

    def _is_short(self, batch: Batch) -> bool:
        """Whether a batch is of dictionary words, which were learned before."""
        return isinstance(batch, Bilingual) and max(map(len, batch.texts)) <= LONGEST_WORD

    def _siblings(self, chance: random.Random, targets: Vectors) -> Iterator[Siblings]:
        numbers = sorted(self.titles)
        lengths = [sum(map(len, self.bilingual[n])) for n in numbers]
        by_length = [numbers[place] for place in np.argsort(lengths, kind="stable")]
        batches = [
            batch
            for part in np.array_split(np.array(by_length, dtype=np.int64), LENGTHS)
            for batch in _clustered(part, targets[part], self.times * SIBLINGS_AT_ONCE, chance)
        ]
        chance.shuffle(batches)
        for batch in batches:
            chinese, english = zip(*(self.bilingual[n] for n in batch), strict=True)
            yield Siblings(list(chinese), list(english), batch)

    def _topics(self, chance: random.Random) -> Topics:
        chosen = chance.sample(self.topics, min(TOPICS_AT_ONCE, len(self.topics)))
        texts = [chance.sample(listed, min(TEXTS_OF_A_TOPIC, len(listed))) for listed in chosen]
        return Topics(
            [text for listed in texts for text in listed],
            [number for number, listed in enumerate(texts) for _ in listed],
        )

    def epoch(self, seed: int) -> Iterator[Bilingual | Pairs]:
        """Every pair once, in batches of texts of like length, in an order of the seed's."""
        chance = random.Random(seed)
        batches: list[Bilingual | Pairs] = []
        for places in _like_lengths(self.bilingual, self.times * BILINGUAL_AT_ONCE, chance):
            sides = [int(chance.random() < ENGLISH_SHARE) for _ in places]
            texts = [self.bilingual[n][side] for n, side in zip(places, sides, strict=True)]
            batches.append(Bilingual(texts, places))
        for places in _like_lengths(self.field, self.times * PAIRS_AT_ONCE, chance):
            left, right = zip(*(self.field[n] for n in places), strict=True)
            batches.append(Pairs(list(left), list(right)))
        chance.shuffle(batches)
        yield from batches


def gather(data: Path, vocabulary: set[str], seed: int) -> Lessons:
    """All lessons from the data folder, without anything that measures."""
    held_out = sources.held_out_subclasses(data)
    chance = random.Random(seed)
    bilingual: list[sources.Pair] = []
    titles: set[int] = set()
    for name, pairs in sources.parallel(data, held_out).items():
        chosen = chance.sample(pairs, int(SHARES[name] * len(pairs)))
        if name.startswith("ipc"):
            titles.update(range(len(bilingual), len(bilingual) + len(chosen)))
        bilingual += chosen
    for word, glosses in sources.dictionary(data).items():
        if word in vocabulary and len(word) > 1:
            bilingual += [(word, gloss) for gloss in glosses[:GLOSSES_OF_A_WORD]]
    field = list(dict.fromkeys(_field(data, held_out, chance)))
    return Lessons(bilingual, field, frozenset(titles), tuple(_by_topic(data, held_out)))


def _field(data: Path, held_out: frozenset[str], chance: random.Random) -> Iterator[sources.Pair]:
    for row in sources.patent_texts(data):
        yield row["title"], row["abstract"]
        for claim in _claims(row)[:2]:
            yield row["title"], claim
    for journal in sources.journal(data):
        abstract = journal["abstract"]
        if journal.get("title"):
            yield journal["title"], abstract
        elif journal.get("keywords"):
            yield "、".join(journal["keywords"]), abstract
        else:
            yield from _sentence_and_rest(abstract, chance)
    yield from _parents_and_children(data, held_out, chance)


def _claims(row: dict[str, Any]) -> list[str]:
    claims = row.get("claims") or []
    return [claims] if isinstance(claims, str) else [str(claim) for claim in claims]


def _sentence_and_rest(abstract: str, chance: random.Random) -> Iterator[sources.Pair]:
    """One sentence, and the abstract without it."""
    sentences = [part for part in _SENTENCE.split(abstract) if len(part) > 12]
    if len(sentences) > 2:
        place = chance.randrange(len(sentences))
        yield sentences[place], "".join(sentences[:place] + sentences[place + 1 :])


def _parents_and_children(
    data: Path, held_out: frozenset[str], chance: random.Random
) -> Iterator[sources.Pair]:
    """A patent's title and the Chinese title of a subclass it was given."""
    names = {code: title for code, level, title in sources.ipc_titles(data) if len(code) == 4}
    for title, subclasses in chance.sample(sources.patent_titles(data), 4000):
        known = [c for c in subclasses if c in names and c not in held_out]
        if known:
            yield title, names[known[0]]


def _by_topic(data: Path, held_out: frozenset[str]) -> Iterator[tuple[str, ...]]:
    """The patent titles of each IPC subclass that has several, with the subclass's own title."""
    names = {code: title for code, _, title in sources.ipc_titles(data) if len(code) == 4}
    by_subclass: dict[str, list[str]] = {}
    for title, subclasses in sources.patent_titles(data):
        by_subclass.setdefault(subclasses[0], []).append(title)
    for subclass, titles in sorted(by_subclass.items()):
        if subclass not in held_out and len(titles) >= TEXTS_OF_A_TOPIC - 1:
            yield (*titles, *([names[subclass]] if subclass in names else []))


def _clustered(
    numbers: NDArray[np.int64], vectors: Vectors, at_once: int, chance: random.Random
) -> Iterator[list[int]]:
    """Batches of lessons whose vectors (n, d) are near to one another; a rest is left out."""
    import faiss

    groups = max(1, 2 * len(numbers) // at_once)
    kmeans = faiss.Kmeans(
        vectors.shape[1], groups, niter=8, seed=chance.randrange(2**31),
        min_points_per_centroid=1, max_points_per_centroid=10**9,
    )  # fmt: skip
    kmeans.train(vectors)
    nearest = kmeans.index.search(vectors, 1)[1][:, 0]
    order = chance.sample(range(groups), groups)
    place = {group: position for position, group in enumerate(order)}
    ranked = sorted(range(len(numbers)), key=lambda n: (place[int(nearest[n])], chance.random()))
    for first in range(0, len(ranked) - at_once + 1, at_once):
        yield [int(numbers[n]) for n in ranked[first : first + at_once]]


def _like_lengths(
    pairs: Sequence[sources.Pair], at_once: int, chance: random.Random
) -> Iterator[list[int]]:
    order = list(range(len(pairs)))
    chance.shuffle(order)
    shelf = at_once * 20
    for start in range(0, len(order), shelf):
        shelved = sorted(order[start : start + shelf], key=lambda n: sum(map(len, pairs[n])))
        for first in range(0, len(shelved), at_once):
            if len(batch := shelved[first : first + at_once]) > 8:
                yield batch
