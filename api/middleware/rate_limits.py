"""Rate limits by the minute and by the day, and their headers.

The headers are those of draft-ietf-httpapi-ratelimit-headers-11: `RateLimit-Policy` holds the
limit (`q` requests in `w` seconds), `RateLimit` the remainder (`r` requests for `t` seconds).
"""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerMinute
from limits.errors import ConfigurationError, StorageError
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter, RateLimiter

from matcher.errors import InputError, StoreError
from matcher.language.messages import _
from matcher.settings import Settings

MAX_BACK_SECONDS = 60.0
"""Time by which a clock is put back without a word; beyond, what was counted is forgotten."""
REDIS_SECONDS = 2.0
"""Time limit of a connection to Redis and of its answer; then requests are refused (503)."""


@dataclass(frozen=True, slots=True)
class Quota:
    """State of one rate limit for one sender."""

    policy: str
    limit: int
    window: int
    """Length in seconds."""
    remaining: int
    reset: int
    """Seconds for which no more than `remaining` requests may be sent."""
    exceeded: bool


class RateLimits:
    """Counts requests by sender. Safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        """Read the limits; connect to no storage yet. Raises InputError for an unusable one."""
        storage = _storage(settings.limits_storage)
        self._own = storage if isinstance(storage, MemoryStorage) else None
        self._counted_at = time.time()
        # A moving minute lets no burst fit between two minutes. A fixed window stores one number
        # a sender: for days, and for strangers, of whom there may be many.
        self._moving = MovingWindowRateLimiter(storage)
        self._fixed = FixedWindowRateLimiter(storage)
        self._minute = RateLimitItemPerMinute(settings.rate_per_minute)
        self._day = RateLimitItemPerDay(settings.quota_per_day)
        self._refused = RateLimitItemPerMinute(settings.refused_per_minute)

    def count(self, sender: str) -> list[Quota]:
        """Count a request of a key, or of an address while there are no keys.

        A request that the minute refuses is not counted against the day. Raises StoreError.
        """
        self._forget_later()
        quotas: list[Quota] = []
        for policy, item, limiter in (
            ("minute", self._minute, self._moving),
            ("day", self._day, self._fixed),
        ):
            if item.amount and not any(quota.exceeded for quota in quotas):
                quotas.append(_hit(limiter, policy, item, sender))
        return quotas

    def count_refused(self, sender: str) -> list[Quota]:
        """Count a request of an address that came without a valid key. Raises StoreError."""
        if not self._refused.amount:
            return []
        self._forget_later()
        return [_hit(self._fixed, "refused", self._refused, sender)]

    def count_sign_in(self, sender: str) -> list[Quota]:
        """Count an attempt to sign in, right or wrong, of an address. Raises StoreError."""
        if not self._refused.amount:
            return []
        self._forget_later()
        return [_hit(self._fixed, "sign-in", self._refused, sender)]

    def _forget_later(self) -> None:
        """Forget what was counted where the clock was put back.

        It would count as sent just now until the clock has come there again, and refuse for hours.
        """
        before, self._counted_at = self._counted_at, time.time()
        if self._own is not None and self._counted_at < before - MAX_BACK_SECONDS:
            self._own.reset()


def address_key(address: str | None) -> str:
    """Return the sender of an address; an IPv6 network (/64) counts as one, as it has one owner."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return f"address:{address}"
    if parsed.version == 6:
        return f"address:{ip_network((parsed, 64), strict=False)}"
    return f"address:{parsed}"


def headers(quotas: Sequence[Quota]) -> dict[str, str]:
    """Return the headers of an answer, with `Retry-After` if a limit is exceeded."""
    if not quotas:
        return {}
    limits = {
        "RateLimit-Policy": ", ".join(f'"{q.policy}";q={q.limit};w={q.window}' for q in quotas),
        "RateLimit": ", ".join(f'"{q.policy}";r={q.remaining};t={q.reset}' for q in quotas),
    }
    waits = [quota.reset for quota in quotas if quota.exceeded]
    return limits | ({"Retry-After": str(max(waits))} if waits else {})


def _storage(uri: str) -> Storage:
    is_redis = uri.partition("://")[0] in ("redis", "rediss", "redis+unix")
    times = {"socket_connect_timeout": REDIS_SECONDS, "socket_timeout": REDIS_SECONDS}
    try:
        storage = storage_from_string(uri, wrap_exceptions=True, **(times if is_redis else {}))
    except (ConfigurationError, ValueError) as problem:
        raise _unusable() from problem
    if not isinstance(storage, Storage):  # an asynchronous one
        raise _unusable()
    return storage


def _unusable() -> InputError:
    return InputError(
        _(
            "the setting MATCHER_LIMITS_STORAGE cannot be used: give a storage URI of the "
            "library limits, such as memory://, or redis://localhost:6379 once its package is "
            "installed (matcher[redis])"
        )
    )


def _hit(limiter: RateLimiter, policy: str, item: RateLimitItem, sender: str) -> Quota:
    try:
        allowed = limiter.hit(item, policy, sender)
        stats = limiter.get_window_stats(item, policy, sender)
    except StorageError as problem:
        raise StoreError(_("the storage of the rate limits cannot be reached")) from problem
    seconds = max(1, math.ceil(stats.reset_time - time.time()))
    return Quota(
        policy,
        item.amount,
        item.get_expiry(),
        max(0, stats.remaining),
        min(seconds, item.get_expiry()),
        exceeded=not allowed,
    )
