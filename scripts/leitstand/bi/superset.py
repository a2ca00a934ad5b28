"""Apache Superset by its REST API: make everything, or make it anew, in one transaction."""

from __future__ import annotations

import html
import itertools
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

import requests

from leitstand.bi.assets import Assets, assets_of, connection_of
from leitstand.bi.release import PublishedRelease
from leitstand.errors import BadInput, LeitstandError, bad_input

USER, PASSWORD = "SUPERSET_USER", "SUPERSET_PASSWORD"
OLDEST = (6, 0)
# What objects of a kind are called. Superset orders by it, and by the number where names are the same.
NAMES = {"dataset": "table_name", "chart": "slice_name", "dashboard": "dashboard_title"}
_SECONDS = 120
_PAGE = 100


@dataclass(frozen=True)
class LeftOver:
    """What an earlier call made, and this one does not make any more."""

    kind: str
    name: str
    address: str


@dataclass(frozen=True)
class Made:
    """What stands in Superset after a call; dashboards by title, with their addresses."""

    version: str
    database: str
    datasets: int
    charts: int
    dashboards: dict[str, str]
    left_over: tuple[LeftOver, ...] = ()
    not_listed: str = ""
    """Why what is left over could not be found out."""


class _NotListedError(Exception):
    """Superset does not say what stands there."""


