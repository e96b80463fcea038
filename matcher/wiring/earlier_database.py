"""Traces of a database in the home folder: with one, a missing database is no new beginning."""

from indexes.generations import POINTER
from matcher.access.api_keys import PEPPER_FILE
from matcher.settings import Settings

CACHE_FILE = "vectors.sqlite"
"""File of the index folder with the vectors of texts that were embedded before."""


def had_database(settings: Settings) -> bool:
    """True if the home has an index, vectors or keys, which come from a database only."""
    index = settings.index_folder
    traces = (index / POINTER, index / CACHE_FILE, settings.home / PEPPER_FILE)
    return any(trace.exists() for trace in traces)
