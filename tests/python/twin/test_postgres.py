"""The models on Postgres: they build, and every mart equals the one on DuckDB.

`make verify-twin` runs dbt's tests there, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pytest

from ci.postgres_twin import Built, Table, build, compare, land, open_both, serve, tables
from leitstand.config import PROJECT_ROOT
from running import Company

# What a company has to switch on is not built
MARTS = sorted(
    file.stem
    for file in (PROJECT_ROOT / "models" / "marts").rglob("*.sql")
    if "enabled=var(" not in file.read_text(encoding="utf-8")
)


@dataclass(frozen=True)
class Twin:
    """The demo on Postgres: what its build said, and both engines on one connection."""

    rows_landed: int
    built: Built
    both: duckdb.DuckDBPyConnection
    marts: dict[str, Table]


@pytest.fixture(scope="module")
def twin(demo: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twin]:
    warehouse = demo.folder / "warehouse" / "leitstand.duckdb"
    with serve() as server:
        rows = land(warehouse, server)
        built = build(server, ["--exclude-resource-type", "test"], target=PROJECT_ROOT / "target" / "twin")
        known = {
            table.name: table
            for name, table in tables(built.manifest).items()
            if "marts" in built.manifest["nodes"][name]["fqn"]
        }
        with open_both(warehouse, server) as both:
            yield Twin(rows, built, both, known)


def test_everything_that_landed_is_there(twin: Twin, demo: Company) -> None:
    landed = demo.rows("select sum(rows_landed) from landing.files")[0][0]
    assert twin.rows_landed > landed > 100_000


def test_all_models_and_seeds_succeed(twin: Twin) -> None:
    assert twin.built.nodes("error", "fail", "runtime error", "skipped") == [], twin.built.output
    wanted = {
        name
        for name, node in twin.built.manifest["nodes"].items()
        if node["resource_type"] in ("model", "seed")
    }
    assert wanted <= set(twin.built.nodes("success"))


@pytest.mark.parametrize("mart", MARTS)
def test_mart_equals_the_one_on_duckdb(twin: Twin, mart: str) -> None:
    differences = compare(twin.both, twin.marts[mart])
    assert not differences, "\n".join(map(str, differences))


def test_postgres_knows_what_its_tables_hold(twin: Twin) -> None:
    """Else its planner guesses: a table that was never counted has -1 rows; empty seeds are left alone."""
    uncounted = twin.both.execute(
        """
        from postgres_query(
            'postgres',
            $$ select relname from pg_class
            where relkind = 'r' and reltuples < 0 and pg_relation_size(oid) > 0 and relnamespace in (
                select oid from pg_namespace
                where nspname in ('intermediate', 'core', 'kpi', 'kpi_steps', 'definitions')
            ) $$
        )
        """
    ).fetchall()
    assert uncounted == []


def test_every_mart_of_the_project_is_compared(twin: Twin) -> None:
    in_manifest = [
        node["name"]
        for node in twin.built.manifest["nodes"].values()
        if node["resource_type"] == "model" and node["fqn"][1] == "marts"
    ]
    assert sorted(in_manifest) == sorted(twin.marts) == MARTS


def test_a_difference_planted_on_the_server_is_noticed(twin: Twin) -> None:
    twin.both.execute("begin")
    try:
        twin.both.execute(
            "update postgres.core.fct_marketing_cost set cost_amount = cost_amount + 0.01 "
            "where marketing_cost_id = (select min(marketing_cost_id) from duckdb.core.fct_marketing_cost)"
        )
        found = compare(twin.both, twin.marts["fct_marketing_cost"])
    finally:
        twin.both.execute("rollback")
    assert [difference.column for difference in found] == ["cost_amount"]
    assert compare(twin.both, twin.marts["fct_marketing_cost"]) == []
