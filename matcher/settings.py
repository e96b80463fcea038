"""Every setting of the project, read once by an entry point from the environment (MATCHER_…)."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The environment variable of a field is MATCHER_ and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="MATCHER_", frozen=True, extra="ignore")

    home: Path = Field(Path("var"), description="Folder of the database and the built indexes.")
    database_url: str | None = Field(
        None, description="SQLAlchemy URL; by default a SQLite file in the home folder."
    )
    model: str = Field("builtin", description="Name or folder of a sentence-transformers model.")
    trust_remote_code: bool = Field(
        False, description="Let a hub model run the code that comes with it."
    )
    device: str | None = Field(None, description="Torch device; by default the best one there is.")
    compute_dtype: Literal["auto", "float32", "bfloat16"] = Field(
        "auto", description="Type the model computes in; auto takes bfloat16 where it is native."
    )
    batch_size: int = Field(32, ge=1, description="Texts encoded at once.")
    fusion: Literal["zscore", "rrf"] = Field("zscore", description="How the channels are fused.")
    feedback: float = Field(
        0.6, ge=0, le=2, description="Weight of what the best candidates ask for; 0 is off."
    )
    reranker: str | None = Field(
        None, description="Name or folder of a cross-encoder that reads the first results again."
    )
    rerank_weight: float = Field(
        0.5, ge=0, le=1, description="The reranker's share beside the engine's score."
    )
    diversity: float = Field(
        0.2, ge=0, le=1, description="How much a team's fourth patent gives way; 0 is off."
    )
    candidates: int = Field(200, ge=1, description="Passages asked of each channel for a need.")
    approximate_above: int = Field(
        300_000, ge=1, description="Vectors from which an approximate dense index is built."
    )
    sleeping_months: int = Field(
        24, ge=0, description="Months without use after grant from which a patent is sleeping."
    )
    contact_key: SecretStr | None = Field(
        None, description="Fernet key; without it personal contacts are not stored."
    )
    key_pepper: SecretStr | None = Field(
        None, description="Secret that API keys are hashed with; by default a file in the home."
    )
    host: str = Field("127.0.0.1", description="Address to serve on.")
    port: int = Field(8000, ge=1, le=65535, description="Port to serve on.")

    @property
    def pepper(self) -> str | None:
        """The pepper that the environment gives, in clear."""
        return self.key_pepper and self.key_pepper.get_secret_value()

    @property
    def url(self) -> str:
        """The database's SQLAlchemy URL."""
        return self.database_url or f"sqlite:///{(self.home / 'matcher.sqlite').as_posix()}"

    @property
    def index_folder(self) -> Path:
        """Where the index generations live."""
        return self.home / "indexes"
