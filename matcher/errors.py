"""The errors users meet. Each message says what is wrong, which record, and what to do."""


class MatcherError(Exception):
    """Base of every error that is meant for a user; shown as one line, without a traceback."""

    exit_code = 1


class InputError(MatcherError):
    """The caller gave something that cannot be used: a file, a number, an option, an empty need."""

    exit_code = 2


class NotFoundError(MatcherError):
    """The record asked for does not exist."""

    exit_code = 3


class UnauthenticatedError(MatcherError):
    """The caller did not say who it is, or not by a key that may be used."""


class ForbiddenError(MatcherError):
    """The caller may not do this, whatever it is asked about."""


class ConflictError(MatcherError):
    """The record is not in a state that allows this; the message says what is possible."""


class StoreError(MatcherError):
    """The database cannot be opened or does not have the schema this version needs."""


class IndexUnavailableError(MatcherError):
    """There is no index, or the one there does not fit the database or the model."""


class ModelError(MatcherError):
    """The embedding model cannot be loaded or used."""
