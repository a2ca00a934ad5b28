"""Fixtures that several test modules share: a tiny company in a temporary folder, and the real data."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from leitstand.config import PROJECT_ROOT
from running import Company, leitstand, run_own_company
from tiny_company import TinyCompany

REAL_DATA = "LEITSTAND_REAL_DATA"


@pytest.fixture
def make_company(tmp_path: Path) -> Callable[..., TinyCompany]:
    """Make a tiny company: `make_company(mapping, {"leads.csv": "…"})`; more connections by `.connect`."""

    def make(mapping: str, files: dict[str, str | bytes], connection: str = "crm") -> TinyCompany:
        tiny = TinyCompany(tmp_path / "company").connect(mapping, connection)
        for name, content in files.items():
            tiny.export(name, content, connection)
        return tiny

    return make


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data; a test that needs it is left out, with the reason, where there is none."""
    folder = os.environ.get(REAL_DATA)
    if not folder or not Path(folder).is_dir():
        pytest.skip(f"{REAL_DATA} names no folder of real data")
    return Path(folder).resolve()


@pytest.fixture(scope="session")
def demo() -> Company:
    """The built-in company after `leitstand demo`."""
    return Company(PROJECT_ROOT, leitstand("demo", "--json").json)


@pytest.fixture(scope="session")
def own_company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """A company made with `leitstand init` that has run once, with a key of its own. Copy it to change it."""
    return run_own_company(tmp_path_factory.mktemp("own") / "acme")


@pytest.fixture
def changed_company(own_company: Company, tmp_path: Path) -> Path:
    """A copy of that company's folder, to break."""
    folder = tmp_path / "acme"
    shutil.copytree(own_company.folder, folder, symlinks=True)
    return folder
