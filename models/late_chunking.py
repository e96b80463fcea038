"""Late chunking: token vectors of the whole text, mean-pooled over each span.

A sentence encoded alone has lost its context. So the text is encoded once, and the vectors of the
tokens of a span are pooled as those of a text are (Günther, Mohr, Williams, Wang and Xiao 2024,
arXiv:2409.04701). This takes a model that pools by the mean; with other models each span is encoded
alone.
"""

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

import numpy as np

from matcher.ports import Progress, Spans, TextKind, Vectors
from matcher.text.highlights import Span
from models.tokens import encode_tokens, has_offsets


def pools_by_mean(model: Any) -> bool:
    """True if a SentenceTransformer gives a text the (weighted) mean of its tokens, nothing else.

    So it has no default prompt and does not truncate vectors.
    """
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    if model.default_prompt_name is not None or model.truncate_dim is not None:
        return False
    modes = [module.pooling_mode for module in model if isinstance(module, Pooling)]
    return isinstance(model[0], Transformer) and modes == ["mean"] and has_offsets(model.tokenizer)


def span_vectors(model: Any, texts: Sequence[str], spans: Spans) -> list[Vectors]:
    """Encode the s spans of each text, as float32 (s, d); None is the whole text.

    `model` pools by the mean, and every text fits its window. A token counts to each span that it
    shares a character with; a span without any token has the vector of the text.
    """
    import torch

    tokens = encode_tokens(model, texts)
    with torch.inference_mode():
        return [
            _pool(model, tokens.output, index, _masks(mask, offsets, own))
            for index, (mask, offsets, own) in enumerate(
                zip(tokens.attention_mask, tokens.offsets, spans, strict=True)
            )
        ]


class NoLateChunking:
    """Span encoding of an encoder without late chunking: each span is encoded alone."""

    split: Callable[[str, TextKind], list[str]]
    encode: Callable[[Sequence[str], TextKind, Progress | None], Vectors]

    def split_with_title(self, title: str, text: str, kind: TextKind) -> list[tuple[str, Span]]:
        """Cut a text as `split` does; the pieces come without the title."""
        return [(piece, (0, len(piece))) for piece in self.split(text, kind)]

    def encode_spans(
        self, texts: Sequence[str], spans: Spans, kind: TextKind, progress: Progress | None = None
    ) -> list[Vectors]:
        """Return the unit vectors (s, d) of the s spans of each text; equal ones are encoded once.

        Raises ModelError.
        """
        parts = [
            [text if span is None else text[slice(*span)] for span in own]
            for text, own in zip(texts, spans, strict=True)
        ]
        distinct = list(dict.fromkeys(chain.from_iterable(parts)))

        def report(done: int) -> None:
            if progress is not None:
                progress(done * len(texts) // len(distinct))

        vectors = dict(zip(distinct, self.encode(distinct, kind, report), strict=True))
        return [np.stack([vectors[part] for part in own]) for own in parts]


def _masks(whole: Any, offsets: Any, spans: Sequence[Span | None]) -> Any:
    """Token masks (s, t) of the spans of a text; `whole` (t,) is that of the text."""
    import torch

    starts, ends = offsets.unbind(dim=1)
    has_text = ends > starts
    masks = []
    for span in spans:
        own = whole
        if span is not None:
            own = (has_text & (starts < span[1]) & (ends > span[0])).to(whole.dtype)
        masks.append(own if own.any() else whole)
    return torch.stack(masks)


def _pool(model: Any, output: dict[str, Any], index: int, masks: Any) -> Vectors:
    """Vectors (m, d) that the further modules make of the tokens of one text under m masks (m, t).

    `output` is that of the first module for all texts.
    """
    features = {
        "input_ids": output["input_ids"][index].expand(len(masks), -1),
        "token_embeddings": output["token_embeddings"][index].expand(len(masks), -1, -1),
        "attention_mask": masks.to(model.device),
    }
    for module in list(model)[1:]:
        features = module(features)
    vectors: Vectors = features["sentence_embedding"].float().cpu().numpy()
    return vectors
