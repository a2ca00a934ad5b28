"""What each case adds to each KPI: the rows behind a release, by which a change of a figure is explained.

A case is a lead cycle, an opportunity or a row of cost. The KPI steps group by channel, segment and team;
here their own compiled SQL runs again on facts whose segment and team (or channel) carry the case, so that
one row comes out a case and no KPI is defined a second time.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from leitstand.land.sql import identifier, literal
from leitstand.manifest import read_manifest

# The column that names the case, by fact; `cost` cases are no leads.
COSTS = "fct_marketing_cost"
CASES = {
    "fct_lead_lifecycle": "'lead:' || lead_cycle_id",
    "fct_stage_passage": "'lead:' || lead_cycle_id",
    "fct_handover": "'lead:' || lead_cycle_id",
    "fct_opportunity": "'opportunity:' || opportunity_id",
    "fct_attribution": "coalesce('opportunity:' || opportunity_id, 'lead:' || lead_cycle_id)",
    COSTS: "'cost:' || marketing_cost_id",
}
SEPARATOR = "chr(31)"
_CARRIERS = (("segment", "team"), ("channel",))
_FOLDER = "models/marts/kpi/"
_MEASURES, _MEDIANS = "kpi_scorecard_measures", "kpi_scorecard_medians"

# More digits than the scorecard's own sums have: parts of a credited lead are rounded one by one.
NUMBER = "decimal(38, 18)"
COLUMNS = {
    "kpi": "varchar",
    "month": "date",
    "channel": "varchar",
    "segment": "varchar",
    "team": "varchar",
    "case_id": "varchar",
    "lead_id": "varchar",
    "numerator": NUMBER,
    "denominator": NUMBER,
    "measure": "double",
}

Node = dict[str, Any]


def write_cases(warehouse: Path, manifest: Path, target: Path, *, spreads_costs: bool = False) -> None:
    """Write the cases of a build as Parquet: one row per KPI, month, dimensions and case.

    `numerator` and `denominator` add up to those of the scorecard; a KPI that is a median has `measure`.
    Where cost is spread over channels (`allocate_overhead`) its rows are no cases: channels share them all.
    """
    steps, inputs = _read(manifest)
    with duckdb.connect() as db:
        db.execute("set timezone = 'UTC'")
        db.execute(f"attach {literal(warehouse)} as source (read_only)")
        db.execute(f"create table cases ({', '.join(f'{n} {t}' for n, t in COLUMNS.items())})")
        measures = {name: _columns(db, steps[name]) for name in _parents(steps[_MEASURES])}
        for carriers in _CARRIERS:
            taken = [name for name, columns in measures.items() if _carriers(columns) == carriers]
            cases = {fact: case for fact, case in CASES.items() if not (spreads_costs and fact == COSTS)}
            _attach_inputs(db, steps, inputs, carriers, cases)
            _run_steps(db, steps, [*sorted(taken), _MEDIANS])
            for name in sorted(taken):
                _collect(db, steps[name], measures[name], carriers)
            _keep_medians(db, steps[_MEDIANS], carriers)
            db.execute(f"detach {identifier(steps[_MEDIANS]['database'])}")
        _join_medians(db)
        db.execute(
            f"copy (from cases order by kpi, month, case_id, channel, segment, team) "
            f"to {literal(target)} (format parquet, compression zstd)"
        )
    target.chmod(0o600)


def _read(manifest: Path) -> tuple[dict[str, Node], dict[str, Node]]:
    """The KPI steps behind the scorecard in the order of their making, and what they are made of.

    Their SQL is what the build compiled: a later `dbt parse` leaves none in the manifest.
    """
    nodes: dict[str, Node] = read_manifest(manifest)["nodes"]
    compiled = manifest.parent / "compiled"
    steps: dict[str, Node] = {}
    inputs: dict[str, Node] = {}

    def visit(key: str) -> None:
        node = nodes.get(key)
        if node is None or node["name"] in steps or node["name"] in inputs:
            return
        if not node["original_file_path"].startswith(_FOLDER):
            inputs[node["name"]] = node
            return
        for parent in node["depends_on"]["nodes"]:
            visit(parent)
        sql = compiled / node["package_name"] / node["original_file_path"]
        steps[node["name"]] = node | {"compiled_code": sql.read_text(encoding="utf-8")}

    for name in (_MEASURES, _MEDIANS):
        visit(next(key for key, node in nodes.items() if node["name"] == name))
    return steps, inputs


def _parents(node: Node) -> set[str]:
    return {key.split(".")[-1] for key in node["depends_on"]["nodes"]}


def _columns(db: duckdb.DuckDBPyConnection, node: Node) -> set[str]:
    return {name for name, *_ in db.execute(f"describe {_source(node)}").fetchall()}


def _source(node: Node) -> str:
    return f"source.{identifier(node['schema'])}.{identifier(node['alias'])}"


def _carriers(columns: set[str]) -> tuple[str, ...]:
    """Which dimensions carry the case in the rows of a step with these columns."""
    return next((carriers for carriers in _CARRIERS if columns & set(carriers)), ())


def _attach_inputs(
    db: duckdb.DuckDBPyConnection,
    steps: dict[str, Node],
    inputs: dict[str, Node],
    carriers: tuple[str, ...],
    cases: dict[str, str],
) -> None:
    """Make a database in memory with the warehouse's name, in which dimensions of facts carry the case."""
    catalog = identifier(steps[_MEDIANS]["database"])
    db.execute(f"attach ':memory:' as {catalog}")
    for schema in sorted({node["schema"] for node in (*steps.values(), *inputs.values())}):
        db.execute(f"create schema if not exists {catalog}.{identifier(schema)}")
    for name, node in inputs.items():
        described = _columns(db, node)
        carried = [
            f"{carrier} || {SEPARATOR} || {cases[name]} as {carrier}"
            for carrier in carriers
            if name in cases and carrier in described
        ]
        replaced = f" replace ({', '.join(carried)})" if carried else ""
        db.execute(f"create view {node['relation_name']} as select *{replaced} from {_source(node)}")


