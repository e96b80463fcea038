"""`matcher serve`: the HTTP API."""

import socket
from contextlib import suppress
from typing import Annotated

import typer

from matcher.commands.options import Debug, Home, read_settings, tell
from matcher.errors import InputError, MatcherError

BACKLOG = 2048
"""Connections that may wait, as many as uvicorn lets."""


def serve(
    context: typer.Context,
    host: Annotated[
        str | None,
        typer.Option(
            help="Address to serve on; default 127.0.0.1, or MATCHER_HOST.", show_default=False
        ),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=65535,
            help="Port to serve on, 0 for a free one; default 8000, or MATCHER_PORT.",
            show_default=False,
        ),
    ] = None,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Serve the HTTP API until ctrl-c.

    Its documentation is at /docs. There are no keys or roles yet: keep it on 127.0.0.1 or
    behind a gateway.
    """
    settings = read_settings(context)
    chosen_port = settings.port if port is None else port
    with listen(host or settings.host, chosen_port) as listener:
        import uvicorn

        from api.app import create_app

        address = url(listener)
        tell(f"Serving on {address} (documentation: {address}/docs); stop with ctrl-c.")
        config = uvicorn.Config(create_app(settings), log_level="info")
        server = uvicorn.Server(config)
        with suppress(KeyboardInterrupt):  # ctrl-c is how a server is meant to end
            server.run(sockets=[listener])
        if not server.started:
            raise MatcherError("the server did not start; its log above says why")


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on the address, so that whoever comes early waits for an answer.

    Raises InputError where that is impossible.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as problem:
        raise InputError(f"cannot serve on {host!r}: {problem.strerror}; check --host") from None
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as problem:
        listener.close()
        raise InputError(
            f"cannot serve on {host} port {port}: {problem.strerror}; choose another --port or "
            "--host"
        ) from None
    return listener


def url(listener: socket.socket) -> str:
    """Where a bound socket can be reached."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
