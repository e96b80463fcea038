"""Errors for users. Each message names the problem, the record and the remedy."""


class MatcherError(Exception):
    """Base class of errors for users; shown as one line, without a traceback."""

    exit_code = 1


class InputError(MatcherError):
    """Unusable input: a file, a number, an option, an empty need."""

    exit_code = 2


class NotFoundError(MatcherError):
    """The requested record does not exist."""

    exit_code = 3


class UnauthenticatedError(MatcherError):
    """The caller gave no API key, or no valid one."""


class ForbiddenError(MatcherError):
    """The caller has no permission for this action."""


class ConflictError(MatcherError):
    """The state of the record does not allow this; the message says what is possible."""


class StoreError(MatcherError):
    """The database cannot be opened or does not have the schema this version needs."""


class StoreUnavailableError(StoreError):
    """The database is damaged, gone or away. Callers of the API are not shown its place."""


class DiskError(MatcherError):
    """Nothing can be written to a folder. Callers of the API are not shown it in the message."""


class DiskFullError(DiskError):
    """The disk, a quota or a file takes no more."""


class ReadOnlyError(DiskError):
    """The folder may not be written, or its disk is read-only."""


class IndexUnavailableError(MatcherError):
    """There is no index, or it does not fit the database or the model."""


class ModelError(MatcherError):
    """The embedding model cannot be loaded or used."""


class ClusterError(MatcherError):
    """The cluster that embeds cannot be reached, or failed at its work."""
