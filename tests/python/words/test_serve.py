"""The server asked over real HTTP, while two releases follow one another."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from leitstand.config import Company, load_company
from leitstand.errors import LeitstandError
from leitstand.init import init
from leitstand.publish import Release, make_current
from leitstand.serve import served


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """A company that has published nothing."""
    init(tmp_path / "acme")
    company = load_company(tmp_path / "acme")
    company.releases.mkdir(exist_ok=True)
    return company


@pytest.fixture
def address(company: Company) -> Iterator[tuple[str, int]]:
    """Where its report is served."""
    with served(company) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield "127.0.0.1", server.server_port
        server.shutdown()
        thread.join()


def publish(company: Company, release_id: str) -> Path:
    """Write a release with its pages, and show it as `leitstand publish` does."""
    folder = company.releases / release_id
    (folder / "gate" / "audit").mkdir(parents=True)
    report = folder / f"report_{company.settings.report.language}"
    report.mkdir()
    (report / "index.html").write_text(f"<!doctype html><title>{release_id} ü</title>", encoding="utf-8")
    (folder / "gate" / "gate.html").write_text("<!doctype html><title>gate</title>", encoding="utf-8")
    (folder / "gate" / "audit" / "index.html").write_text("audit", encoding="utf-8")
    for name in ("kpi.duckdb", "kpi_scorecard.parquet", "gate/gate.json", ".hidden.html"):
        (folder / name).write_text("data", encoding="utf-8")
    make_current(company, Release(release_id, folder, 1, is_new=True))
    return folder


def ask(
    address: tuple[str, int], path: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection(*address, timeout=5)
    connection.request(
        method, path, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    answer = connection.getresponse()
    content = answer.read().decode()
    connection.close()
    return answer.status, dict(answer.getheaders()), content


def test_it_shows_the_current_release_and_follows_publications(
    company: Company, address: tuple[str, int]
) -> None:
    assert ask(address, "/")[0] == 503
    publish(company, "2026-06-01-aaaaaaaaaa")
    status, headers, _ = ask(address, "/")
    assert status == 302
    page = headers["Location"]
    status, headers, content = ask(address, page)
    assert (status, content) == (200, "<!doctype html><title>2026-06-01-aaaaaaaaaa ü</title>")
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-cache"
    assert ask(address, page, If_None_Match=headers["ETag"])[0] == 304
    publish(company, "2026-07-01-bbbbbbbbbb")
    status, after, content = ask(address, page, If_None_Match=headers["ETag"])
    assert (status, "2026-07-01-bbbbbbbbbb" in content) == (200, True)
    assert after["ETag"] != headers["ETag"]


def test_a_report_of_several_pages_is_served_with_its_types(
    company: Company, address: tuple[str, int]
) -> None:
    folder = publish(company, "2026-06-01-aaaaaaaaaa")
    report = folder / f"report_{company.settings.report.language}"
    types = {
        "index.html": "text/html; charset=utf-8",
        "report.pdf": "application/pdf",
        "chart.svg": "image/svg+xml",
    }
    for name in (*types, "figures.json"):
        (report / name).write_text("content", encoding="utf-8")
    assert ask(address, "/")[1]["Location"] == f"/{report.name}/index.html"
    for name, kind in types.items():
        status, headers, _ = ask(address, f"/{report.name}/{name}")
        assert (status, headers["Content-Type"]) == (200, kind)
    assert ask(address, f"/{report.name}/figures.json")[0] == 404
    assert ask(address, f"/{report.name}/")[0] == 404


def test_a_head_request_has_no_content(company: Company, address: tuple[str, int]) -> None:
    publish(company, "2026-06-01-aaaaaaaaaa")
    page = ask(address, "/")[1]["Location"]
    status, headers, content = ask(address, page, "HEAD")
    assert (status, content) == (200, "")
    assert int(headers["Content-Length"]) == len(ask(address, page)[2].encode())


@pytest.mark.parametrize(
    "path",
    [
        "/kpi.duckdb",
        "/kpi_scorecard.parquet",
        "/gate/gate.json",
        "/gate/",
        "/gate",
        "/gate/audit/",
        "/gate/audit/index.html",
        "/.hidden.html",
        "/../ledger/values.parquet",
        "/%2e%2e/secret.html",
        "/..%2fsecret.html",
        "/report_de/../../secret.html",
        "/report_de/..%5c..%5csecret.html",
        "//secret.html",
        "/report_de/index.html%00.html",
        "/report_xx/link.html",
        "/page_de.html",
        "/report_de/nothing.html",
    ],
)
def test_nothing_but_pages_is_served(company: Company, address: tuple[str, int], path: str) -> None:
    folder = publish(company, "2026-06-01-aaaaaaaaaa")
    (company.releases / "secret.html").write_text("secret", encoding="utf-8")
    (folder / "report_xx").mkdir()
    (folder / "report_xx" / "link.html").symlink_to(company.releases / "secret.html")
    status, headers, content = ask(address, path)
    assert (status, content) == (404, "There is no such page.\n")
    assert headers["Content-Type"] == "text/plain; charset=utf-8"


def test_the_gates_page_is_served(company: Company, address: tuple[str, int]) -> None:
    publish(company, "2026-06-01-aaaaaaaaaa")
    assert ask(address, "/gate/gate.html")[0] == 200


def test_only_reading_is_possible(company: Company, address: tuple[str, int]) -> None:
    publish(company, "2026-06-01-aaaaaaaaaa")
    for method in ("POST", "PUT", "DELETE"):
        assert ask(address, "/report_de/index.html", method)[0] == 501


def test_another_name_of_this_machine_is_not_answered(company: Company, address: tuple[str, int]) -> None:
    """A page of another site that has its name point here cannot read the figures."""
    publish(company, "2026-06-01-aaaaaaaaaa")
    assert ask(address, "/report_de/index.html", Host="evil.example:8310")[0] == 421
    assert ask(address, "/gate/gate.html", Host="localhost:8310")[0] == 200


def test_a_port_that_is_taken_is_one_message(company: Company, address: tuple[str, int]) -> None:
    host, port = address
    with (
        pytest.raises(LeitstandError, match=rf"{host}:{port}: expected an address to listen on"),
        served(company, host=host, port=port),
    ):
        pass
