"""Settings of the project, read once by an entry point from the environment (MATCHER_…)."""

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from matcher.language.choice import Language, locale_language


def _listed(value: object) -> object:
    """Split a list that is written with commas."""
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(",") if part.strip())


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]
"""List of texts, separated by commas in the environment."""


class Settings(BaseSettings):
    """Settings; the environment variable of a field is MATCHER_ and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="MATCHER_", frozen=True, extra="ignore")

    language: Language = Field(
        default_factory=lambda: locale_language(os.environ),
        description="Language of help, messages and tables: zh or en; by default of the locale.",
    )
    home: Path = Field(Path("var"), description="Folder of the database and the built indexes.")
    database_url: str | None = Field(
        None, description="SQLAlchemy URL; by default a SQLite file in the home folder."
    )
    model: str = Field(
        "builtin",
        description="Name or folder of a sentence-transformers model, or openai+http://HOST/v1#NAME"
        " of an encoder service.",
    )
    model_key: SecretStr | None = Field(None, description="Key of the encoder service.")
    model_window: int | None = Field(
        None,
        ge=32,
        description="Tokens that the encoder service takes of a text; by default what it says, "
        "else 512.",
    )
    query_prefix: str | None = Field(
        None, description="Text before each need; by default that of the model, if it is known."
    )
    passage_prefix: str | None = Field(
        None, description="Text before each passage; by default that of the model, if it is known."
    )
    trust_remote_code: bool = Field(
        False, description="Let a hub model run the code that comes with it."
    )
    device: str | None = Field(
        None,
        description="Torch device; by default the processor, or for other models the best.",
    )
    compute_dtype: Literal["auto", "float32", "bfloat16"] = Field(
        "auto", description="Type the model computes in; auto takes bfloat16 where it is native."
    )
    batch_size: int = Field(
        8,
        ge=1,
        description="Texts encoded at once: 8 is fastest on a processor, a GPU wants 64 or more.",
    )
    service_seconds: float = Field(
        60, gt=0, description="Time limit of a request to a model service, with all its attempts."
    )
    service_requests: int = Field(
        4, ge=1, le=256, description="Requests to a model service at once."
    )
    ray_address: str | None = Field(
        None,
        description="HOST:PORT of the Ray cluster that embeds (matcher index --engine ray); by "
        "default one of this machine's cores.",
    )
    ray_workers: int | None = Field(
        None, ge=1, description="Workers that embed, a core each; by default all the cluster holds."
    )
    ray_gpus: float = Field(
        0, ge=0, description="GPUs of a worker, such as 1 or 0.5; 0 embeds on processors."
    )
    ray_folder: str | None = Field(
        None,
        description="Folder (path or URI) that this machine and all workers share, for parts of "
        "the work; of one home only. By default in the home.",
    )
    fusion: Literal["zscore", "rrf"] = Field("zscore", description="Fusion method of the channels.")
    feedback: float = Field(
        0.6, ge=0, le=2, description="Weight of pseudo-relevance feedback; 0 is off."
    )
    reranker: str | None = Field(
        None,
        description="Name or folder of a cross-encoder that reranks the first results, or the "
        "address of a rerank service.",
    )
    reranker_key: SecretStr | None = Field(None, description="Key of the rerank service.")
    reranker_window: int | None = Field(
        None,
        ge=64,
        description="Tokens that the rerank service takes of a need and a passage; default 512.",
    )
    rerank_weight: float = Field(
        0.5, ge=0, le=1, description="Weight of the reranker's score beside the engine's."
    )
    diversity: float = Field(
        0.2, ge=0, le=1, description="Discount on a team's fourth patent; 0 is off."
    )
    availability: float = Field(
        0.0, ge=0, le=1, description="Weight of readily available patents; 0 is off."
    )
    candidates: int = Field(200, ge=1, description="Passages retrieved by each channel for a need.")
    approximate_above: int = Field(
        300_000, ge=1, description="Vectors from which an approximate dense index is built."
    )
    sleeping_months: int = Field(
        24, ge=0, description="Months without use after grant from which a patent is sleeping."
    )
    need_days: int = Field(
        180, ge=1, le=3650, description="Days until a need without a deadline of its own expires."
    )
    contact_key: SecretStr | None = Field(
        None, description="Fernet keys by commas, the first seals; without one no contact is kept."
    )
    reveals_per_day: int = Field(
        20, ge=0, description="Personal contacts that a key may see in 24 hours."
    )
    key_pepper: SecretStr | None = Field(
        None,
        min_length=16,
        description="Secret that API keys are hashed with; by default a file in the home.",
    )
    index: str = Field(
        "files",
        description="Place of both channels of the index: files, milvus+http://HOST:19530, "
        "milvus+https://HOST:19530/DATABASE, or milvus+file:PATH.db (milvus-lite, one process).",
    )
    index_token: SecretStr | None = Field(
        None, description="Token of Milvus, or USER:PASSWORD; never in a log."
    )
    index_name: str = Field(
        "matcher", description="Alias of the published collection in Milvus, one for each home."
    )
    index_vectors: Literal["auto", "flat", "hnsw", "hnsw_sq", "ivf_sq8", "diskann"] = Field(
        "auto", description="Index of the vectors in Milvus; auto: exact, or a graph when large."
    )
    index_seconds: float = Field(30, gt=0, description="Time limit of one call to Milvus.")
    keep_generations: int = Field(
        2,
        ge=2,
        le=1000,
        description="Generations of the index that are kept: the published one and those before.",
    )
    index_ca_file: Path | None = Field(
        None, description="Certificate that the server of Milvus is checked against, over https."
    )
    index_cert_file: Path | None = Field(
        None, description="Certificate of this client, where Milvus wants one."
    )
    index_key_file: Path | None = Field(None, description="Key of this client's certificate.")
    host: str = Field("127.0.0.1", description="Address to serve on.")
    port: int = Field(8000, ge=1, le=65535, description="Port to serve on.")
    rate_per_minute: int = Field(
        600, ge=0, description="Requests of a key in any minute; 0 is without limit."
    )
    quota_per_day: int = Field(
        50_000, ge=0, description="Requests of a key in a day; 0 is without limit."
    )
    refused_per_minute: int = Field(
        30,
        ge=0,
        description="Requests without a valid key, or sign-ins, of an address in a minute; 0: any.",
    )
    limits_storage: str = Field(
        "memory://", description="Where requests are counted: a storage URI of the library limits."
    )
    import_bytes: int = Field(
        500_000_000, ge=1, description="Bytes of all files that are sent in for one import."
    )
    request_seconds: float = Field(
        90, gt=0, description="Time limit of a request until its answer begins."
    )
    wait_seconds: float = Field(
        5,
        gt=0,
        description="Expected wait for the model above which a request is refused at once (503).",
    )
    metrics_token: SecretStr | None = Field(
        None,
        min_length=16,
        description="Bearer token with which Prometheus reads /metrics; without one, an admin key.",
    )
    allowed_hosts: Names = Field(
        (), description="Host names of this server besides the loopback's and its own address."
    )
    cors_origins: Names = Field(
        (), description="Origins whose web pages may call the API; none by default."
    )
    trusted_proxies: Names = Field(
        (), description="Addresses of proxies whose X-Forwarded headers are believed."
    )
    behind_tls: bool = Field(
        False, description="Clients come over TLS: tell browsers never to come without (HSTS)."
    )
    public_pages: bool = Field(
        False,
        description="Let visitors ask, and read the catalogue, in a browser without signing in.",
    )
    search_engines: bool = Field(
        False,
        description="Let search engines list the pages of the catalogue, where they are public.",
    )
    background_seconds: float = Field(
        5,
        ge=0,
        description="Seconds between a server's checks for webhooks and suggestions to send; 0: "
        "never, then run matcher webhooks deliver --watch and matcher suggest.",
    )
    webhook_attempts: int = Field(
        8, ge=1, le=20, description="Attempts to send a webhook before it is given up."
    )
    webhook_allow_http: bool = Field(
        False, description="Let webhooks go over http, which anybody on the way can read."
    )
    webhook_allow_private: bool = Field(
        False, description="Let webhooks go to addresses of private networks and of this machine."
    )
    log_format: Literal["json", "text"] = Field("json", description="Form of the server's log.")

    @property
    def pepper(self) -> str | None:
        """Pepper from the environment, in clear text."""
        return None if self.key_pepper is None else self.key_pepper.get_secret_value()

    @property
    def url(self) -> str:
        """SQLAlchemy URL of the database."""
        return self.database_url or f"sqlite:///{(self.home / 'matcher.sqlite').as_posix()}"

    @property
    def index_folder(self) -> Path:
        """Folder of the index generations."""
        return self.home / "indexes"

    @property
    def words_file(self) -> Path:
        """File of the words of all patents."""
        return self.index_folder / "words.sqlite"
