"""Every comparison of the gate where nothing is kept of the SQL of earlier ones: `make verify-metrics`."""

from __future__ import annotations

from pathlib import Path

import pytest

from leitstand.metrics import source
from running import Company
from semantic.test_company import seconds_of_comparisons


def test_with_nothing_kept_all_marts_are_compared_in_twenty_seconds(
    demo: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the clock: as after a metric has changed; later comparisons read the SQL that this one wrote."""
    monkeypatch.setattr(source, "CACHE", tmp_path)
    taken, cpu = seconds_of_comparisons(demo)
    print(f"all marts compared in {taken:.1f} s, {cpu:.1f} s of CPU")
    assert any(tmp_path.iterdir())
    assert taken <= 20
