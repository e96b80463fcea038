"""The parts of a text as a model reads them within it: one reading of the text gives them all.

A sentence read by itself has lost what it speaks of. So the text is read once, and the vectors of
a part's own tokens are pooled as those of a text are (late chunking: Günther, Mohr, Williams, Wang
and Xiao 2024, arXiv:2409.04701). Only a mean over the tokens can be taken of some of them; with
other models each part is read alone.
"""

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

import numpy as np

from matcher.ports import Progress, Spans, TextKind, Vectors
from matcher.text.highlights import Span


def pools_by_mean(model: Any) -> bool:
    """Whether a loaded SentenceTransformer gives a text the (weighted) mean of its tokens.

    And nothing else: no prompt of its own before the text, and no cut vector.
    """
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    if model.default_prompt_name is not None or model.truncate_dim is not None:
        return False
    modes = [module.pooling_mode for module in model if isinstance(module, Pooling)]
    has_offsets = bool(getattr(model.tokenizer, "is_fast", False))
    return isinstance(model[0], Transformer) and modes == ["mean"] and has_offsets


def span_vectors(model: Any, texts: Sequence[str], spans: Spans) -> list[Vectors]:
    """For each text the vectors (s, d), float32, of its s spans; None is all of it.

    `model` pools by the mean, and every text fits its window. A token counts to each span that it
    shares a character with; a span without any token has the vector of the text.
    """
    import torch

    inputs = model.tokenizer(
        list(texts),
        padding=True,
        truncation=True,
        max_length=int(model.max_seq_length or 512),
        return_offsets_mapping=True,
        return_tensors="pt",
    )
    offsets = inputs.pop("offset_mapping")
    with torch.inference_mode():
        read = model[0]({name: rows.to(model.device) for name, rows in inputs.items()})
        return [
            _pooled(model, read, place, _masks(inputs["attention_mask"][place], offset, own))
            for place, (offset, own) in enumerate(zip(offsets, spans, strict=True))
        ]


class ReadsAlone:
    """The part of an encoder that reads parts of a text, where the model reads each by itself."""

    split: Callable[[str, TextKind], list[str]]
    encode: Callable[[Sequence[str], TextKind, Progress | None], Vectors]

    def split_behind(self, head: str, text: str, kind: TextKind) -> list[tuple[str, Span]]:
        """The pieces of the text alone: a head would say nothing to them."""
        return [(piece, (0, len(piece))) for piece in self.split(text, kind)]

    def encode_within(
        self, texts: Sequence[str], spans: Spans, kind: TextKind, progress: Progress | None = None
    ) -> list[Vectors]:
        """The unit vectors (s, d) of the s spans of each text; equal ones are read once."""
        listed = [
            [text if span is None else text[slice(*span)] for span in own]
            for text, own in zip(texts, spans, strict=True)
        ]
        different = list(dict.fromkeys(chain.from_iterable(listed)))

        def told(done: int) -> None:
            if progress is not None:
                progress(done * len(texts) // len(different))

        rows = dict(zip(different, self.encode(different, kind, told), strict=True))
        return [np.stack([rows[text] for text in own]) for own in listed]


def _masks(whole: Any, offsets: Any, spans: Sequence[Span | None]) -> Any:
    """Which tokens count to each span (s, t); `whole` (t,) to all of the text."""
    import torch

    starts, ends = offsets.unbind(dim=1)
    written = ends > starts
    masks = []
    for span in spans:
        own = whole
        if span is not None:
            own = (written & (starts < span[1]) & (ends > span[0])).to(whole.dtype)
        masks.append(own if own.any() else whole)
    return torch.stack(masks)


def _pooled(model: Any, read: dict[str, Any], place: int, masks: Any) -> Vectors:
    """What the modules after the first make of the tokens that each mask (m, t) leaves (m, d)."""
    features = {
        "input_ids": read["input_ids"][place].expand(len(masks), -1),
        "token_embeddings": read["token_embeddings"][place].expand(len(masks), -1, -1),
        "attention_mask": masks.to(model.device),
    }
    for module in list(model)[1:]:
        features = module(features)
    vectors: Vectors = features["sentence_embedding"].float().cpu().numpy()
    return vectors
