"""The models we know the right use of; any other name or folder is used without prefixes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """How a model wants to be asked."""

    name: str
    dimension: int
    max_tokens: int
    query_prefix: str = ""
    passage_prefix: str = ""
    needs_remote_code: bool = False
    licence: str = ""
    note: str = ""


_RETRIEVE = "Instruct: Given what an enterprise needs, retrieve patents that answer it\nQuery: "
_KNOWN = (
    ModelSpec("BAAI/bge-m3", 1024, 8192, licence="MIT", note="strong in Chinese and English"),
    ModelSpec("intfloat/multilingual-e5-small", 384, 512, "query: ", "passage: ", licence="MIT"),
    ModelSpec("intfloat/multilingual-e5-base", 768, 512, "query: ", "passage: ", licence="MIT"),
    ModelSpec("intfloat/multilingual-e5-large", 1024, 512, "query: ", "passage: ", licence="MIT"),
    ModelSpec("Qwen/Qwen3-Embedding-0.6B", 1024, 32768, _RETRIEVE, licence="Apache-2.0"),
    ModelSpec("Qwen/Qwen3-Embedding-4B", 2560, 32768, _RETRIEVE, licence="Apache-2.0"),
    ModelSpec(
        "Alibaba-NLP/gte-multilingual-base",
        768,
        8192,
        needs_remote_code=True,
        licence="Apache-2.0",
        note="runs code that comes with the model",
    ),
    ModelSpec(
        "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2",
        384,
        128,
        licence="Apache-2.0",
    ),
)
KNOWN = {spec.name: spec for spec in _KNOWN}
