"""A company that has published nothing yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from leitstand.config import Company
from tiny_company import TinyCompany


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return TinyCompany(tmp_path / "company").set().company
