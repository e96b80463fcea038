"""Rules of webhooks: permitted addresses, signatures, retries and bodies."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest

from matcher.matches.webhook import (
    AddressRefusedError,
    WebhookEvent,
    check_url,
    is_public,
    payload,
    retry_delay,
    signed_headers,
)


@pytest.mark.parametrize(
    "url",
    [
        "http://portal.example/events",
        "ftp://portal.example/events",
        "https://",
        "https:///path",
        "https://user@portal.example/",
        "https://user:word@portal.example/",
        "https://portal.example/#part",
        "https://portal.example/a b",
        "https://portal.example:99999/",
        "https://[::1/",
        "https://门户.example/",
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "portal.example",
    ],
)
def test_a_forbidden_url_is_refused(url: str) -> None:
    with pytest.raises(AddressRefusedError):
        check_url(url, allow_http=False, allow_private=False)


def test_a_public_https_url_is_accepted_and_settings_permit_more() -> None:
    check_url("https://portal.example:8443/a?b=1", allow_http=False, allow_private=False)
    check_url("https://8.8.8.8/", allow_http=False, allow_private=False)
    check_url("http://127.0.0.1:80/", allow_http=True, allow_private=True)
    with pytest.raises(AddressRefusedError, match="private network"):
        check_url("http://127.0.0.1:80/", allow_http=True, allow_private=False)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700:4700::1111", True),
        ("0.0.0.0", False),
        ("100.64.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("fe80::1", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("::ffff:8.8.8.8", False),
        ("64:ff9b::7f00:1", False),  # NAT64 of 127.0.0.1
        ("2002:7f00:1::", False),  # 6to4 of 127.0.0.1
        ("2001:0:7f00:1::", False),  # Teredo
    ],
)
def test_only_global_unicast_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public


def test_retry_delays_grow_to_twelve_hours() -> None:
    waits = [retry_delay(attempts).total_seconds() for attempts in range(1, 9)]
    assert waits == [30, 120, 480, 1920, 7680, 30720, 43200, 43200]
    assert retry_delay(1000) == timedelta(hours=12)


def test_signatures_follow_standard_webhooks() -> None:
    # The example of the specification's reference libraries.
    headers = signed_headers(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        '{"test": 2432232314}',
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_a_body_has_type_time_and_ids() -> None:
    moment = datetime(2026, 6, 1, 12, tzinfo=UTC)
    assert payload(WebhookEvent.SUGGESTION_CREATED, moment, {"need": "need_1", "rank": None}) == (
        '{"type":"suggestion.created","timestamp":"2026-06-01T12:00:00+00:00",'
        '"data":{"need":"need_1","rank":null}}'
    )
