"""Worker of the cluster: holds the model and encodes one part after the other."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from matcher.embedding.parts import embedded
from matcher.errors import MatcherError
from matcher.language.messages import _
from matcher.ports import Encoder
from matcher.wiring.ray_embedding.part_files import PartFiles

if TYPE_CHECKING:
    import pyarrow as pa

PART = "part"
"""Column with the name of the part."""
PROBLEM = "problem"
"""Column with a message for the user, in place of vectors."""


class PartWorker:
    """Actor of Ray Data. An error for the user comes as a table, as Ray would wrap it."""

    def __init__(self, load: Callable[[], Encoder], files: PartFiles) -> None:
        """Load the model."""
        self._files = files
        self._problem: str | None = None
        try:
            self._encoder = load()
        except MatcherError as problem:
            self._problem = str(problem)
            return
        if self._encoder.fingerprint != files.model:
            self._problem = _(
                "a worker of the cluster would compute other vectors than this machine: give every "
                "machine the same version of matcher and of its libraries, the same model, and one "
                "MATCHER_COMPUTE_DTYPE"
            )

    def __call__(self, parts: "pa.Table") -> "pa.Table":
        """Return the vectors of a part, which lie in its file from then on.

        A part whose vectors lie there already is not encoded.
        """
        import pyarrow as pa

        name = parts[PART][0].as_py()
        try:
            if self._problem is None:
                table = self._vectors(name)
                return table.append_column(PART, pa.array([name] * len(table), pa.string()))
        except MatcherError as problem:
            self._problem = str(problem)
        return pa.table({PROBLEM: [self._problem]})

    def _vectors(self, name: str) -> "pa.Table":
        """Read the vectors of a part; before, encode it, unless that was done."""
        table = self._files.read_vectors(name)
        if table is None:
            self._files.begin(name)
            part = self._files.read_texts(name)
            self._files.write_vectors(name, embedded(self._encoder, part))
            table = self._files.read_vectors(name)
        return table
