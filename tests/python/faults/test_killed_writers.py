"""A writer is killed while it lands or builds: what is published stays, nothing is lost or doubled, and the
next one ends well. `verify_publication.py` kills those that publish.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import duckdb
import pytest

from faults.killed import kill
from leitstand.build import build, read_build
from leitstand.config import Company, load_company
from leitstand.errors import BadInput
from leitstand.land import land
from leitstand.publish import current_release
from parsed import parsed
from running import HISTORY, KEY, LEADS, leitstand

LEAD = "4,2026-01-08 10:00:00,dora@haus.example,website\n"
SIGNALS = "4,MQL,2026-01-14 09:00:00\n4,Accepted,2026-01-15 09:00:00\n"
FUNNEL = """
    select coalesce(sum(entered), 0), coalesce(sum(converted), 0) from kpi.kpi.kpi_funnel_conversion
    where basis = 'to_date' and from_stage = 'mql' and to_stage = 'sal'
"""
MODEL = "warehouse/target/run/leitstand/models/staging/files/stg_files__persons.sql"


def test_killed_while_it_lands_or_builds_nothing_is_lost_doubled_or_published(
    changed_company: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEITSTAND_KEY", KEY)
    former, company = shown(changed_company), load_company(changed_company)
    (changed_company / "files" / "crm" / "leads.csv").write_text(LEADS + LEAD)
    (changed_company / "files" / "crm" / "history.csv").write_text(HISTORY + SIGNALS)
    before = {("persons", 1): 3, ("stage_signals", 1): 3}

    kill("leitstand.land.load:commit", partial(land, company))
    assert landed(changed_company) == before
    kill("leitstand.land.load:commit:after", partial(land, company))
    assert land(company).load_number is None
    assert landed(changed_company) == before | {("persons", 2): 4, ("stage_signals", 2): 5}

    kill(f"file:{changed_company / MODEL}", partial(build_as_parsed, company))
    with pytest.raises(BadInput, match="expected a finished build, found none"):
        read_build(company)
    assert (shown(changed_company), published(changed_company)) == (former, (2, 1))
    outcome = leitstand("run", "-c", str(changed_company), key=KEY)
    assert outcome.code == 0, outcome.err
    assert landed(changed_company) == before | {("persons", 2): 4, ("stage_signals", 2): 5}
    assert shown(changed_company) != former and published(changed_company) == (3, 2)


def build_as_parsed(company: Company) -> None:
    """Build as the command does, by what its last build has parsed: parsing takes longer than all else."""
    from dbt.cli import main

    manifest = parsed(company)
    runner = main.dbtRunner
    main.dbtRunner = lambda **named: runner(**named | {"manifest": manifest})
    build(company)


def shown(company: Path) -> Path:
    """The release that `current` names."""
    release = current_release(load_company(company))
    assert release is not None
    return release


def published(company: Path) -> tuple[int, int]:
    """MQLs and those accepted, as BI reads them."""
    with duckdb.connect(str(company / "releases" / "current" / "kpi.duckdb"), read_only=True) as db:
        row = db.execute(FUNNEL).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


def landed(company: Path) -> dict[tuple[str, int], int]:
    """Rows by entity and load."""
    with duckdb.connect(str(company / "warehouse" / "leitstand.duckdb"), read_only=True) as db:
        rows = db.execute("select entity, load_number, rows_landed from landing.files").fetchall()
    return {(entity, load): count for entity, load, count in rows}
