"""Addresses of model services, and the secrets that do not belong into them."""

import pytest

from matcher.errors import ModelError
from models.loading import load_encoder, model_name
from models.services.address import ServiceAddress, service_address


def test_an_address_has_a_server_a_path_and_a_model() -> None:
    assert service_address("openai+http://10.0.0.5:8000/v1#BAAI/bge-m3") == ServiceAddress(
        "openai", "http://10.0.0.5:8000/v1", "BAAI/bge-m3"
    )
    address = service_address("tei+https://rerank.example/#m")
    assert address == ServiceAddress("tei", "https://rerank.example", "m")


@pytest.mark.parametrize("name", ["builtin", "BAAI/bge-m3", "/srv/models/own", "fake"])
def test_a_model_is_no_address(name: str) -> None:
    assert service_address(name) is None
    assert model_name(name) == name


def test_the_name_of_a_service_stays_where_the_service_moves() -> None:
    names = {model_name(f"openai+{url}#bge") for url in ("http://a/v1", "https://b.example:9/x")}
    assert names == {"openai#bge"}


@pytest.mark.parametrize(
    "name",
    [
        "openai+http://user:geheim@host/v1#m",
        "openai+http://geheim@host/v1#m",
        "openai+https://host/v1?key=geheim#m",
        "openai+https://host/v1?api_key=geheim",
    ],
)
def test_an_address_with_a_secret_is_refused_without_repeating_it(name: str) -> None:
    with pytest.raises(ModelError, match="MATCHER_MODEL_KEY") as refused:
        load_encoder(name)
    assert "geheim" not in str(refused.value) and "host" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("openai+http://host/v1", "ends with #"),
        ("openai+http://host/v1# ", "ends with #"),
        ("openai+http:///v1#m", "no host"),
        ("openai+http://host:99999/v1#m", "no port"),
        ("openai+ftp://host/v1#m", "begins with openai"),
        ("https://host/v1#m", "begins with openai"),
        ("tei+http://host#m", "MATCHER_MODEL takes"),
    ],
)
def test_an_address_that_cannot_be_used_is_explained(name: str, reason: str) -> None:
    with pytest.raises(ModelError, match=reason):
        load_encoder(name)
