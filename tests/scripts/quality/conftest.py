import pytest

from scripts.quality.samples import Samples, read_samples


@pytest.fixture(scope="session")
def samples() -> Samples:
    """The sample catalogue, read once."""
    return read_samples()
