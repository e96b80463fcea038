"""Loading of a model by name: the built-in one, a folder, or a name on a model hub."""

from pathlib import Path

from threadpoolctl import threadpool_limits

from matcher.errors import ModelError
from matcher.language.messages import _
from matcher.ports import Encoder, Reranker
from models.known_models import KNOWN, ModelSpec
from models.pretrained import LoadOptions
from models.services.address import ServiceAddress, service_address

BUILTIN = "builtin"
BUILTIN_FOLDER = Path(__file__).parent / "bilingual"


def load_encoder(name: str, options: LoadOptions = LoadOptions()) -> Encoder:
    """Load an encoder. Raises ModelError that says what to do.

    On the processor the built-in model runs without torch. From then on numpy multiplies in one
    thread: products as small as ours gain nothing from more, and threads that wait for work in a
    busy loop take the processor from the model.
    """
    threadpool_limits(1, user_api="blas")
    if name == "fake":
        from models.fake import FakeEncoder

        return FakeEncoder()
    address = service_address(name)
    if address is not None:
        return _service_encoder(address, options)
    spec = KNOWN.get(name, ModelSpec())
    if spec.needs_remote_code and not options.trust_remote_code:
        raise ModelError(
            _(
                "the model {name} runs code that comes with it; if you trust its authors, set "
                "MATCHER_TRUST_REMOTE_CODE=1",
                name=name,
            )
        )
    if name == BUILTIN and options.device in (None, "cpu"):
        from models.openvino_encoder import OpenVinoEncoder

        return OpenVinoEncoder(name, BUILTIN_FOLDER, options.compute_dtype, options.cores)
    from models.sentence_transformer import SentenceTransformerEncoder

    return SentenceTransformerEncoder(
        name,
        str(BUILTIN_FOLDER) if name == BUILTIN else name,
        options,
        query_prefix=_given(options.query_prefix, spec.query_prefix),
        passage_prefix=_given(options.passage_prefix, spec.passage_prefix),
    )


def load_reranker(name: str, options: LoadOptions = LoadOptions()) -> Reranker:
    """Load a cross-encoder from a folder or a model hub, or take a rerank service.

    Raises ModelError that says what to do.
    """
    address = service_address(name)
    if address is not None:
        from models.services.reranker import ServiceReranker

        return ServiceReranker(address, options.service, batch_size=options.batch_size)
    from models.cross_encoder import CrossEncoderReranker

    return CrossEncoderReranker(name, name, options)


def model_name(name: str) -> str:
    """Return the name by which an encoder calls itself: of a service not its address.

    Raises ModelError for an address that cannot be used.
    """
    address = service_address(name)
    return name if address is None else address.name


def _service_encoder(address: ServiceAddress, options: LoadOptions) -> Encoder:
    """Open an encoder service. Raises ModelError."""
    from models.services.encoder import ServiceEncoder

    if address.dialect != "openai":
        raise ModelError(
            _(
                "MATCHER_MODEL takes an encoder service that speaks as OpenAI's does: "
                "openai+http://HOST/v1#NAME"
            )
        )
    spec = KNOWN.get(address.model, ModelSpec())
    return ServiceEncoder(
        address,
        options.service,
        batch_size=options.batch_size,
        query_prefix=_given(options.query_prefix, spec.query_prefix),
        passage_prefix=_given(options.passage_prefix, spec.passage_prefix),
    )


def _given(prefix: str | None, known: str) -> str:
    return known if prefix is None else prefix
