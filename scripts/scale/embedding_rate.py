"""Tokens that the built-in model embeds in a second of each core, on one and on all."""

import time
from collections.abc import Sequence
from dataclasses import replace

from matcher.cores import available_cores
from matcher.embedding.parts import cut_parts, embedded
from matcher.settings import Settings
from matcher.wiring.open import model_options
from models.loading import load_encoder
from scripts.scale.texts import PatentTexts, tokens_of


def tokens_a_second(texts: Sequence[PatentTexts], settings: Settings) -> dict[int, float]:
    """Return the rate of all cores together, by their number: one, and all of this machine.

    It is of processor time, so that other work on the machine counts little.
    """
    chunks = {chunk.key: chunk for own in texts for chunk in own.chunks}
    parts = cut_parts(chunks.values())
    rates = {}
    for cores in sorted({1, available_cores()}):
        encoder = load_encoder(settings.model, replace(model_options(settings), cores=cores))
        encoder.encode(parts[0].texts[:2], "passage")  # warm
        start = time.process_time()
        for part in parts:
            embedded(encoder, part)
        spent = time.process_time() - start
        rates[cores] = cores * sum(tokens_of(encoder, part.texts) for part in parts) / spent
    return rates
