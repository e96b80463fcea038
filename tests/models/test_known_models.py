from pathlib import Path

import pytest

from matcher.errors import ModelError
from matcher.wiring.open import load_encoder
from models import loading
from models.known_models import KNOWN
from tests.support.engines import settings_for


def test_prefixes_are_those_of_the_model_cards() -> None:
    e5 = KNOWN["intfloat/multilingual-e5-small"]
    assert (e5.query_prefix, e5.passage_prefix) == ("query: ", "passage: ")
    qwen = KNOWN["Qwen/Qwen3-Embedding-0.6B"]
    assert qwen.query_prefix.startswith("Instruct: ") and qwen.query_prefix.endswith("\nQuery:")
    assert qwen.passage_prefix == ""
    gemma = KNOWN["google/embeddinggemma-300m"]
    assert gemma.query_prefix == "task: search result | query: "
    assert gemma.passage_prefix == "title: none | text: "
    arctic = KNOWN["Snowflake/snowflake-arctic-embed-m-v2.0"]
    assert (arctic.query_prefix, arctic.passage_prefix) == ("query: ", "")


@pytest.mark.parametrize("name", [name for name, spec in KNOWN.items() if spec.needs_remote_code])
def test_a_model_that_runs_its_own_code_is_refused_until_it_is_trusted(name: str) -> None:
    with pytest.raises(ModelError, match="MATCHER_TRUST_REMOTE_CODE=1"):
        loading.load_encoder(name)


def test_the_fake_encoder_is_loaded_by_name(tmp_path: Path) -> None:
    assert loading.load_encoder("fake").name == "fake"
    assert load_encoder(settings_for(tmp_path)).name == "fake"
