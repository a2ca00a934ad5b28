"""Fixtures that several test modules share: a tiny company in a temporary folder, and the real data."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

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
