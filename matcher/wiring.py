"""Settings to working parts: the only place where the engine, models and indexes meet."""

import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from indexes import dense, generations, lexical
from indexes.manifest import Manifest
from matcher.catalogue import Catalogue
from matcher.errors import IndexUnavailableError
from matcher.importing.reading import read_file
from matcher.importing.saving import ImportResult, save_files
from matcher.indexing import EmbeddedCatalogue, embed_catalogue
from matcher.passages import PassageTable
from matcher.ports import Encoder
from matcher.progress import Report, Step, silent
from matcher.retrieval import Retriever
from matcher.search import Matcher
from matcher.settings import Settings
from matcher.store import patents
from matcher.store.store import Store
from matcher.tokens import TOKENS_VERSION
from matcher.types import Patent, PatentId, PatentRow
from matcher.vector_cache import VectorCache
