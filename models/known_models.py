"""Sentence encoders with prefixes of their own; any other model is used without prefixes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """Prefixes that a model was trained with, and its need for remote code."""

    query_prefix: str = ""
    passage_prefix: str = ""
    needs_remote_code: bool = False


_E5 = ModelSpec("query: ", "passage: ")
_QWEN3 = ModelSpec(
    "Instruct: Given what an enterprise needs, retrieve patents that answer it\nQuery:"
)
"""As its authors write it, without a blank (github.com/QwenLM/Qwen3-Embedding)."""
KNOWN = {
    "intfloat/multilingual-e5-small": _E5,
    "intfloat/multilingual-e5-base": _E5,
    "intfloat/multilingual-e5-large": _E5,
    "Qwen/Qwen3-Embedding-0.6B": _QWEN3,
    "Qwen/Qwen3-Embedding-4B": _QWEN3,
    "Alibaba-NLP/gte-multilingual-base": ModelSpec(needs_remote_code=True),
    # huggingface.co/blog/embeddinggemma
    "google/embeddinggemma-300m": ModelSpec(
        "task: search result | query: ", "title: none | text: "
    ),
    # huggingface.co/Snowflake/snowflake-arctic-embed-m-v2.0
    "Snowflake/snowflake-arctic-embed-m-v2.0": ModelSpec("query: ", needs_remote_code=True),
}
"""Specs by name on the model hub."""
