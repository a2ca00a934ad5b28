"""Built day by day = built once = built shuffled, with rows that come late, corrected, twice, deleted and in
another order: for `make verify-faults`.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from faults.days import days, shuffled
from faults.delivered import build, columns_of, deliver, differing, new_company, other_bytes, publish
from running import KEY, Company

DAYS = 30
SEED = 7


def test_day_by_day_is_at_once_is_shuffled(
    own_company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every table of core and kpi row by row, and every published Parquet file byte by byte."""
    monkeypatch.setenv("LEITSTAND_KEY", KEY)
    pattern, made = own_company.folder, days(DAYS, SEED)
    folders = {name: new_company(tmp_path / name, pattern) for name in ("daily", "once", "mixed")}
    for day in made:
        daily = deliver(folders["daily"], day, day.leads, day.history)
        build(daily, pattern)
    last = made[-1]
    once = deliver(folders["once"], last, last.leads, last.history)
    mixed = deliver(folders["mixed"], last, shuffled(last.leads, SEED), shuffled(last.history, SEED))
    for company in (once, mixed):
        build(company, pattern)

    assert differing(daily, once) == []
    assert differing(once, mixed) == []
    releases = [publish(company) for company in (daily, once, mixed)]
    assert other_bytes(releases[0], releases[1]) == []
    assert other_bytes(releases[1], releases[2]) == []
    assert columns_of(releases[0]) == columns_of(releases[1]) == columns_of(releases[2]) != []
    with duckdb.connect(str(once.warehouse), read_only=True) as db:
        leads = db.execute("select count(*) from core.dim_lead").fetchone()
        months = db.execute("select sum(inquiries) from kpi.kpi_cost_per_qualified_lead").fetchone()
    assert leads is not None and leads[0] > 2 * DAYS and months is not None
    assert months[0] > 0
