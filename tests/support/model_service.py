"""A model service on the loopback, for the tests: it answers well, or as badly as it is told."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from models.fake import FakeEncoder

MODEL = "sample/bge"
DIMENSION = 16
Fault = Callable[["Handler", Any], None]
"""Answer of a handler to the JSON of a request."""


@dataclass
class ModelService:
    """What a service received, and how it answers."""

    url: str = ""
    received: list[tuple[str, Mapping[str, str], Any]] = field(default_factory=list)
    """Path, headers with names in small letters, and JSON of each request."""
    faults: list[Fault] = field(default_factory=list)
    """Answers to the next POST requests, in turn; then it answers well."""
    models: Any = None
    """Answer to GET /v1/models; None: there is no such path."""
    encoder: FakeEncoder = field(default_factory=lambda: FakeEncoder(DIMENSION))
    go_on: threading.Event = field(default_factory=threading.Event)
    """Ends hanging answers."""

    @property
    def address(self) -> str:
        """Value of MATCHER_MODEL and of MATCHER_RERANKER."""
        return f"openai+{self.url}#{MODEL}"

    def texts(self) -> list[list[str]]:
        """Texts of each request for vectors."""
        return [body["input"] for path, _, body in self.received if path == "/v1/embeddings"]


class Handler(BaseHTTPRequestHandler):
    """Handler of a request to the service."""

    protocol_version = "HTTP/1.1"
    service: ModelService

    def do_GET(self) -> None:
        """Answer with the models."""
        self.service.received.append((self.path, self._headers(), None))
        if self.service.models is None:
            self.answer(404, {"detail": "Not Found"})
        else:
            self.answer(200, self.service.models)

    def do_POST(self) -> None:
        """Answer with vectors or scores, or with the next fault."""
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.service.received.append((self.path, self._headers(), body))
        fault = self.service.faults.pop(0) if self.service.faults else well
        fault(self, body)

    def answer(self, status: int, content: Any, headers: Mapping[str, str] | None = None) -> None:
        """Send an answer; bytes go as they are, all else as JSON."""
        sent = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in {"content-length": str(len(sent)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, format: str, *arguments: object) -> None:
        """Log nothing."""

    def _headers(self) -> dict[str, str]:
        return {name.lower(): value for name, value in self.headers.items()}


def vectors(service: ModelService, texts: Sequence[str]) -> list[dict[str, Any]]:
    """Return the list of vectors of a good answer."""
    rows = 3 * service.encoder.encode(texts, "passage")  # as servers that do not normalise
    return [
        {"object": "embedding", "index": index, "embedding": row.tolist()}
        for index, row in enumerate(rows)
    ]


def well(handler: Handler, body: Any) -> None:
    """Answer as it should be."""
    if handler.path.endswith("/rerank"):
        handler.answer(200, reranked(handler, body))
    else:
        handler.answer(200, {"data": vectors(handler.service, body["input"])})


def reranked(handler: Handler, body: Any) -> Any:
    """Return the shares of the characters of a need in each document, the best first."""
    texts = body.get("documents") or body["texts"]
    shares = [len({*text} & {*body["query"]}) / len({*body["query"]}) for text in texts]
    order = sorted(range(len(texts)), key=lambda index: -shares[index])
    if "texts" in body:
        return [{"index": index, "score": shares[index]} for index in order]
    return {"results": [{"index": i, "relevance_score": shares[i]} for i in order]}


def status(number: int, content: Any = b"", **headers: str) -> Fault:
    """Fault: a status."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler, _: handler.answer(number, content, sent)


def content(sent: Any) -> Fault:
    """Fault: another content."""
    return lambda handler, _: handler.answer(200, sent)


def changed(change: Callable[[list[dict[str, Any]]], Any]) -> Fault:
    """Fault: a change of the list of vectors."""

    def answer(handler: Handler, body: Any) -> None:
        handler.answer(200, {"data": change(vectors(handler.service, body["input"]))})

    return answer


def hang(handler: Handler, _: Any) -> None:
    """Fault: no answer."""
    handler.service.go_on.wait(60)
    handler.close_connection = True


def drip(handler: Handler, _: Any) -> None:
    """Fault: an answer that comes drop by drop and has no end."""
    handler.send_response(200)
    handler.send_header("content-length", "1000000")
    handler.end_headers()
    while not handler.service.go_on.wait(0.05):
        handler.wfile.write(b" ")
        handler.wfile.flush()
    handler.close_connection = True


def cut(handler: Handler, _: Any) -> None:
    """Fault: the connection ends within the answer."""
    handler.send_response(200)
    handler.send_header("content-length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"data": [')
    handler.close_connection = True


@contextmanager
def model_service(port: int = 0) -> Iterator[ModelService]:
    """Open a service on the loopback."""
    opened = ModelService()

    class Own(Handler):
        service = opened

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Ignore clients that disconnect before the answer."""

    server = Server(("127.0.0.1", port), Own)
    opened.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield opened
    finally:
        opened.go_on.set()
        server.shutdown()
        server.server_close()
        thread.join()
