"""Every comparison of the gate where nothing is kept of the SQL of earlier ones: `make verify-metrics`."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from leitstand.metrics import source
from running import Company
from semantic.test_company import seconds_of_comparisons


def test_with_nothing_kept_all_marts_are_compared_in_thirty_seconds(
    demo: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first comparison after a metric has changed; later ones read the SQL that it wrote."""
    monkeypatch.setattr(source, "CACHE", tmp_path)
    before = time.process_time()
    taken = seconds_of_comparisons(demo)
    print(f"all marts compared in {taken:.1f} s, {time.process_time() - before:.1f} s of CPU")
    assert any(tmp_path.iterdir())
    assert taken <= 30
