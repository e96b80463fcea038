"""Pages that are sent at once, with a part that comes as soon as it is ready."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.engine.dependencies import run_with_model
from api.http import problems
from api.middleware.unexpected_errors import log_unexpected
from api.pages.problem_words import in_words
from api.pages.rendering import html_of
from matcher.language.messages import _

PLACE = "<!--late-->"
"""Place of the late part in the HTML of a page."""
Result = TypeVar("Result")
_working: set[asyncio.Task[Any]] = set()
"""Parts that are being made; the loop itself holds them only weakly."""


def page_with_late_part(
    request: Request, page: str, work: Callable[[], Result], show: Callable[[Result], str]
) -> Response:
    """Send a page up to its late part, then the part, then the rest.

    `work` uses the model and runs in a thread for it, and `show`, which makes HTML of its result,
    after it. An error of either is told in place of the part, since the page has begun by then.
    """
    head, _place, tail = page.partition(PLACE)

    async def pieces() -> AsyncIterator[str]:
        yield head
        yield await _part(request, lambda: show(work()))
        yield tail

    return StreamingResponse(pieces(), media_type="text/html")


def _limit(request: Request) -> float:
    """Return the seconds within which the part must be ready, as many as for any answer."""
    seconds: float = request.app.state.settings.request_seconds
    return seconds


async def _part(request: Request, make: Callable[[], str]) -> str:
    seconds = _limit(request)
    working = asyncio.create_task(run_with_model(request, make))
    _working.add(working)
    working.add_done_callback(_forget)
    try:
        # A thread cannot be stopped: the reader is told, and the thread ends by itself.
        done, _waiting = await asyncio.wait({working}, timeout=seconds)
        if done:
            return working.result()
        title = _(problems.TOOK_TOO_LONG.title)
        detail = _(
            "no answer was ready in {seconds:g} seconds: try again later, or ask for less",
            seconds=seconds,
        )
    except Exception as error:
        title, detail = await _problem_of(request, error)
    return html_of(request, "late_problem", title=title, detail=detail)


def _forget(part: "asyncio.Task[Any]") -> None:
    """Forget a part that is done. Its error counts as seen: asyncio would log the error's text."""
    _working.discard(part)
    if not part.cancelled():
        part.exception()


async def _problem_of(request: Request, error: Exception) -> tuple[str, str]:
    """Return title and detail of an error that came when the page had begun."""
    try:
        return in_words(problems.content(await problems.answered(request, error)))
    except Exception:
        log_unexpected(error)
        return (
            _(problems.INTERNAL_ERROR.title),
            _("the search failed: send it again, and if it fails again, report it"),
        )
