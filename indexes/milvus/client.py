"""Client of Milvus: the calls that an index makes, with one error for what can go wrong.

A call's own error names its filter, its address, at times its token: none of it is passed on.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from matcher.errors import IndexUnavailableError, InputError
from matcher.language.messages import _
from matcher.ports import Rows, Scores

if TYPE_CHECKING:
    from indexes.milvus.address import MilvusAddress

MAX_LIMIT = 16_384
"""Hits that Milvus gives at most for one query."""
ROWS_PER_CALL = 2_000
"""Rows of one insertion, some 8 MB; Milvus takes 64 MB."""

WRITE_SECONDS = 600.0
"""Time limit of a call that writes: no answer waits for it, and a server may be behind."""

_CONNECT_FAILED = 2
"""Code of the client for a connection that cannot be made."""
_TOO_LATE = "DEADLINE_EXCEEDED"
"""Code of gRPC for a call that was not finished within its time limit."""


class MilvusCalls:
    """Connection to one Milvus. Safe to share between threads, as the client is.

    Every call raises IndexUnavailableError where Milvus does not answer.
    """

    def __init__(self, address: "MilvusAddress") -> None:
        """Connect. Raises IndexUnavailableError, InputError where the client is not installed."""
        self._address = address
        with _named_errors(address, is_opening=True):
            self._client = _connected(address)

    @property
    def is_lite(self) -> bool:
        """True for milvus-lite, which indexes no arrays."""
        return self._address.is_lite

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def create(self, collection: str, schema: Any, indexes: Any) -> None:
        """Create a collection with its indexes, and load it."""
        self._call("create_collection", collection, schema=schema, consistency_level="Bounded")
        # Without waiting for each of them, half a second at least: there are no rows yet.
        self._call("create_index", collection, indexes, sync=False)
        self.load(collection)

    def load(self, collection: str) -> None:
        """Load a collection, so that it can be searched; milvus-lite opens a file without."""
        self._work("load_collection", collection)

    def collections(self) -> list[str]:
        """Return the names of all collections of the database."""
        return [str(name) for name in self._call("list_collections")]

    def drop(self, collection: str) -> None:
        """Drop a collection, if it is there."""
        self._call("drop_collection", collection)

    def point(self, alias: str, collection: str) -> None:
        """Let an alias name this collection from now on, at once."""
        method = "create_alias" if self.pointed(alias) is None else "alter_alias"
        self._call(method, collection, alias)

    def pointed(self, alias: str) -> str | None:
        """Return the collection that an alias names; None without the alias."""
        for collection in self.collections():
            if alias in self._call("list_aliases", collection)["aliases"]:
                return collection
        return None

    def upsert(self, collection: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write rows by their ids, in calls of a size that Milvus takes."""
        for start in range(0, len(rows), ROWS_PER_CALL):
            part = list(rows[start : start + ROWS_PER_CALL])
            self._work("upsert", collection, part, timeout=WRITE_SECONDS)

    def delete(self, collection: str, ids: Sequence[int]) -> None:
        """Delete rows by their ids."""
        for start in range(0, len(ids), MAX_LIMIT):
            part = list(ids[start : start + MAX_LIMIT])
            self._work("delete", collection, ids=part, timeout=WRITE_SECONDS)

    def delete_where(self, collection: str, condition: str) -> None:
        """Delete the rows that a condition holds for."""
        self._work("delete", collection, filter=condition, timeout=WRITE_SECONDS)

    def flush(self, collection: str) -> None:
        """Seal what was written, so that it is on disk and indexed."""
        self._work("flush", collection)

    def count(self, collection: str, condition: str) -> int:
        """Return the number of rows that a condition holds for."""
        (row,) = self._call("query", collection, filter=condition, output_fields=["count(*)"])
        return int(row["count(*)"])

    def rows(self, collection: str, ids: Sequence[int], fields: Sequence[str]) -> list[Any]:
        """Return the rows of these ids with some fields, in any order; missing ones are missing."""
        rows: list[Any] = []
        for start in range(0, len(ids), MAX_LIMIT):
            part = list(ids[start : start + MAX_LIMIT])
            # Vectors as arrays: a list of Python numbers for each row takes as long as the call.
            found = self._call(
                "get", collection, part, output_fields=["id", *fields], strict_float32=True
            )
            rows += found
        return rows

    def search(
        self, collection: str, field: str, queries: Sequence[Any], limit: int, condition: str
    ) -> list[tuple[Rows, Scores]]:
        """Return the ids of each query's hits, best first, and their distances."""
        found = self._call(
            "search",
            collection,
            data=list(queries),
            anns_field=field,
            limit=min(limit, MAX_LIMIT),
            filter=condition,
            output_fields=["id"],  # for none of them milvus-lite gives all, vectors too
        )
        return [
            (np.array(hits.ids, dtype=np.int64), np.array(hits.distances, dtype=np.float32))
            for hits in found
        ]

    def _call(self, method: str, *arguments: Any, **options: Any) -> Any:
        """Make a call within the time limit."""
        return self._work(method, *arguments, timeout=self._address.seconds, **options)

    def _work(self, method: str, *arguments: Any, **options: Any) -> Any:
        """Make a call that takes as long as it takes."""
        with _named_errors(self._address):
            return getattr(self._client, method)(*arguments, **options)


