"""What Superset, or what stands at its address, may answer: one message each, that says what to do."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath

import pytest

from bi.contract import release_of_contract
from leitstand.bi import make_in_superset
from leitstand.bi.assets import assets_of
from leitstand.bi.superset import Made, superset
from leitstand.config import load_company
from leitstand.errors import BadInput, LeitstandError
from running import leitstand

LOGIN = 'data-bootstrap="{&#34;version_string&#34;: &#34;%s&#34;}"'
FILE = PurePosixPath("/srv/kpi.duckdb")


@dataclass
class Answers:
    """What a server says to each path; what was sent there."""

    version: str = "6.1.0"
    said: dict[str, tuple[int, object]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


@contextmanager
def serve(answers: Answers) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answers.asked.append(self.path)
            path, _, question = self.path.partition("?")
            content: object = {"access_token": "t", "result": [] if question else "csrf"}
            status, content = answers.said.get(path, (200, content))
            body = (LOGIN % answers.version) if self.path == "/login/" else json.dumps(content)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

        do_GET = do_POST = answer

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def make(answers: Answers) -> Made:
    with serve(answers) as url, superset(url, "admin", "secret-word") as session:
        return session.make(release_of_contract(), FILE, "en")


def test_everything_is_sent_in_one_bundle() -> None:
    answers = Answers()
    make(answers)
    sent = [path for path in answers.asked if "?" not in path]
    assert sent[-2:] == ["/api/v1/database/test_connection/", "/api/v1/assets/import/"]


def test_what_is_no_longer_made_is_named_and_what_is_not_ours_is_not() -> None:
    """On our datasets people may have charts of their own, and others may be managed from outside, too."""
    assets = assets_of(release_of_contract(), FILE, "en")
    ours, chart, board = next(iter(assets.datasets)), next(iter(assets.charts)), next(iter(assets.dashboards))

    def dataset(number: int, uuid: str, database: str) -> object:
        return {
            "id": number,
            "uuid": uuid,
            "database": {"uuid": database},
            "table_name": f"table_{number}",
            "explore_url": f"/explore/{number}",
        }

    def thing(number: int, uuid: str, is_managed: bool, *more: tuple[str, object]) -> object:
        return {
            "id": number,
            "uuid": uuid,
            "is_managed_externally": is_managed,
            "slice_name": f"chart {number}",
            "dashboard_title": f"board {number}",
            "url": f"/{number}",
            **dict(more),
        }

    def shown(number: int, uuid: str, is_managed: bool, dataset: int, *boards: int) -> object:
        places = ("dashboards", [{"id": board} for board in boards])
        return thing(number, uuid, is_managed, ("datasource_id", dataset), places)

    database = assets.database["uuid"]
    answers = Answers(
        said={
            "/api/v1/dataset/": (
                200,
                {
                    "result": [
                        dataset(1, ours, database),
                        dataset(2, "gone", database),
                        dataset(3, "theirs", database),
                        dataset(4, "elsewhere", "another"),
                    ]
                },
            ),
            "/api/v1/dataset/2": (200, {"result": {"is_managed_externally": True}}),
            "/api/v1/dataset/3": (200, {"result": {"is_managed_externally": False}}),
            "/api/v1/chart/": (
                200,
                {
                    "result": [
                        shown(1, chart, True, 1, 1, 2, 3),
                        shown(2, "gone", True, 2),
                        shown(3, "theirs", False, 1),
                        shown(4, "elsewhere", True, 4, 4),
                    ]
                },
            ),
            "/api/v1/dashboard/": (
                200,
                {
                    "result": [
                        thing(1, board, True),
                        thing(2, "gone", True),
                        thing(3, "theirs", False),
                        thing(4, "elsewhere", True),
                    ]
                },
            ),
        }
    )
    left_over = make(answers).left_over
    assert [(old.kind, old.name) for old in left_over] == [
        ("dashboard", "board 2"),
        ("chart", "chart 2"),
        ("dataset", "table_2"),
    ]
    assert left_over[2].address.endswith("/explore/2")


def test_pages_are_asked_in_an_order_that_superset_has() -> None:
    """Without one, an object may stand on two pages, and another on none."""
    answers = Answers()
    make(answers)
    asked = [path for path in answers.asked if "?" in path]
    assert asked == [
        f"/api/v1/{kind}/?q=(order_column:{column},order_direction:asc,page:0,page_size:100)"
        for kind, column in (
            ("dataset", "table_name"),
            ("chart", "slice_name"),
            ("dashboard", "dashboard_title"),
        )
    ]


@pytest.mark.parametrize(
    ("path", "answer", "said"),
    [
        ("/api/v1/chart/", (403, {"message": "Forbidden"}), "Forbidden"),
        ("/api/v1/dashboard/", (500, "broken"), "Internal Server Error"),
        ("/api/v1/dataset/", (200, {"count": 0}), "an answer without 'result'"),
        ("/api/v1/chart/", (200, {"result": [{"uuid": "u"}]}), "an answer without 'is_managed_externally'"),
    ],
    ids=["rights", "fault", "result", "key"],
)
def test_what_cannot_be_listed_does_not_undo_what_was_made(
    path: str, answer: tuple[int, object], said: str
) -> None:
    made = make(Answers(said={path: answer}))
    assert (made.not_listed, made.left_over) == (said, ())
    assert (made.charts, len(made.dashboards)) == (23, 3)


def test_the_command_says_what_cannot_be_listed(
    make_company: Callable[..., object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_company("connection: crm\nfiles: []\n", {})
    made = Made("6.1.0", "Leitstand", 31, 23, {}, not_listed="Forbidden")
    monkeypatch.setattr("leitstand.bi.make_in_superset", lambda *_, **__: made)
    outcome = leitstand("bi", "superset", "--url", "http://127.0.0.1:9", "-c", str(tmp_path / "company"))
    assert (outcome.code, outcome.out.splitlines()[1:]) == (
        0,
        ["What an earlier call made and this one does not could not be listed: Forbidden."],
    )


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (
            Answers(said={"/api/v1/security/login": (401, {"message": "Not authorized"})}),
            "expected a user and a password .* SUPERSET_USER and SUPERSET_PASSWORD, found Not authorized",
        ),
        (Answers(version="4.1.2"), "expected Apache Superset 6.0 or newer, found 4.1.2. Upgrade it"),
        (Answers(said={"/login/": (404, "")}), r"expected an Apache Superset, found .* \(status 404\)"),
        (
            Answers(said={"/api/v1/assets/import/": (403, {"message": "Forbidden"})}),
            "expected a user who may import assets, .* found Forbidden",
        ),
        (
            Answers(
                said={
                    "/api/v1/database/test_connection/": (
                        422,
                        {"errors": [{"message": "Could not load database driver: DuckDBEngineSpec"}]},
                    )
                }
            ),
            "package duckdb-engine.*found Could not load database driver.*--file",
        ),
        (
            Answers(
                said={"/api/v1/assets/import/": (422, {"errors": [{"message": "Error importing assets"}]})}
            ),
            "assets/import/: expected an answer, found status 422: Error importing assets",
        ),
    ],
    ids=["password", "old", "stranger", "rights", "driver", "bundle"],
)
def test_refusal_is_one_message(answers: Answers, message: str) -> None:
    with pytest.raises(BadInput, match=message) as caught:
        make(answers)
    assert "secret-word" not in str(caught.value)


def test_a_server_that_fails_is_no_bad_input() -> None:
    with pytest.raises(LeitstandError, match="found status 500") as caught:
        make(Answers(said={"/api/v1/assets/import/": (500, {"message": "Fatal error"})}))
    assert not isinstance(caught.value, BadInput)


@pytest.mark.parametrize(
    ("url", "error", "message"),
    [
        ("http://127.0.0.1:9", LeitstandError, "expected a Superset that answers, found no connection"),
        ("localhost:8088", BadInput, "expected an address that begins with http:// or https://"),
        ("http://", BadInput, "expected an address that begins with http:// or https://"),
    ],
)
def test_an_address_without_a_server(url: str, error: type[LeitstandError], message: str) -> None:
    with pytest.raises(error, match=message), superset(url, "admin", "secret-word"):
        pass


def test_what_is_missing_here(
    make_company: Callable[..., object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_company("connection: crm\nfiles: []\n", {})
    company = load_company(tmp_path / "company")
    with pytest.raises(BadInput, match="expected a current release, found none"):
        make_in_superset(company, "http://127.0.0.1:9", language="de", progress=print)
    (company.releases / "2026-07-01-a").mkdir(parents=True)
    (company.releases / "current").symlink_to("2026-07-01-a")
    monkeypatch.setenv("SUPERSET_USER", "admin")
    monkeypatch.delenv("SUPERSET_PASSWORD", raising=False)
    with pytest.raises(BadInput, match="found no SUPERSET_PASSWORD"):
        make_in_superset(company, "http://127.0.0.1:9", language="de", progress=print)
