"""Errors of libraries and of the system in the language of the run."""

import errno
import os

from matcher.language.choice import speaking
from matcher.language.library_errors import os_error_text


def test_an_error_of_the_system_is_told_in_the_language_of_the_run() -> None:
    error = OSError(errno.EACCES, os.strerror(errno.EACCES), "样例.xlsx")
    assert os_error_text(error) == "Permission denied"
    with speaking("zh"):
        assert os_error_text(error) == "没有权限"
        assert os_error_text(OSError("something else")) == "something else"
