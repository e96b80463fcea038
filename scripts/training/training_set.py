"""Training set: translations by source, and Chinese texts of patents, journals and the IPC."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matcher.text.sentences import ABSTRACT_ENDS, split_sentences
from scripts.training import sources
from scripts.training.sources import Pair

GLOSSES = "glosses"
"""Name of the dictionary words with their first English gloss, among the translations."""
MAX_CLAIMS = 2
"""Claims used of one patent."""
LONG = 60
"""Characters above which a text counts as long."""
MIN_SENTENCE_LENGTH = 13


@dataclass(frozen=True)
class TrainingSet:
    """Every text that a model is trained on."""

    translations: Mapping[str, Sequence[Pair]]
    """Chinese texts with their English translations, by source."""
    short: Sequence[str]
    """Chinese titles and keywords."""
    long: Sequence[str]
    """Chinese abstracts, parts of them, and claims."""


def read_training_set(data: Path, vocabulary: set[str], seed: int) -> TrainingSet:
    """Read the data folder, without the texts that are held out for evaluation.

    Dictionary words count only if they are in the vocabulary.
    """
    held_out = sources.held_out_documents(data)
    pairs_of = sources.held_out_pairs(data, held_out).values()
    measured = {text for pairs in pairs_of for pair in pairs for text in pair}
    glosses = [
        (word, glosses[0])
        for word, glosses in sources.dictionary(data).items()
        if word in vocabulary and len(word) > 1
    ]
    translations = {**sources.parallel(data, held_out), GLOSSES: glosses}
    chinese = _chinese_texts(data, held_out, random.Random(seed))
    texts = [text for text in dict.fromkeys(chinese) if text not in measured]
    return TrainingSet(
        {
            name: [pair for pair in pairs if measured.isdisjoint(pair)]
            for name, pairs in translations.items()
        },
        [text for text in texts if len(text) <= LONG],
        [text for text in texts if len(text) > LONG],
    )


def _chinese_texts(data: Path, held_out: frozenset[str], rng: random.Random) -> Iterator[str]:
    for row in sources.patent_texts(data):
        yield row["title"]
        yield row["abstract"]
        yield from _claims(row)[:MAX_CLAIMS]
    for article in sources.journal_articles(data):
        if title := article.get("title") or "、".join(article.get("keywords") or ()):
            yield title
        else:
            yield from _sentence(article["abstract"], rng)
        yield article["abstract"]
    yield from (title for title, _subclasses in sources.patent_titles(data))
    yield from (title for code, _, title in sources.ipc_titles(data) if code[:4] not in held_out)


def _claims(row: dict[str, Any]) -> list[str]:
    claims = row.get("claims") or []
    return [claims] if isinstance(claims, str) else [str(claim) for claim in claims]


def _sentence(abstract: str, rng: random.Random) -> Iterator[str]:
    """Yield one sentence of an abstract without a title."""
    sentences = split_sentences(abstract, ABSTRACT_ENDS)
    if long := [sentence for sentence in sentences if len(sentence) >= MIN_SENTENCE_LENGTH]:
        yield rng.choice(long)
