"""A model by name: the built-in one, a folder, or a name on a model hub."""

from pathlib import Path

from matcher.errors import ModelError
from matcher.ports import Encoder, Reranker
from models.known_models import KNOWN, ModelSpec

BUILTIN = "builtin"
BUILTIN_FOLDER = Path(__file__).parent / "bilingual"


def load_encoder(
    name: str,
    *,
    device: str | None = None,
    compute_dtype: str = "auto",
    batch_size: int = 8,
    trust_remote_code: bool = False,
) -> Encoder:
    """Load a model. Raises ModelError that says what to do.

    `compute_dtype` is auto, float32 or bfloat16; auto takes bfloat16 where the device computes
    in it natively. `trust_remote_code` lets a hub model run code of its own.
    """
    if name == "fake":
        from models.fake import FakeEncoder

        return FakeEncoder()
    spec = KNOWN.get(name, ModelSpec())
    if spec.needs_remote_code and not trust_remote_code:
        raise ModelError(
            f"the model {name} runs code that comes with it; if you trust its authors, set "
            "MATCHER_TRUST_REMOTE_CODE=1"
        )
    from models.sentence_transformer import SentenceTransformerEncoder

    return SentenceTransformerEncoder(
        name,
        str(BUILTIN_FOLDER) if name == BUILTIN else name,
        query_prefix=spec.query_prefix,
        passage_prefix=spec.passage_prefix,
        device=device,
        compute_dtype=compute_dtype,
        batch_size=batch_size,
        trust_remote_code=trust_remote_code,
    )


def load_reranker(
    name: str,
    *,
    device: str | None = None,
    compute_dtype: str = "auto",
    batch_size: int = 8,
    trust_remote_code: bool = False,
) -> Reranker:
    """Load a cross-encoder from a folder or a model hub. Raises ModelError that says what to do."""
    from models.cross_encoder import CrossEncoderReranker

    return CrossEncoderReranker(
        name,
        name,
        device=device,
        compute_dtype=compute_dtype,
        batch_size=batch_size,
        trust_remote_code=trust_remote_code,
    )
