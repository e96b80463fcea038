"""Secrets that a command shows once: written out before they become valid."""

import os
import sys

from matcher.errors import MatcherError
from matcher.language.library_errors import os_error_text
from matcher.language.messages import _


def show_once(secret: str) -> None:
    """Print a secret on stdout and hand it to the system, as the last act before the commit.

    So a secret that is valid was shown, wherever the process is killed. Raises MatcherError
    where it cannot be written; the caller's transaction then keeps nothing.
    """
    if getattr(sys.stdout, "name", None) == os.devnull:  # it was closed when the process started
        raise MatcherError(_("stdout is closed: nothing was changed, as no secret can be shown"))
    try:
        print(secret, flush=True)
    except OSError as problem:
        discard_stdout()
        raise MatcherError(
            _(
                "nothing was changed: the secret could not be written ({reason})",
                reason=os_error_text(problem),
            )
        ) from None


def discard_stdout() -> None:
    """Let what stdout still holds go nowhere: at its end the process would fail to write it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
