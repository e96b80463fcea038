"""Requests of two lengths against `matcher serve`, byte by byte."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from matcher.commands.serve import KEEP_ALIVE_SECONDS
from tests.support.real_servers import RealServer, serving

HOST = b"Host: localhost\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
LENGTH = b"Content-Length: 5\r\n"
END = b"\r\n0\r\n\r\n"
"""End of the headers, and a body that has five bytes, or none in chunks."""
NEXT = b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n"
"""Request behind the first one, which a gateway may have taken for its body."""
ROUTES = (b"POST /v1/match", b"GET /v1/patents", b"GET /healthz", b"POST /", b"PUT /nowhere")
AMBIGUOUS = {
    "both": LENGTH + CHUNKED,
    "both, the other way round": CHUNKED + LENGTH,
    "both, in other cases": b"cOnTent-LENGTH: 5\r\ntransfer-encoding: CHUNKED\r\n",
    "both, with a type": LENGTH + CHUNKED + b"Content-Type: application/json\r\n",
    "both, with a foreign host": b"Host: evil.example\r\n" + LENGTH + CHUNKED,
    "two lengths": LENGTH + b"Content-Length: 6\r\n",
    "a list of lengths": b"Content-Length: 5, 6\r\n",
    "a length with a sign": b"Content-Length: +5\r\n",
    "two encodings": CHUNKED + CHUNKED,
    "another encoding": b"Transfer-Encoding: gzip\r\n",
    "another encoding first": b"Transfer-Encoding: gzip, chunked\r\n",
    "another encoding and a length": LENGTH + b"Transfer-Encoding: identity\r\n",
    "an encoding with a tab": b"Transfer-Encoding:\tchunked\r\n" + LENGTH,
    "a blank before the colon": b"Transfer-Encoding : chunked\r\n",
    "a folded encoding": b"Transfer-Encoding:\r\n chunked\r\n" + LENGTH,
}

KEPT = 60
"""Seconds after which a connection counts as kept: the server closes idle ones later."""
assert KEPT < KEEP_ALIVE_SECONDS


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    folder: Path = tmp_path_factory.mktemp("framing")
    with serving(folder / "home", folder / "log") as server:
        yield server


def answers(server: RealServer, sent: bytes) -> bytes:
    """Return what the server answers until it closes the connection; it must close it."""
    port = int(server.address.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=KEPT) as connection:
        connection.sendall(sent)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
        return received


def check_refused(received: bytes) -> None:
    head = received.lower().partition(b"\r\n\r\n")[0]
    assert received.startswith(b"HTTP/1.1 400 "), received
    assert b"\r\nconnection: close" in head
    assert received.count(b"HTTP/1.1") == 1, "the request behind it got no answer"
    assert b"alive" not in received


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_a_request_of_two_lengths_is_refused_and_its_connection_closed(
    server: RealServer, name: str
) -> None:
    for route in ROUTES:
        host = b"" if b"Host:" in AMBIGUOUS[name] else HOST
        first = route + b" HTTP/1.1\r\n" + host + AMBIGUOUS[name] + END
        check_refused(answers(server, first + NEXT))


def test_chunks_are_refused_where_http_has_none(server: RealServer) -> None:
    for route in ROUTES:
        check_refused(answers(server, route + b" HTTP/1.0\r\n" + HOST + CHUNKED + END + NEXT))


def test_a_request_of_one_length_keeps_its_connection(server: RealServer) -> None:
    """So that the refusals above are about the lengths."""
    port = int(server.address.rpartition(":")[2])
    for framing in (LENGTH, CHUNKED, LENGTH + LENGTH):  # equal lengths are one (RFC 9112, 6.3)
        with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
            connection.sendall(b"POST /v1/match HTTP/1.1\r\n" + HOST + framing + END + NEXT)
            received = b""
            while b"alive" not in received:
                received += connection.recv(65536)
        assert received.startswith(b"HTTP/1.1 415 ") and received.count(b"HTTP/1.1") == 2
