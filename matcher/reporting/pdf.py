"""PDF files from HTML pages, with embedded fonts; nothing is fetched from the network."""

import gc
import logging
import warnings
from typing import Any

from matcher.errors import InputError
from matcher.language.messages import _, gettext_noop

MISSING_LIBRARY = gettext_noop(
    "PDF needs the library pango, which is not installed: apt-get install libpango-1.0-0 "
    "libpangoft2-1.0-0 libharfbuzz-subset0; or leave out --pdf and print the HTML pages"
)
MISSING_FONT = gettext_noop(
    "PDF needs a Chinese font, and none is installed: apt-get install fonts-noto-cjk (or "
    "fonts-wqy-microhei); or leave out --pdf and print the HTML pages"
)

_EMPTY_GLYPHS = str.maketrans({"℃": "°C", "℉": "°F"})
"""Signs for which WenQuanYi Micro Hei has glyphs without an outline: they would print as blanks."""


def check_pdf(sample: str = "中文") -> None:
    """Raise InputError, with the packages to install, if no PDF with `sample` can be made."""
    handler = _WarningHandler()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(handler)
    try:
        pdf_of(f"<p style='font-family: sans-serif'>{sample}</p>")
    finally:
        logger.removeHandler(handler)
    if any("glyph" in message for message in handler.messages):
        raise InputError(_(MISSING_FONT))


def pdf_of(html: str) -> bytes:
    """Return the document as PDF. Raises InputError if the library for it is missing."""
    weasyprint = _weasyprint()
    # No protocol is allowed: a page brings everything with it.
    nothing = weasyprint.urls.URLFetcher(allowed_protocols=())
    html = html.translate(_EMPTY_GLYPHS)
    content: bytes = weasyprint.HTML(string=html, url_fetcher=nothing).write_pdf()
    # A document is a web of references in cycles, 40 MB and more: in a process with many objects
    # the collector would come to it only after dozens of further ones.
    gc.collect()
    return content


def _weasyprint() -> Any:
    try:
        with warnings.catch_warnings():
            # Without libharfbuzz-subset0 it has fontTools cut the fonts down.
            warnings.filterwarnings("ignore", "HarfBuzz-Subset", DeprecationWarning)
            import weasyprint
    except OSError as error:  # it loads pango when it is imported
        raise InputError(_(MISSING_LIBRARY)) from error
    return weasyprint


class _WarningHandler(logging.Handler):
    """Collects the messages of warnings."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Collect the message of a record."""
        self.messages.append(record.getMessage())
