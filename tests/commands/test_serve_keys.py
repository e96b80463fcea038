"""`matcher serve` beyond the loopback, and what it logs, as a process."""

import json
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from matcher.commands.serve import check_open, listen
from matcher.errors import InputError
from matcher.settings import Settings
from tests.support.command import process_environment, run

SECRET = "13800000000"


def test_without_keys_it_serves_this_machine_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MATCHER_HOME", str(tmp_path))
    settings = Settings()
    with listen("127.0.0.1", 0) as loopback:
        check_open(settings, loopback, False)
    with listen("0.0.0.0", 0) as everywhere:
        with pytest.raises(InputError, match=r"matcher keys create --role portal.*--open"):
            check_open(settings, everywhere, False)
        check_open(settings, everywhere, True)
        assert "OPEN TO EVERYBODY" in capsys.readouterr().err
        assert run("keys", "create", "--role", "portal").exit_code == 0
        check_open(settings, everywhere, False)
    assert capsys.readouterr().err == ""


def test_serve_refuses_an_open_address_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHER_HOME", str(tmp_path))
    refused = run("serve", "--host", "0.0.0.0", "--port", "0")
    assert refused.exit_code == 2 and refused.stderr.count("\n") == 1
    assert "there are no keys" in refused.stderr


def raw(port: int, sent: bytes) -> bytes:
    """What the server answers to bytes that no client library would send."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(sent)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
        return received


def test_the_log_is_json_lines_without_contents_of_bad_requests(tmp_path: Path) -> None:
    end = b"Host: localhost\r\nConnection: close\r\n\r\n"
    number = SECRET.encode()
    with subprocess.Popen(
        [sys.executable, "-m", "matcher.cli", "serve", "--port", "0"],
        env=process_environment(tmp_path),
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as served:
        try:
            assert served.stderr is not None
            address = re.search(rb":(\d+) ", served.stderr.readline())
            assert address is not None
            port = int(address[1])
            fine = raw(
                port, b"GET /v1/patents/" + number + b"?x=" + number + b" HTTP/1.1\r\n" + end
            )
            host = b"GET /healthz HTTP/1.1\r\nHost: a.example\r\n" + end
            split = b"GET /healthz HTTP/1.1\r\nX-Note: a\r\n " + number + b"\rX: y\r\n" + end
            smuggled = b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"
            both = b"POST /v1/match HTTP/1.1\r\n" + smuggled + end + b"0\r\n\r\n"
            large = b"GET / HTTP/1.1\r\nX-Note: " + number * 6_000 + b"\r\n" + end
            bad = [raw(port, sent) for sent in (number + b"\r\n\r\n", host, split, large)]
            smuggle = raw(port, both)
            served.send_signal(signal.SIGINT)
            _, log = served.communicate(timeout=60)
        finally:
            served.kill()
    assert served.returncode == 0
    assert fine.startswith(b"HTTP/1.1 404") and b"server:" not in fine.lower()
    assert [answer[9:12] for answer in bad] == [b"400", b"400", b"400", b"431"]
    assert not any(number in answer for answer in bad)
    assert smuggle[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 415") and smuggle.count(b"HTTP/1.1") == 1
    lines = [json.loads(line) for line in log.splitlines()]
    assert any(line["event"] == "request" and line["status"] == 404 for line in lines)
    assert number not in log
