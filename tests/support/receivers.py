"""Receiver of webhooks on this machine, for the tests."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


@dataclass
class Receiver:
    """Received webhooks, and the settings of the answer."""

    url: str = ""
    status: int = 204
    location: str | None = None
    """Target of a redirecting answer."""
    may_answer: threading.Event = field(default_factory=threading.Event)
    """Set from the start; while it is cleared, requests hang."""
    body: bytes = b""
    received: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    """Path, headers with names in small letters, and body."""


def self_signed(name: str, file: Path) -> Path:
    """Write a self-signed certificate of a host with its key to a file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    moment = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(moment - timedelta(days=1))
        .not_valid_after(moment + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    return file


@contextmanager
def receiver(certificate: Path | None = None) -> Iterator[Receiver]:
    """Open a receiver on the loopback; with a certificate it takes TLS only."""
    opened = Receiver()
    opened.may_answer.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            headers = {name.lower(): value for name, value in self.headers.items()}
            opened.received.append((self.path, headers, self.rfile.read(length)))
            opened.may_answer.wait(60)
            self.send_response(opened.status)
            if opened.location is not None:
                self.send_header("location", opened.location)
            self.send_header("content-length", str(len(opened.body)))
            self.end_headers()
            self.wfile.write(opened.body)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Ignore senders that disconnect before the answer."""

    server = Server(("127.0.0.1", 0), Handler)
    if certificate is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    opened.url = f"http://127.0.0.1:{server.server_port}/events"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield opened
    finally:
        opened.may_answer.set()
        server.shutdown()
        server.server_close()
        thread.join()
