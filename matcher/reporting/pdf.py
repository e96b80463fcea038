"""HTML pages as PDF for printing, with their fonts in them; nothing is fetched."""

import logging
import warnings
from typing import Any

from matcher.errors import InputError

MISSING_LIBRARY = (
    "PDF needs the library pango, which is not installed: apt-get install libpango-1.0-0 "
    "libpangoft2-1.0-0 libharfbuzz-subset0; or leave out --pdf and print the HTML pages"
)
MISSING_FONT = (
    "PDF needs a Chinese font, and none is installed: apt-get install fonts-noto-cjk (or "
    "fonts-wqy-microhei); or leave out --pdf and print the HTML pages"
)
_PROBE = "<p style='font-family: sans-serif'>中文</p>"


def check_pdf() -> None:
    """Raises InputError, which says what to install, where no PDF with Chinese can be made."""
    warned = _Warnings()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(warned)
    try:
        pdf_of(_PROBE)
    finally:
        logger.removeHandler(warned)
    if any("glyph" in words for words in warned.told):
        raise InputError(MISSING_FONT)


def pdf_of(html: str) -> bytes:
    """The document as PDF. Raises InputError where the library for it is missing."""
    weasyprint = _weasyprint()
    # No protocol is allowed: a page brings everything with it.
    nothing = weasyprint.urls.URLFetcher(allowed_protocols=())
    content: bytes = weasyprint.HTML(string=html, url_fetcher=nothing).write_pdf()
    return content


def _weasyprint() -> Any:
    try:
        with warnings.catch_warnings():
            # Without libharfbuzz-subset0 it has fontTools cut the fonts down.
            warnings.filterwarnings("ignore", "HarfBuzz-Subset", DeprecationWarning)
            import weasyprint
    except OSError as error:  # it loads pango when it is imported
        raise InputError(MISSING_LIBRARY) from error
    return weasyprint


class _Warnings(logging.Handler):
    """Keeps what was warned of."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the words."""
        self.told.append(record.getMessage())
