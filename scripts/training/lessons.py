"""What the student is taught: batches of one kind each, shuffled by a seed.

A bilingual lesson gives the student a text of either language and the teacher's vector of the
English one. A lesson in the field gives two Chinese texts that belong together.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.training import sources

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
class Lessons:
    """Everything there is to learn from."""

    bilingual: list[sources.Pair]
    field: list[sources.Pair]

    def epoch(self, seed: int) -> Iterator[Bilingual | Pairs]:
        """Every pair once, in batches of texts of like length, in an order of the seed's."""
        chance = random.Random(seed)
        batches: list[Bilingual | Pairs] = []
        for places in _like_lengths(self.bilingual, BILINGUAL_AT_ONCE, chance):
            sides = [int(chance.random() < ENGLISH_SHARE) for _ in places]
            texts = [self.bilingual[n][side] for n, side in zip(places, sides, strict=True)]
            batches.append(Bilingual(texts, places))
        for places in _like_lengths(self.field, PAIRS_AT_ONCE, chance):
            left, right = zip(*(self.field[n] for n in places), strict=True)
            batches.append(Pairs(list(left), list(right)))
        chance.shuffle(batches)
        yield from batches


def gather(data: Path, vocabulary: set[str], seed: int) -> Lessons:
    """All lessons from the data folder, without anything that measures."""
    held_out = sources.held_out_subclasses(data)
    chance = random.Random(seed)
    bilingual: list[sources.Pair] = []
    for name, pairs in sources.parallel(data, held_out).items():
        bilingual += chance.sample(pairs, int(SHARES[name] * len(pairs)))
    for word, glosses in sources.dictionary(data).items():
        if word in vocabulary and len(word) > 1:
            bilingual += [(word, gloss) for gloss in glosses[:GLOSSES_OF_A_WORD]]
    return Lessons(bilingual, list(dict.fromkeys(_field(data, held_out, chance))))


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
