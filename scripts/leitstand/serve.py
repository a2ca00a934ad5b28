"""Shows the report of the current release in a browser, and follows publications.

Only pages are served, none of the data beside them. Every request looks anew which release is current, so the
first one after a publication shows it; nothing has to be started again.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import unquote, urlsplit

from leitstand.config import Company
from leitstand.errors import LeitstandError
from leitstand.publish import current_release

LOOPBACK = "127.0.0.1"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".pdf": "application/pdf",
}
NAME = r"[A-Za-z0-9_][\w.-]*"
# The pages of a release: of a report, and what the gate says of it.
PAGE = re.compile(rf"(?:report_\w+/{NAME}|gate/gate\.html)")
NOTHING_YET = "Nothing has been published yet. Run `leitstand run`, then load this page again."


def is_loopback(host: str) -> bool:
    """True where only this machine can reach the address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def served(company: Company, *, host: str = LOOPBACK, port: int = 0) -> Iterator[ThreadingHTTPServer]:
    """A server of the company's current release; `serve_forever` runs it, the end of the block closes it.

    Parameters:
        company: whose releases.
        host: address to listen on; anything but loopback shows the figures to the network.
        port: port to listen on; 0 takes a free one, which `server_port` tells.

    Raises:
        LeitstandError: the address cannot be listened on.
    """

    class Pages(_Pages):
        shown = company
        is_open = not is_loopback(host)

    try:
        server = ThreadingHTTPServer((host, port), Pages)
    except OSError as error:
        raise LeitstandError(
            f"{host}:{port}: expected an address to listen on, found: {error.strerror or error}. "
            f"Name another with --port or --host."
        ) from error
    server.daemon_threads = True
    with server:
        yield server


class _Pages(BaseHTTPRequestHandler):
    """Answers requests for pages; for anything else there is nothing here."""

    shown: ClassVar[Company]
    is_open: ClassVar[bool]
    server_version = "Leitstand"
    sys_version = ""
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer with a page."""
        self._answer()

    def do_HEAD(self) -> None:
        """Answer with what a page's head would be."""
        self._answer()

    def log_message(self, format: str, *args: object) -> None:
        """Keep no record of who reads what."""

    def _answer(self) -> None:
        if not self.is_open and not self._is_asked_as_loopback():
            self._say(HTTPStatus.MISDIRECTED_REQUEST, "This address is not served here.")
            return
        release = current_release(self.shown)
        if release is None:
            self._say(HTTPStatus.SERVICE_UNAVAILABLE, NOTHING_YET)
            return
        path = unquote(urlsplit(self.path).path).lstrip("/")
        if not path:
            self._lead_to_first_page(release)
            return
        file = release / path
        is_page = PAGE.fullmatch(path) is not None and file.suffix in TYPES and file.is_file()
        if not is_page or not file.resolve().is_relative_to(release):
            self._say(HTTPStatus.NOT_FOUND, "There is no such page.")
            return
        self._show(file)

    def _is_asked_as_loopback(self) -> bool:
        """Whether the browser was sent here by an address of this machine, and by no name of another."""
        return is_loopback(urlsplit(f"//{self.headers.get('Host', '')}").hostname or "")

    def _lead_to_first_page(self, release: Path) -> None:
        page = f"report_{self.shown.settings.report.language}/index.html"
        if (release / page).is_file():
            self._head(HTTPStatus.FOUND, "text/plain; charset=utf-8", 0, {"Location": f"/{page}"})
            return
        self._say(HTTPStatus.SERVICE_UNAVAILABLE, "The release has no report. Run `leitstand report`.")

    def _show(self, file: Path) -> None:
        content = file.read_bytes()
        tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        if self.headers.get("If-None-Match") == tag:
            self._head(HTTPStatus.NOT_MODIFIED, TYPES[file.suffix], None, {"ETag": tag})
            return
        self._head(HTTPStatus.OK, TYPES[file.suffix], len(content), {"ETag": tag})
        if self.command == "GET":
            self.wfile.write(content)

    def _say(self, status: HTTPStatus, text: str) -> None:
        content = f"{text}\n".encode()
        self._head(status, "text/plain; charset=utf-8", len(content), {})
        if self.command == "GET":
            self.wfile.write(content)

    def _head(self, status: HTTPStatus, kind: str, length: int | None, more: dict[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if length is not None:
            self.send_header("Content-Length", str(length))
        for name, value in (
            ("Cache-Control", "no-cache"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
            ("Referrer-Policy", "no-referrer"),
            *more.items(),
        ):
            self.send_header(name, value)
        self.end_headers()
