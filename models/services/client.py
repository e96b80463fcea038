"""Requests to a model service: retried, limited in time, without a secret in any message.

Redirects are not followed and proxies of the environment are not used: a need goes to the address
that the operator named and to no other. An error names the model, the status and the code of the
service's error, never its text: that can repeat what was sent, or part of the key.
"""

import json
import random
import re
import time
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import httpx2
import tenacity

from matcher.errors import ModelError
from matcher.language.messages import _
from models.services.address import ServiceAddress
from models.services.options import ServiceOptions

CONNECT_SECONDS = 5.0
"""Time limit of a connection: a host that does not take one in this time is down."""
WAITING_SECONDS = 20.0
"""Time limit of a request that somebody waits for, with all its attempts."""
MAX_WAIT_SECONDS = 8.0
"""Longest wait between two attempts that the service did not ask for."""
MAX_ANSWER_BYTES = 256_000_000
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
"""Statuses of faults that often pass."""
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}")
_TOO_LONG = re.compile(
    rb"too (long|large|many)|maximum|max_|context.length|exceed|at most|must have less|length"
)
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Patience:
    """Limits of the attempts at a request."""

    attempts: int
    seconds: float


class ServiceRefusalError(ModelError):
    """The service refuses a request, and would again."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class UnusableAnswerError(ModelError):
    """The service answered something else than it was asked for."""


class _PassingError(Exception):
    """Fault that may pass; its text is the reason."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class ServiceClient:
    """Client of one service; may be used from several threads."""

    def __init__(self, address: ServiceAddress, options: ServiceOptions, setting: str) -> None:
        """Prepare the client; it connects with the first request. Raises ModelError.

        `setting` is the name of the setting that holds the address.
        """
        self.model = address.model
        self.patient = Patience(8, options.seconds)
        """For texts of a catalogue."""
        self.waiting = Patience(4, min(WAITING_SECONDS, options.seconds))
        """For a need, which somebody waits for."""
        self._setting = setting
        self._first_wait = options.first_wait
        self._client = httpx2.Client(
            base_url=address.url + "/",
            headers=self._headers(options),
            limits=httpx2.Limits(max_connections=options.requests),
            follow_redirects=False,
            trust_env=False,
        )
        self._threads = ThreadPoolExecutor(options.requests, "model service")
        weakref.finalize(self, _close, self._client, self._threads)

    def get(self, path: str, patience: Patience) -> Any:
        """Return the JSON at a path. Raises ModelError."""
        return self._retried("GET", path, None, patience)

    def post(self, path: str, body: Mapping[str, Any], patience: Patience) -> Any:
        """Return the JSON that answers a JSON body. Raises ModelError."""
        return self._retried("POST", path, json.dumps(body, ensure_ascii=False).encode(), patience)

    def each(
        self, ask: Callable[[list[int]], Result], batches: Iterable[list[int]]
    ) -> Iterator[tuple[list[int], Result]]:
        """Ask for several batches at once; yield each with its result as it comes.

        Raises ModelError for the first that fails; batches that wait are dropped then.
        """
        listed = list(batches)
        if len(listed) == 1:
            yield listed[0], ask(listed[0])
            return
        futures: dict[Future[Result], list[int]] = {
            self._threads.submit(ask, batch): batch for batch in listed
        }
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        finally:
            for future in futures:
                future.cancel()

    def unusable(self, fault: str) -> UnusableAnswerError:
        """Return the error for an answer that cannot be used."""
        return UnusableAnswerError(
            _(
                "the answer of the service of the model {model} cannot be used: {fault}",
                model=self.model,
                fault=fault,
            )
        )

    def _headers(self, options: ServiceOptions) -> dict[str, str]:
        headers = {"user-agent": "matcher"}
        if options.key is not None:
            key = options.key.get_secret_value().strip()
            if not (key.isascii() and key.isprintable() and key):
                raise ModelError(
                    _(
                        "the key in {setting}_KEY is empty or has characters that no key has",
                        setting=self._setting,
                    )
                )
            headers["authorization"] = f"Bearer {key}"
        return headers

    def _retried(self, method: str, path: str, body: bytes | None, patience: Patience) -> Any:
        """Return the JSON of the first attempt that succeeds. Raises ModelError."""
        end = time.monotonic() + patience.seconds
        attempts = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_PassingError),
            wait=self._wait,
            stop=tenacity.stop_any(
                tenacity.stop_after_attempt(patience.attempts),
                tenacity.stop_before_delay(patience.seconds),
            ),
            reraise=True,
        )
        try:
            content = attempts(self._attempt, method, path, body, end, patience.seconds / 2)
        except _PassingError as problem:
            # Without the cause: its traceback is no help, and holds the request.
            raise ModelError(
                _(
                    "the service of the model {model} does not answer ({reason}): see that it "
                    "runs and that {setting} has its address; MATCHER_SERVICE_SECONDS is its time "
                    "limit",
                    model=self.model,
                    reason=problem,
                    setting=self._setting,
                )
            ) from None
        try:
            return json.loads(content)
        except (ValueError, RecursionError):
            raise self.unusable(_("it is not JSON")) from None

    def _wait(self, state: tenacity.RetryCallState) -> float:
        """Seconds before the next attempt; uneven, so that many clients do not come at once."""
        assert state.outcome is not None  # it is asked for after a failure
        problem = state.outcome.exception()
        if isinstance(problem, _PassingError) and problem.retry_after is not None:
            return problem.retry_after * random.uniform(1.0, 1.1)
        wait = self._first_wait * 2.0 ** (state.attempt_number - 1)
        return min(wait, MAX_WAIT_SECONDS) * random.uniform(0.5, 1.0)

    def _attempt(
        self, method: str, path: str, body: bytes | None, end: float, longest: float
    ) -> bytes:
        """Return the content of an answer of status 200. Raises _PassingError and ModelError."""
        attempt_end = min(end, time.monotonic() + longest)
        left = max(0.05, attempt_end - time.monotonic())
        try:
            with self._client.stream(
                method,
                path,
                content=body,
                headers={"content-type": "application/json"} if body is not None else {},
                timeout=httpx2.Timeout(left, connect=min(CONNECT_SECONDS, left)),
            ) as response:
                content = self._read(response, attempt_end)
                self._check_status(response, content)
                return content
        except httpx2.TimeoutException:
            raise _PassingError(_("time limit")) from None
        except httpx2.ConnectError:
            raise _PassingError(_("no connection")) from None
        except httpx2.HTTPError as problem:
            raise _PassingError(
                _("connection broken: {error}", error=type(problem).__name__)
            ) from None

    def _read(self, response: httpx2.Response, end: float) -> bytes:
        """Read an answer; one that comes drop by drop ends at the time limit, too."""
        content = bytearray()
        for piece in response.iter_bytes():
            content += piece
            if time.monotonic() > end:
                raise _PassingError(_("time limit"))
            if len(content) > MAX_ANSWER_BYTES:
                raise self.unusable(_("it has no end"))
        return bytes(content)

    def _check_status(self, response: httpx2.Response, content: bytes) -> None:
        """Raise _PassingError or ModelError for any other status than 200."""
        status = response.status_code
        if status == 200:
            return
        said = f"{status}{_code(content)}"
        if status in PASSING:
            raise _PassingError(
                _("status {status}", status=said), _retry_after(response.headers.get("retry-after"))
            )
        if 300 <= status < 400:
            reason = _("it leads to another address, and redirects are not followed")
        elif status in (401, 403):
            reason = _("set {setting}_KEY to a key that it takes", setting=self._setting)
        elif status in (404, 405):
            reason = _(
                "it has no such path or model: {setting} ends like …/v1#NAME", setting=self._setting
            )
        elif status == 413 or _TOO_LONG.search(content.lower()):
            reason = _(
                "a text is too long for it, or too many came at once: set {setting}_WINDOW to the "
                "tokens that it takes, or MATCHER_BATCH_SIZE to fewer texts",
                setting=self._setting,
            )
        else:
            reason = _("it does not take the request")
        raise ServiceRefusalError(
            _(
                "the service of the model {model} refuses with status {status}: {reason}",
                model=self.model,
                status=said,
                reason=reason,
            ),
            status,
        )


def _close(client: httpx2.Client, threads: ThreadPoolExecutor) -> None:
    threads.shutdown(wait=False, cancel_futures=True)
    client.close()


def _code(content: bytes) -> str:
    """Code of a service's error, if it is a plain word, with a space before it."""
    try:
        error = json.loads(content)["error"]
        code = error.get("code") or error.get("type")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return ""
    return f" {code}" if isinstance(code, str) and _CODE.fullmatch(code) else ""


def _retry_after(value: str | None) -> float | None:
    """Seconds of a Retry-After header, a number or a date; None without one that can be read."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - time.time()
        except (ValueError, OverflowError):
            return None
    return max(0.0, seconds) if seconds == seconds else None
