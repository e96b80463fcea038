"""Servers in processes of their own, and a browser that is sent to one or the other of them."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import httpx2

from api.access import cookies
from api.pages import csrf
from matcher.access.sessions import form_token
from tests.support.accounts import NAME, PASSWORD
from tests.support.browsers import BROWSER
from tests.support.command import process_environment
from tests.support.waiting import wait_for

_ADDRESS = re.compile(r"Serving on (http://127\.0\.0\.1:\d+) ")


class RealServer:
    """`matcher serve` in a process."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        """Take the process, which writes to the log."""
        self.process = process
        self._log = log
        address = wait_for(lambda: _ADDRESS.search(self.log()), 120)
        assert address is not None
        self.address = address[1]

    def log(self) -> str:
        """Return everything that the server has written."""
        return self._log.read_text("utf-8")

    def ask(self, method: str, path: str, **more: Any) -> httpx2.Response:
        """Send a request."""
        with httpx2.Client(trust_env=False, timeout=120) as client:
            return client.request(method, self.address + path, **more)


@contextmanager
def serving(home: Path, log: Path, **environment: str) -> Iterator[RealServer]:
    """Serve a home until the end of the block."""
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "matcher.cli", "serve", "--port", "0"],
            env=process_environment(home, **environment),
            stdout=stream,
            stderr=stream,
        )
    try:
        server = RealServer(process, log)
        wait_for(lambda: "startup complete" in server.log(), 120)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(60)
        finally:
            process.kill()
            process.wait()


class Visitor:
    """A browser behind a load balancer: its cookies go to whichever server it is sent to."""

    def __init__(self) -> None:
        """Begin without cookies."""
        self.cookies: dict[str, str] = {}

    def ask(self, server: RealServer, method: str, path: str, **more: Any) -> httpx2.Response:
        """Send a request with the cookies, and the token of forms where it changes something."""
        headers = {**BROWSER, "accept-language": "en"}
        headers["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method != "GET":
            name = cookies.SESSION if cookies.SESSION in self.cookies else cookies.FORM
            headers[csrf.HEADER] = form_token(self.cookies[name])
        answer = server.ask(method, path, headers=headers, **more)
        for line in answer.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
                if not morsel.value:
                    del self.cookies[name]
        return answer

    def sign_in(self, server: RealServer) -> None:
        """Sign in with the sample account; it must succeed."""
        self.ask(server, "GET", "/sign-in")
        form = {"name": NAME, "password": PASSWORD}
        answer = self.ask(server, "POST", "/sign-in", data=form)
        assert answer.status_code == 303, answer.text
