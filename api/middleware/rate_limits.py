"""How often somebody may ask: limits by the minute and by the day, and the headers that tell them.

The headers are those of draft-ietf-httpapi-ratelimit-headers-11: `RateLimit-Policy` says what is
allowed (`q` requests in `w` seconds), `RateLimit` what is left (`r` requests for `t` seconds).
"""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerMinute
from limits.errors import ConfigurationError, StorageError
from limits.storage import Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter, RateLimiter

from matcher.errors import InputError, StoreError
from matcher.settings import Settings


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands under one policy."""

    policy: str
    quota: int
    window: int
    """In seconds."""
    left: int
    seconds: int
    """How long no more than `left` requests may be sent."""
    exceeded: bool


class RateLimits:
    """Counts requests by who sends them. Safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        """Raises InputError for a storage that cannot be used; connects to none yet."""
        storage = _storage(settings.limits_storage)
        # A minute moves with each request, so that no burst fits between two minutes. A window
        # that stands keeps one number for each: days and strangers, of whom there may be many.
        self._moving = MovingWindowRateLimiter(storage)
        self._fixed = FixedWindowRateLimiter(storage)
        self._minute = RateLimitItemPerMinute(settings.rate_per_minute)
        self._day = RateLimitItemPerDay(settings.quota_per_day)
        self._refused = RateLimitItemPerMinute(settings.refused_per_minute)

    def count(self, who: str) -> list[Standing]:
        """Count a request of a key, or of an address while there are no keys.

        What the minute refuses is not counted against the day. Raises StoreError.
        """
        standings: list[Standing] = []
        for policy, item, limiter in (
            ("minute", self._minute, self._moving),
            ("day", self._day, self._fixed),
        ):
            if item.amount and not any(standing.exceeded for standing in standings):
                standings.append(_hit(limiter, policy, item, who))
        return standings

    def count_refused(self, who: str) -> list[Standing]:
        """Count a request of an address that came without a valid key. Raises StoreError."""
        if not self._refused.amount:
            return []
        return [_hit(self._fixed, "refused", self._refused, who)]


def of_address(address: str | None) -> str:
    """Under which name an address is counted: an IPv6 network (/64) is one, as it has one owner."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return f"address:{address}"
    if found.version == 6:
        return f"address:{ip_network((found, 64), strict=False)}"
    return f"address:{found}"


def headers(standings: Sequence[Standing]) -> dict[str, str]:
    """The headers of an answer; with `Retry-After` where a limit is exceeded."""
    if not standings:
        return {}
    found = {
        "RateLimit-Policy": ", ".join(f'"{s.policy}";q={s.quota};w={s.window}' for s in standings),
        "RateLimit": ", ".join(f'"{s.policy}";r={s.left};t={s.seconds}' for s in standings),
    }
    waits = [standing.seconds for standing in standings if standing.exceeded]
    return found | ({"Retry-After": str(max(waits))} if waits else {})


def _storage(uri: str) -> Storage:
    try:
        storage = storage_from_string(uri, wrap_exceptions=True)
    except (ConfigurationError, ValueError) as problem:
        raise _unusable() from problem
    if not isinstance(storage, Storage):  # an asynchronous one
        raise _unusable()
    return storage


def _unusable() -> InputError:
    return InputError(
        "the setting MATCHER_LIMITS_STORAGE cannot be used: give a storage URI of the library "
        "limits, such as memory:// or redis://localhost:6379"
    )


def _hit(limiter: RateLimiter, policy: str, item: RateLimitItem, who: str) -> Standing:
    try:
        allowed = limiter.hit(item, policy, who)
        stats = limiter.get_window_stats(item, policy, who)
    except StorageError as problem:
        raise StoreError("the storage of the rate limits cannot be reached") from problem
    seconds = max(1, math.ceil(stats.reset_time - time.time()))
    return Standing(
        policy,
        item.amount,
        item.get_expiry(),
        max(0, stats.remaining),
        min(seconds, item.get_expiry()),
        exceeded=not allowed,
    )
