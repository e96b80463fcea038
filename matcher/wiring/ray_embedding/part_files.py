"""Parquet files of the parts: texts that wait for vectors, and vectors that are finished.

They lie in a folder of the model, so that vectors of another one are never taken for its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Literal, get_args
from uuid import uuid4

from matcher.embedding.parts import EmbeddedPart, Part
from matcher.embedding.vector_cache import Key
from matcher.errors import ClusterError
from matcher.language.messages import _
from matcher.ports import Vectors

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow.fs import FileSystem

Content = Literal["texts", "vectors"]
ATTEMPTS = 3
"""Workers that may die of a part before the run is given up."""
_FOLDER = "matcher-embedding"
"""Folder within the given one, which may hold other things."""
_SUFFIX = ".parquet"
_WHOLE = (-1, -1)
"""Stands for the whole text in a column of spans."""


@dataclass(frozen=True)
class PartFiles:
    """Files of the parts of one model. Their content is checked by checksums whenever it is read.

    Every method raises ClusterError for a folder that cannot be used.
    """

    address: str
    """Path or URI (`s3://…`) of a folder that every machine sees under this name."""
    model: str
    """Fingerprint of the model."""

    def prepare(self, *, forget: bool) -> None:
        """Make the folder, without what earlier runs left: texts, files half written, other models.

        The vectors of this model stay, unless they are to be forgotten.
        """
        files, root = self._opened
        with _folder_errors(self.address):
            for folder in self._listed(root):
                if forget or folder.base_name != self.model:
                    files.delete_dir(folder.path)
            for content in get_args(Content):
                files.create_dir(f"{root}/{self.model}/{content}", recursive=True)
            for content in ("texts", "attempts"):
                files.delete_dir_contents(f"{root}/{self.model}/{content}", missing_dir_ok=True)
            for file in self._listed(f"{root}/{self.model}/vectors"):
                if not file.base_name.endswith(_SUFFIX):
                    files.delete_file(file.path)

    def remove(self) -> None:
        """Delete the folder."""
        files, root = self._opened
        with _folder_errors(self.address):
            files.delete_dir(root)

    def finished(self) -> list[str]:
        """Names of the parts whose vectors lie in the folder."""
        _files, root = self._opened
        with _folder_errors(self.address):
            files = self._listed(f"{root}/{self.model}/vectors")
        return sorted(file.base_name.removesuffix(_SUFFIX) for file in files)

    def write_texts(self, part: Part) -> None:
        """Write the texts of a part, their spans and keys."""
        import pyarrow as pa

        keys = iter(part.keys)
        columns = {
            "text": pa.array(part.texts, pa.string()),
            "spans": pa.array(
                [[span or _WHOLE for span in own] for own in part.spans],
                pa.list_(pa.list_(pa.int32(), 2)),
            ),
            "keys": pa.array(
                [list(islice(keys, len(own))) for own in part.spans], pa.list_(pa.binary())
            ),
        }
        self._write(pa.table(columns), part.name, "texts")

    def read_texts(self, name: str) -> Part:
        """Read the texts of a part. Raises ClusterError for a damaged file, too."""
        table = self._read(name, "texts")
        spans = [
            [None if tuple(span) == _WHOLE else (span[0], span[1]) for span in own]
            for own in table["spans"].to_pylist()
        ]
        keys = list(chain.from_iterable(table["keys"].to_pylist()))
        return Part(table["text"].to_pylist(), spans, keys)

    def begin(self, name: str) -> None:
        """Note an attempt at a part. Raises ClusterError if too many workers died of it."""
        files, root = self._opened
        folder = f"{root}/{self.model}/attempts/{name}"
        with _folder_errors(self.address):
            files.create_dir(folder, recursive=True)
            attempts = len(self._listed(folder))
            files.open_output_stream(f"{folder}/{uuid4().hex}").close()
        if attempts >= ATTEMPTS:
            raise ClusterError(
                _(
                    "{attempts} workers died while they embedded the same texts, most likely for "
                    "want of memory: fewer workers on a machine (MATCHER_RAY_WORKERS) have more "
                    "each. What is finished is kept",
                    attempts=attempts,
                )
            )

    def write_vectors(self, name: str, embedded: EmbeddedPart) -> None:
        """Write the vectors of a part."""
        import pyarrow as pa

        columns = {
            "key": pa.array(embedded.keys, pa.binary()),
            "vector": pa.FixedSizeListArray.from_arrays(
                pa.array(embedded.vectors.reshape(-1)), embedded.vectors.shape[1]
            ),
        }
        self._write(pa.table(columns), name, "vectors")

    def read_vectors(self, name: str) -> "pa.Table | None":
        """Read the vectors of a part; None if they are not there, or damaged."""
        try:
            return self._read(name, "vectors")
        except ClusterError:
            return None

    def discard(self, name: str) -> None:
        """Delete the files of a part."""
        files, root = self._opened
        with _folder_errors(self.address):
            for content in get_args(Content):
                with suppress(FileNotFoundError):
                    files.delete_file(self._path(name, content))
            with suppress(FileNotFoundError):
                files.delete_dir(f"{root}/{self.model}/attempts/{name}")

    @cached_property
    def _opened(self) -> "tuple[FileSystem, str]":
        """File system and path of the folder."""
        from pyarrow.fs import FileSystem

        with _folder_errors(self.address):
            files, root = FileSystem.from_uri(self.address)
            return files, f"{root.rstrip('/')}/{_FOLDER}"

    def _path(self, name: str, content: Content) -> str:
        return f"{self._opened[1]}/{self.model}/{content}/{name}{_SUFFIX}"

    def _listed(self, folder: str) -> list[Any]:
        from pyarrow.fs import FileSelector

        listed: list[Any] = self._opened[0].get_file_info(
            FileSelector(folder, allow_not_found=True)
        )
        return listed

    def _write(self, table: "pa.Table", name: str, content: Content) -> None:
        """Write a file that is whole as soon as it has its name."""
        from pyarrow import parquet

        files, _root = self._opened
        path = self._path(name, content)
        unfinished = f"{path}.{uuid4().hex}"
        with _folder_errors(self.address):
            parquet.write_table(
                table,
                unfinished,
                filesystem=files,
                compression="zstd" if content == "texts" else "none",
                use_dictionary=False,
                write_page_checksum=True,
            )
            files.move(unfinished, path)

    def _read(self, name: str, content: Content) -> "pa.Table":
        from pyarrow import parquet

        files, _root = self._opened
        with _folder_errors(self.address):
            return parquet.ParquetFile(
                self._path(name, content), filesystem=files, page_checksum_verification=True
            ).read()


def keys_and_vectors(table: "pa.Table") -> tuple[list[Key], Vectors]:
    """Return the keys and the vectors (k, d) of a file of vectors."""
    column = table["vector"].combine_chunks()
    vectors: Vectors = column.flatten().to_numpy().reshape(len(column), -1)
    return table["key"].to_pylist(), vectors


@contextmanager
def _folder_errors(address: str) -> Iterator[None]:
    """Raise ClusterError instead of the errors of a file system and of Parquet."""
    from pyarrow import ArrowException

    try:
        yield
    except (OSError, ArrowException) as problem:
        raise ClusterError(
            _(
                "the folder for parts of the work, {folder}, cannot be used ({name}); every "
                "machine of the cluster must be able to read and write it (MATCHER_RAY_FOLDER)",
                folder=address,
                name=type(problem).__name__,
            )
        ) from problem
