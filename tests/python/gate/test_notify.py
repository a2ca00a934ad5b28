"""A closed gate tells people, and what cannot be sent never hides its reasons."""

from __future__ import annotations

import http.server
import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

from gate.test_written import FINDINGS
from leitstand.config import load_company
from leitstand.errors import BadInput
from leitstand.gate.notify import notify
from tiny_company import TinyCompany

SECRET = "hook-canary-7f3a"


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[int]:
    """Serve in the background; gives the port."""
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]  # type: ignore[misc]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def hook(posts: list[Any], status: int = 200) -> http.server.HTTPServer:
    """A webhook that keeps what it is told."""

    class Hook(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            posts.append((self.path, self.headers["Content-Type"], json.loads(body)))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    return http.server.HTTPServer(("127.0.0.1", 0), Hook)


def mail_server(letters: list[bytes]) -> socketserver.ThreadingTCPServer:
    """The least of SMTP (RFC 5321): greets, takes envelopes and letters."""

    class Smtp(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            while line := self.rfile.readline():
                if line.upper().startswith(b"DATA"):
                    self.wfile.write(b"354 go on\r\n")
                    letter = b""
                    while (text := self.rfile.readline()) != b".\r\n":
                        letter += text
                    letters.append(letter)
                elif line.upper().startswith(b"QUIT"):
                    self.wfile.write(b"221 bye\r\n")
                    return
                self.wfile.write(b"250 ok\r\n")

    return socketserver.ThreadingTCPServer(("127.0.0.1", 0), Smtp)


def tell(folder: Path, settings: dict[str, Any]) -> tuple[str, ...]:
    company = TinyCompany(folder).set(notify=settings).company
    return notify(company, FINDINGS, folder / "gate")


def test_a_webhook_gets_the_reasons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    posts: list[Any] = []
    with serving(hook(posts)) as port:
        monkeypatch.setenv("OUR_HOOK", f"http://127.0.0.1:{port}/{SECRET}")
        assert tell(tmp_path, {"webhook": {"url_variable": "OUR_HOOK"}}) == ()
    ((path, kind, content),) = posts
    assert path == f"/{SECRET}" and kind.startswith("application/json")
    assert content["company"] == "Testwerk GmbH" and content["gate"] == "closed"
    assert content["failed_checks"] == ["leads_are_whole"]
    assert content["untrustworthy_marts"] == ["kpi_handover", "kpi_scorecard", "x"]
    assert "leads_are_whole: Got 2 results" in content["text"]


def test_a_mail_gets_the_reasons(tmp_path: Path) -> None:
    letters: list[bytes] = []
    with serving(mail_server(letters)) as port:
        mail = {"host": "127.0.0.1", "port": port, "starttls": False, "sender": "leitstand@werk.example"}
        assert tell(tmp_path, {"mail": mail | {"recipients": ["revops@werk.example"]}}) == ()
    (letter,) = map(message_from_bytes, letters)
    assert letter["To"] == "revops@werk.example"
    assert letter["Subject"] == "Testwerk GmbH: the gate is closed, nothing was published"
    text = letter.get_payload(decode=True)
    assert isinstance(text, bytes) and b"makes untrustworthy: kpi_handover, kpi_scorecard" in text


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"webhook": {}}, "by webhook: the variable LEITSTAND_WEBHOOK_URL is not set"),
        ({"webhook": {"url_variable": "OUR_HOOK"}}, "by webhook: HTTPError 500"),
        ({"webhook": {"url_variable": "OUR_FILE"}}, "by webhook: OUR_FILE holds no address"),
        ({"mail": {"host": "127.0.0.1", "port": 9, "sender": "a@b", "recipients": ["c@d"]}}, "by mail: Conn"),
    ],
)
def test_what_cannot_be_sent_is_one_line_without_secrets(
    settings: dict[str, Any], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LEITSTAND_WEBHOOK_URL", raising=False)
    monkeypatch.setenv("OUR_FILE", f"file:///{SECRET}")
    with serving(hook([], 500)) as port:
        monkeypatch.setenv("OUR_HOOK", f"http://127.0.0.1:{port}/{SECRET}")
        (line,) = tell(tmp_path, settings)
    assert told in line and SECRET not in line


def test_no_secret_stands_in_the_settings(tmp_path: Path) -> None:
    tiny = TinyCompany(tmp_path).set(notify={"webhook": {"url": f"https://x.example/{SECRET}"}})
    with pytest.raises(BadInput, match=r"the key 'notify.webhook.url' is not known") as refused:
        load_company(tiny.folder)
    assert SECRET not in str(refused.value)