def _run_steps(db: duckdb.DuckDBPyConnection, steps: dict[str, Node], names: list[str]) -> None:
    """Make these steps anew there, with those before them."""
    wanted = set(names)
    for name in reversed(steps):
        if name in wanted:
            wanted |= _parents(steps[name])
    for name, node in steps.items():
        if name in wanted:
            db.execute(f"create table {node['relation_name']} as {node['compiled_code']}")


def _collect(db: duckdb.DuckDBPyConnection, node: Node, columns: set[str], carriers: tuple[str, ...]) -> None:
    """Take the rows of a step, of which one dimension carries the case."""
    carrier = next(name for name in carriers if name in columns)
    dimensions = {
        name: "null" if name not in columns else _dimension(name) if name in carriers else name
        for name in ("channel", "segment", "team")
    }
    case = f"nullif(split_part({carrier}, {SEPARATOR}, 2), '')"
    numbers = {name: name if name in columns else "null" for name in ("numerator", "denominator")}
    db.execute(
        f"""
        insert into cases
        select
            kpi, month, {dimensions["channel"]}, {dimensions["segment"]}, {dimensions["team"]},
            {case} as case_id, null,
            sum(cast({numbers["numerator"]} as {NUMBER})),
            sum(cast({numbers["denominator"]} as {NUMBER})),
            null
        from {node["relation_name"]}
        group by all
        """
    )


def _dimension(name: str) -> str:
    return f"split_part({name}, {SEPARATOR}, 1)"


def _keep_medians(db: duckdb.DuckDBPyConnection, node: Node, carriers: tuple[str, ...]) -> None:
    """The measures of single cases, by each dimension that carries the case in this pass."""
    db.execute(
        f"""
        create table if not exists medians (
            kpi varchar, month date, scope_type varchar, scope varchar, case_id varchar, measure double
        );
        insert into medians
        select
            kpi, period_start, scope_type, {_dimension("scope")},
            split_part(scope, {SEPARATOR}, 2), median_value
        from {node["relation_name"]}
        where period_type = 'month' and scope_type in ({", ".join(map(literal, carriers))})
        """
    )


def _join_medians(db: duckdb.DuckDBPyConnection) -> None:
    """One row a measure with all its dimensions, and the lead of every case."""
    db.execute(
        """
        insert into cases
        select
            kpi, month,
            max(scope) filter (scope_type = 'channel'),
            max(scope) filter (scope_type = 'segment'),
            max(scope) filter (scope_type = 'team'),
            case_id, null, null, null, max(measure)
        from medians
        where measure is not null
        group by kpi, month, case_id;
        delete from cases
        where coalesce(numerator, 0) = 0 and coalesce(denominator, 0) = 0 and measure is null;
        update cases
        set lead_id = case
            when starts_with(case_id, 'lead:') then regexp_replace(case_id[6:], '-[0-9]+$', '')
            when starts_with(case_id, 'opportunity:') then case_id[13:]
        end;
        update cases
        set lead_id = opportunities.primary_lead_id
        from source.core.fct_opportunity as opportunities
        where
            cases.case_id = 'opportunity:' || opportunities.opportunity_id
            and opportunities.primary_lead_id is not null;
        """
    )
