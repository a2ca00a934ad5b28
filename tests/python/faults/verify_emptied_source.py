"""A source that shrinks to nothing after ten days: empty files do not land, and what landed of all but
nothing is not let out.
"""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from faults.days import days, shuffled
from faults.delivered import build, deliver, new_company
from leitstand import gate
from leitstand.build import read_build
from leitstand.errors import BadInput, ChecksFailed
from running import KEY, Company

LOADS = 10
SEED = 7


def test_a_source_that_shrank_to_nothing_is_not_published(
    own_company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The border runs on what a company landed; dbt's tests, which see no other days, have passed."""
    monkeypatch.setenv("LEITSTAND_KEY", KEY)
    folder = new_company(tmp_path / "acme", own_company.folder)
    made = days(2 * LOADS + 1, SEED)
    leads, history = made[LOADS].leads, made[LOADS].history
    for number, day in enumerate(made[LOADS:-1]):
        company = deliver(folder, day, shuffled(leads, number), shuffled(history, number))
    with pytest.raises(BadInput, match=f"as in load {LOADS}, which had .* found none: full then, empty now"):
        deliver(folder, made[-1], [], [])
    with duckdb.connect(str(company.warehouse), read_only=True) as db:
        assert db.execute("select max(load_number) from landing.loads").fetchone() == (LOADS,)

    deliver(folder, made[-1], leads[:1], history[:1])
    build(company, own_company.folder)
    built = read_build(company)
    assert built.failed == ()
    with pytest.raises(ChecksFailed, match="nothing is published") as refused:
        gate.pass_through(company, built)
    for entity, rows in (("persons", leads), ("stage_signals", history)):
        found = rf"rows of crm\.{entity} in load 11 of [^;]* \(median {len(rows)} of 10 loads\), found 1\b"
        assert re.search(found, str(refused.value)), str(refused.value)