def _connected(address: "MilvusAddress") -> Any:
    try:
        import pymilvus
    except ImportError as problem:
        raise InputError(
            _('the setting MATCHER_INDEX needs the client of Milvus: pip install "matcher[milvus]"')
        ) from problem
    for name in ("pymilvus", "milvus_lite"):
        # They would write each failed call with its arguments into our log.
        logging.getLogger(name).setLevel(logging.CRITICAL)
    options: dict[str, Any] = {"secure": True} if address.uri.startswith("https:") else {}
    if address.is_lite:
        # Its server hangs up on a client that pings while it waits, and gRPC says so to the user.
        options["grpc_options"] = {"grpc.keepalive_permit_without_calls": False}
    if address.ca_file is not None:
        options["server_pem_path" if address.cert_file is None else "ca_pem_path"] = str(
            address.ca_file
        )
    if address.cert_file is not None:
        options |= {
            "client_pem_path": str(address.cert_file),
            "client_key_path": str(address.key_file),
        }
    return pymilvus.MilvusClient(
        address.uri,
        token=address.token or "",
        db_name=address.database,
        timeout=address.seconds,
        **options,
    )


@contextmanager
def _named_errors(address: "MilvusAddress", *, is_opening: bool = False) -> Iterator[None]:
    """Turn errors of the client into IndexUnavailableError with what to do."""
    try:
        yield
    except InputError:
        raise
    except Exception as problem:
        code = getattr(problem, "code", None)
        if callable(code):  # an error of gRPC itself
            code = code().name
        if code == _TOO_LATE:
            raise IndexUnavailableError(_too_late(address)) from None
        cause = type(problem).__name__ if code is None else f"{type(problem).__name__} {code}"
        is_refusal = not is_opening and isinstance(code, int) and code != _CONNECT_FAILED
        raise IndexUnavailableError(_reason(address, cause, is_refusal=is_refusal)) from None


def _too_late(address: "MilvusAddress") -> str:
    return _(
        "Milvus at {uri} did not answer in time; its log says what it does; MATCHER_INDEX_SECONDS "
        "is the time that a search may take",
        uri=address.uri,
    )


def _reason(address: "MilvusAddress", cause: str, *, is_refusal: bool) -> str:
    """Reason that a call failed: Milvus refused it, or there was no answer."""
    if is_refusal:
        return _(
            "Milvus at {uri} refused a call ({cause}); its log says why; if its collections were "
            "changed from outside, run matcher index --full",
            uri=address.uri,
            cause=cause,
        )
    if address.is_lite:
        return _(
            "the index in {file} cannot be opened ({cause}); one process at a time can use a file "
            "of milvus-lite: end the other, or run milvus-lite server and set "
            "MATCHER_INDEX=milvus+http://127.0.0.1:19530",
            file=address.uri,
            cause=cause,
        )
    return _(
        "Milvus at {uri} does not answer ({cause}); check that it runs, and MATCHER_INDEX, "
        "MATCHER_INDEX_TOKEN and the files of TLS",
        uri=address.uri,
        cause=cause,
    )
