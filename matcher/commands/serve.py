"""`matcher serve`: the pages for a browser and the HTTP API."""

import ctypes
import socket
from contextlib import suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.commands.options import Debug, Home, print_note, read_settings
from matcher.errors import InputError, MatcherError
from matcher.language.library_errors import os_error_text
from matcher.language.messages import _

if TYPE_CHECKING:
    from matcher.settings import Settings

MAX_HEAD_BYTES = 32_768
"""Bytes of a request's line and headers; beyond, the connection is closed without an answer.

`api.middleware.request_limits` answers smaller excesses with a status."""
KEEP_ALIVE_SECONDS = 75
"""Time until an idle connection is closed: longer than a gateway keeps one (nginx: 60), and than
the times after which clients are told to come again, or they send into one that closes."""
BACKLOG = 2048
"""Connections that may wait to be accepted, as many as uvicorn allows."""
MAX_HEAPS = 2
"""Heaps of the C library for all threads. glibc makes up to eight for each core, and each keeps the
space that its threads once needed."""
_M_ARENA_MAX = -8
"""Number of that parameter (mallopt(3))."""


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
    is_open: Annotated[
        bool,
        typer.Option(
            "--open",
            help="Serve beyond this machine although there are no keys: everybody may ask.",
        ),
    ] = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Serve the pages for a browser and the HTTP API until ctrl-c.

    Programs find the API's documentation at /docs. As soon as there is a key (matcher keys create)
    or an account (matcher users add), programs need a key and people sign in. Until then it serves
    this machine only, unless --open is given.
    """
    settings = read_settings(context)
    chosen_port = settings.port if port is None else port
    with listen(host or settings.host, chosen_port) as listener:
        check_open(settings, listener, is_open)
        address = url(listener)
        print_note(
            _(
                "Serving on {address} (open it in a browser; for programs: {address}/docs). "
                "Stop with ctrl-c.",
                address=address,
            )
        )
        _run_server(settings, listener)


def _run_server(settings: "Settings", listener: socket.socket) -> None:
    """Serve until ctrl-c. Raises MatcherError where the server cannot start."""
    import uvicorn

    from api.app import create_app
    from api.middleware import server_log

    _limit_heaps()
    config = uvicorn.Config(
        create_app(settings),
        http="h11",  # only its limit to headers can be set
        ws="none",
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        h11_max_incomplete_event_size=MAX_HEAD_BYTES,
        log_config=server_log.settings(settings.log_format),
        access_log=False,  # it would show paths and queries; api.request_log writes a line
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
    )
    server = uvicorn.Server(config)
    with suppress(KeyboardInterrupt):  # ctrl-c is how a server is meant to end
        server.run(sockets=[listener])
    if not server.started:
        raise MatcherError(_("the server did not start; its log above says why"))


def _limit_heaps() -> None:
    """Limit the heaps of the C library; others than glibc have no such parameter."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, MAX_HEAPS)


def check_open(settings: "Settings", listener: socket.socket, is_open: bool) -> None:
    """Raise InputError where other machines could use the API without a key, unless `is_open`."""
    from matcher.store import open_access
    from matcher.wiring.open import open_store

    if ip_address(listener.getsockname()[0].partition("%")[0]).is_loopback:
        return
    with open_store(settings) as store, store.reading() as connection:
        if not open_access.is_open(connection):
            return
    if not is_open:
        raise InputError(
            _(
                "there are no keys, so everybody who reaches this address could ask: make one "
                "(matcher keys create --role portal), serve on 127.0.0.1, or say --open"
            )
        )
    print_note(
        _(
            "WARNING: OPEN TO EVERYBODY who reaches this address, because there are no "
            "keys and --open was said. The first key (matcher keys create) ends that."
        )
    )


def listen(host: str, port: int) -> socket.socket:
    """Open a socket that listens on the address; early connections wait until the server runs.

    Raises InputError where that is impossible.
    """
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as problem:
        raise InputError(
            _(
                "cannot serve on {host!r}: {strerror}; check --host",
                host=host,
                strerror=os_error_text(problem),
            )
        ) from None
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as problem:
        listener.close()
        raise InputError(
            _(
                "cannot serve on {host} port {port}: {strerror}; choose another --port or --host",
                host=host,
                port=port,
                strerror=os_error_text(problem),
            )
        ) from None
    return listener


def url(listener: socket.socket) -> str:
    """Return the URL of a bound socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
