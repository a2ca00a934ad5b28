"""The small release, made once."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_release import make_small_release


@pytest.fixture(scope="session")
def small_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of one month, by hand."""
    return make_small_release(tmp_path_factory.mktemp("releases") / "2026-07-01-0123456789")
