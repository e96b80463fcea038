"""Fixtures of the tests of faults: those of the API, where a test asks it."""

from tests.api.conftest import empty, imported, settings  # noqa: F401
