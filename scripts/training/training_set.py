"""Training set: translation pairs, pairs of related Chinese texts, and titles by IPC subclass."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matcher.text.sentences import ABSTRACT_ENDS, split_sentences
from scripts.training import sources
from scripts.training.sources import Pair

SOURCE_SHARES = {
    "ipc": 1.0,
    "ipc path": 0.7,
    "paper titles": 1.0,
    "paper abstracts": 0.25,
    "pydocs": 0.25,
    "espidf": 0.5,
    "kicad": 0.5,
    "d2l": 1.0,
}
"""Share of each parallel source that is used; the documentation repeats itself a lot."""
MAX_GLOSSES = 2
"""Dictionary glosses used of one word."""
MAX_CLAIMS = 2
"""Claims paired with the title of one patent."""
MAX_TITLES_WITH_SUBCLASS = 4000
"""Patent titles paired with the title of their IPC subclass."""
MIN_TOPIC_TITLES = 4
"""Patent titles that an IPC subclass needs to become a topic."""
MIN_SENTENCE_LENGTH = 13


@dataclass(frozen=True)
class TrainingSet:
    """Every text that a model is trained on."""

    parallel: list[Pair]
    """A Chinese text and its English translation."""
    related: list[Pair]
    """Two Chinese texts on the same subject, such as a title and its abstract."""
    ipc_titles: frozenset[int] = frozenset()
    """Positions in `parallel` of the IPC titles, from which hard negatives are drawn."""
    topics: tuple[tuple[str, ...], ...] = ()
    """Patent titles of one IPC subclass each."""


def read_training_set(data: Path, vocabulary: set[str], seed: int) -> TrainingSet:
    """Read the data folder, without the texts that are held out for evaluation.

    Dictionary words count only if they are in the vocabulary.
    """
    held_out = sources.held_out_documents(data)
    rng = random.Random(seed)
    parallel: list[Pair] = []
    ipc_titles: set[int] = set()
    for name, pairs in sources.parallel(data, held_out).items():
        sample = rng.sample(pairs, int(SOURCE_SHARES[name] * len(pairs)))
        if name.startswith("ipc"):
            ipc_titles.update(range(len(parallel), len(parallel) + len(sample)))
        parallel += sample
    for word, glosses in sources.dictionary(data).items():
        if word in vocabulary and len(word) > 1:
            parallel += [(word, gloss) for gloss in glosses[:MAX_GLOSSES]]
    related = list(dict.fromkeys(_related(data, held_out, rng)))
    topics = tuple(_topics(data, held_out))
    return TrainingSet(parallel, related, frozenset(ipc_titles), topics)


def _related(data: Path, held_out: frozenset[str], rng: random.Random) -> Iterator[Pair]:
    for row in sources.patent_texts(data):
        yield row["title"], row["abstract"]
        for claim in _claims(row)[:MAX_CLAIMS]:
            yield row["title"], claim
    for article in sources.journal_articles(data):
        abstract = article["abstract"]
        if article.get("title"):
            yield article["title"], abstract
        elif article.get("keywords"):
            yield "、".join(article["keywords"]), abstract
        else:
            yield from _sentence_and_rest(abstract, rng)
    yield from _titles_with_subclass(data, held_out, rng)


def _claims(row: dict[str, Any]) -> list[str]:
    claims = row.get("claims") or []
    return [claims] if isinstance(claims, str) else [str(claim) for claim in claims]


def _sentence_and_rest(abstract: str, rng: random.Random) -> Iterator[Pair]:
    """One sentence of an abstract, and the abstract without it (inverse cloze task)."""
    sentences = [
        s for s in split_sentences(abstract, ABSTRACT_ENDS) if len(s) >= MIN_SENTENCE_LENGTH
    ]
    if len(sentences) > 2:
        n = rng.randrange(len(sentences))
        yield sentences[n], "".join(sentences[:n] + sentences[n + 1 :])


def _titles_with_subclass(
    data: Path, held_out: frozenset[str], rng: random.Random
) -> Iterator[Pair]:
    """Yield patent titles, each with the Chinese title of its first known IPC subclass."""
    names = _subclass_titles(data)
    titles = sources.patent_titles(data)
    for title, subclasses in rng.sample(titles, min(MAX_TITLES_WITH_SUBCLASS, len(titles))):
        known = [code for code in subclasses if code in names and code not in held_out]
        if known:
            yield title, names[known[0]]


def _topics(data: Path, held_out: frozenset[str]) -> Iterator[tuple[str, ...]]:
    """Yield the patent titles of each large enough IPC subclass, with the subclass's title."""
    names = _subclass_titles(data)
    by_subclass: dict[str, list[str]] = {}
    for title, subclasses in sources.patent_titles(data):
        by_subclass.setdefault(subclasses[0], []).append(title)
    for subclass, titles in sorted(by_subclass.items()):
        if subclass not in held_out and len(titles) >= MIN_TOPIC_TITLES:
            yield (*titles, *([names[subclass]] if subclass in names else []))


def _subclass_titles(data: Path) -> dict[str, str]:
    """Chinese titles of the IPC subclasses, by code such as `H01M`."""
    return {code: title for code, _, title in sources.ipc_titles(data) if len(code) == 4}
