"""Real receivers on loopback: a web server that answers as it is told, and a mail server that speaks enough SMTP."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()


def verified(headers: Any, body: bytes, secret: str) -> bool:
    """The receiver's side of docs/delivery.md, which a test compares with this."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    name, stamp = headers["webhook-id"], headers["webhook-timestamp"]
    signed = f"{name}.{stamp}.".encode() + body
    mine = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    fresh = abs(time.time() - int(stamp)) < 300
    return fresh and any(hmac.compare_digest(mine, one) for one in headers["webhook-signature"].split())


@dataclass
class Web:
    """What a web server was sent, and what it answers: `answers` in turn, 204 when they are used up.

    An answer is a status, (status, headers), or seconds as a float to say nothing for.
    """

    port: int = 0
    answers: list[Any] = field(default_factory=list)
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def documents(self) -> list[Any]:
        return [json.loads(body) for _, _, body in self.requests]

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for _, headers, _ in self.requests]


@contextmanager
def web(*answers: Any, port: int = 0) -> Iterator[Web]:
    held = Web(answers=list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            held.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            answer = held.answers.pop(0) if held.answers else 204
            if isinstance(answer, float):
                time.sleep(answer)
                return
            status, headers = answer if isinstance(answer, tuple) else (answer, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST  # noqa: N815 - the base class calls it so

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    held.port = server.server_address[1]
    with _serving(server):
        yield held


@dataclass
class Post:
    """What a mail server took: (sender, readers, letter) each; `says` overrides its answer to a command."""

    port: int = 0
    says: dict[str, str] = field(default_factory=dict)
    letters: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)


class _MailTalk(socketserver.StreamRequestHandler):
    """One client's conversation; a subclass of `post_office` says with which certificate and what is kept."""

    held: Post
    tls: ssl.SSLContext | None
    from_start: bool

    def handle(self) -> None:
        if self.from_start:
            self._secure()
        self._say("220 here")
        sender, readers = "", []
        while line := self.rfile.readline():
            said = line.decode().strip()
            self.held.heard.append(said)
            word, address = said.split(" ")[0].upper(), said.partition("<")[2].partition(">")[0]
            if word == "MAIL":
                sender, readers = address, []
            if word == "RCPT":
                readers.append(address)
            answer = self.held.says.get(word.lower()) or self._answer(word)
            self._say(answer)
            if word == "STARTTLS":
                self._secure()
            if word == "DATA" and answer.startswith("354"):
                self.held.letters.append((sender, readers, b"".join(iter(self.rfile.readline, b".\r\n"))))
                self._say(self.held.says.get("letter", "250 taken"))

    def _answer(self, word: str) -> str:
        if word == "EHLO":
            starttls = "250-STARTTLS\r\n" if self.tls and not isinstance(self.connection, ssl.SSLSocket) else ""
            return f"250-here\r\n{starttls}250 AUTH PLAIN"
        return {"DATA": "354 go on", "QUIT": "221 bye", "STARTTLS": "220 go on", "AUTH": "235 known"}.get(
            word, "250 ok"
        )

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())
        self.wfile.flush()

    def _secure(self) -> None:
        assert self.tls is not None
        self.connection = self.tls.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb")

    def finish(self) -> None:
        try:
            super().finish()
            self.connection.close()
        except OSError:
            pass  # the client has gone


@contextmanager
def post_office(*, tls: ssl.SSLContext | None = None, from_start: bool = False, **says: str) -> Iterator[Post]:
    """A mail server; with `tls` it offers STARTTLS, or speaks TLS `from_start`."""
    held = Post(says=says)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass  # a client that does not trust us hangs up

    server = Server(("127.0.0.1", 0), type("Talk", (_MailTalk,), {"held": held, "tls": tls, "from_start": from_start}))
    held.port = server.server_address[1]
    with _serving(server):
        yield held


@contextmanager
def _serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
