"""Every comparison of the gate where nothing is kept of the SQL of earlier ones: `make verify-metrics`."""

from __future__ import annotations

import json
import time
from pathlib import Path

import duckdb
import pytest

from leitstand.gate import Status
from leitstand.gate.lineage import Lineage
from leitstand.gate.metrics import metric_checks
from leitstand.metrics import source
from leitstand.metrics.reconciliation import comparisons
from running import Company


def test_all_marts_are_compared_in_twenty_seconds(
    demo: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of CPU; the time by the clock is said."""
    monkeypatch.setattr(source, "CACHE", tmp_path)
    target = demo.folder / "target"
    lineage = Lineage(json.loads((target / "manifest.json").read_text(encoding="utf-8")))
    with duckdb.connect(str(demo.folder / "warehouse" / "leitstand.duckdb"), read_only=True) as db:
        cpu, clock = time.process_time(), time.monotonic()
        checks = metric_checks(db, target, lineage)
        cpu, clock = time.process_time() - cpu, time.monotonic() - clock
    print(f"{len(checks)} checks in {cpu:.1f} s of CPU, {clock:.1f} s by the clock")
    assert {check.status for check in checks} == {Status.passed}
    assert len(checks) > len(comparisons(target))
    assert any(tmp_path.iterdir())
    assert cpu <= 20