class Superset:
    """A session at one Superset. Use as a context; the credentials are kept nowhere else.

    Raises of all its methods:
        BadInput: the address is no Superset or too old a one; or it refuses credentials, file or bundle.
        LeitstandError: it cannot be reached, or fails by itself.
    """

    def __init__(self, url: str, user: str, password: str) -> None:
        """Log in at an address such as `http://localhost:8088`."""
        self.url = url.rstrip("/")
        self._session = requests.Session()
        self.version = self._find_version()
        token = self.post(
            "/api/v1/security/login",
            json={"username": user, "password": password, "provider": "db", "refresh": False},
        )["access_token"]
        self._session.headers["Authorization"] = f"Bearer {token}"
        csrf = self.get("/api/v1/security/csrf_token/")["result"]
        self._session.headers.update({"X-CSRFToken": csrf, "Referer": self.url})

    def close(self) -> None:
        """Forget the session."""
        self._session.close()

    def make(self, release: PublishedRelease, file: PurePosixPath, language: str) -> Made:
        """Make database, datasets, charts and dashboards; `file` is the release as the server finds it."""
        connection = connection_of(release, file)
        self.post(
            "/api/v1/database/test_connection/",
            json=connection | {"extra": json.dumps(connection["extra"])},
        )
        assets = assets_of(release, file, language)
        bundle = {"bundle": ("leitstand.zip", assets.zipped(), "application/zip")}
        self.post("/api/v1/assets/import/", files=bundle, data={"passwords": "{}"})
        made = Made(
            self.version,
            connection["database_name"],
            len(assets.datasets),
            len(assets.charts),
            {
                board["dashboard_title"]: f"{self.url}/superset/dashboard/{key}/"
                for key, board in assets.dashboards.items()
            },
        )
        try:
            return replace(made, left_over=tuple(self._left_over(assets)))
        except _NotListedError as error:
            return replace(made, not_listed=str(error))
        except KeyError as error:
            return replace(made, not_listed=f"an answer without {error}")

    def _left_over(self, assets: Assets) -> Iterator[LeftOver]:
        """What is managed from outside and stands on the database, but is not among the assets.

        What people made themselves on the same datasets is not managed from outside.
        """
        datasets = {
            one["id"]: one
            for one in self._all("dataset")
            if one["database"].get("uuid") == assets.database["uuid"]
        }
        charts = [
            one
            for one in self._all("chart")
            if one["is_managed_externally"] and one["datasource_id"] in datasets
        ]
        shown = {board["id"] for chart in charts for board in chart["dashboards"]}
        for one in self._all("dashboard"):
            is_ours = one["is_managed_externally"] and one["id"] in shown
            if is_ours and one["uuid"] not in assets.dashboards:
                yield LeftOver("dashboard", one[NAMES["dashboard"]], self.url + one["url"])
        for one in charts:
            if one["uuid"] not in assets.charts:
                yield LeftOver("chart", one[NAMES["chart"]], self.url + one["url"])
        for number, one in datasets.items():
            if one["uuid"] not in assets.datasets and self._is_managed(number):
                yield LeftOver("dataset", one[NAMES["dataset"]], self.url + one["explore_url"])

    def _is_managed(self, dataset: int) -> bool:
        return bool(self._listed(f"/api/v1/dataset/{dataset}")["is_managed_externally"])

    def _all(self, kind: str) -> Iterator[Any]:
        """All objects of a kind, page by page."""
        for page in itertools.count():
            order = f"order_column:{NAMES[kind]},order_direction:asc"
            found = self._listed(f"/api/v1/{kind}/?q=({order},page:{page},page_size:{_PAGE})")
            yield from found
            if len(found) < _PAGE:
                return

    def _listed(self, path: str) -> Any:
        try:
            answer = self._session.get(self.url + path, timeout=_SECONDS)
            if not answer.ok:
                raise _NotListedError(_said(answer))
            return answer.json()["result"]
        except ValueError as error:
            raise _NotListedError("an answer that is no JSON") from error
        except requests.RequestException as error:
            raise _NotListedError(_cause(error)) from error

    def get(self, path: str, **options: Any) -> Any:
        """What the API answers to a question, such as `/api/v1/chart/`."""
        return self._call("GET", path, **options)

    def post(self, path: str, **options: Any) -> Any:
        """What the API answers to something sent."""
        return self._call("POST", path, **options)

    def _find_version(self) -> str:
        """The version, as the page of the login has it."""
        page = self._send("GET", "/login/")
        found = re.search(r'"version_string":\s*"((\d+)\.(\d+)[^"]*)"', html.unescape(page.text))
        if not page.ok or found is None:
            raise bad_input(
                self.url,
                expected="an Apache Superset",
                found=f"a page without its version (status {page.status_code})",
                remedy="Give the address that its login page has, without a path below it.",
            )
        if (int(found[2]), int(found[3])) < OLDEST:
            raise bad_input(
                self.url,
                expected=f"Apache Superset {'.'.join(map(str, OLDEST))} or newer",
                found=found[1],
                remedy="Upgrade it; 6.1.0 is what Leitstand is tested with.",
            )
        return found[1]

    def _send(self, method: str, path: str, **options: Any) -> requests.Response:
        try:
            return self._session.request(method, self.url + path, timeout=_SECONDS, **options)
        except requests.exceptions.InvalidURL as error:
            raise self._no_address(error) from error
        except (requests.exceptions.MissingSchema, requests.exceptions.InvalidSchema) as error:
            raise self._no_address(error) from error
        except requests.RequestException as error:
            raise LeitstandError(
                f"{self.url}: expected a Superset that answers, found {_cause(error)}. "
                f"Start it, or mend --url; nothing was changed there."
            ) from error

    def _no_address(self, error: Exception) -> BadInput:
        return bad_input(
            f"--url {self.url}",
            expected="an address that begins with http:// or https://",
            found=str(error),
            remedy="Example: --url http://localhost:8088",
        )

    def _call(self, method: str, path: str, **options: Any) -> Any:
        answer = self._send(method, path, **options)
        if answer.ok:
            return answer.json()
        said = _said(answer)
        if answer.status_code == 401:
            raise bad_input(
                self.url,
                expected=f"a user and a password that it knows, in {USER} and {PASSWORD}",
                found=said,
                remedy="Mend the two variables.",
            )
        if answer.status_code == 403:
            raise bad_input(
                self.url,
                expected="a user who may import assets, such as one with the role Admin",
                found=said,
                remedy=f"Give the user of {USER} that role, or name another.",
            )
        if path.endswith("/test_connection/"):
            raise bad_input(
                self.url,
                expected="a server that opens the release with DuckDB (package duckdb-engine, duckdb 1.5)",
                found=said,
                remedy="Install the package in Superset's environment, and name with --file the path by "
                "which its server finds releases/current/kpi.duckdb.",
            )
        failure = LeitstandError if answer.status_code >= 500 else BadInput
        raise failure(
            f"{self.url}{path}: expected an answer, found status {answer.status_code}: {said}. "
            f"Look into Superset's log; nothing was changed there."
        )


@contextmanager
def superset(url: str, user: str, password: str) -> Iterator[Superset]:
    """A session at a Superset for as long as the block lasts."""
    session = Superset(url, user, password)
    try:
        yield session
    finally:
        session.close()


def _cause(error: Exception) -> str:
    if isinstance(error, requests.Timeout):
        return f"no answer within {_SECONDS} s"
    if isinstance(error, requests.exceptions.SSLError):
        return "a certificate that is not trusted here"
    return "no connection"


def _said(answer: requests.Response) -> str:
    """What the server says went wrong, in one line."""
    try:
        content = answer.json()
    except ValueError:
        content = None
    if not isinstance(content, dict):
        return answer.reason or f"status {answer.status_code}"
    errors = [error.get("message") for error in content.get("errors", []) if isinstance(error, dict)]
    texts = [str(text) for text in errors or [content.get("message") or content.get("msg")] if text]
    return " ".join("; ".join(texts).split()) or f"status {answer.status_code}"
