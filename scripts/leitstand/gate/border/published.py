"""What is to be published, beside what its contract, its readers and its own past let expect."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import duckdb

from leitstand.gate import personal
from leitstand.gate.border.suite import Rules
from leitstand.gate.persons import find_persons, note_persons
from leitstand.land.lake import Lake
from leitstand.land.sql import identifier, literal, literals
from leitstand.metrics import SAVED_SCHEMA, STAR_SCHEMA

Node = dict[str, Any]
_TYPES = {"double precision": "double", "text": "varchar", "int": "integer"}

_MOVEMENTS = """
insert into judged
with
months as (
    select
        kpi, period_start, value,
        lag(value) over (partition by kpi order by period_start) as before,
        row_number() over (partition by kpi order by period_start desc) - 1 as age
    from {scorecard}
    where period_type = 'month' and scope_type = 'company' and is_mature and value is not null
),
movements as (
    select kpi, period_start, age, value as level, value - before as value
    from months
    where age <= {window} and before is not null
),
learned as (
    select
        kpi, count(*) as months, median(value) as middle, mad(value) as spread,
        median(abs(level)) as level
    from movements
    where age > 0
    group by kpi
),
-- the band of a KPI, where it has enough months behind it
bands as (
    select
        learned.*, greatest(m.deviations * 1.4826 * spread, m.of_median * level, m.at_least) as half_width
    from learned
    cross join (select * from measures where suite = 'published_movements') as m
)
select
    'published_movements', 'kpi', 'kpi_scorecard', 'movement', v.kpi, v.value,
    case when b.months >= {minimum} then b.middle - b.half_width end,
    case when b.months >= {minimum} then b.middle + b.half_width end,
    b.middle, coalesce(b.months, 0), null, null, 0, null
from movements as v
left join bands as b using (kpi)
where v.age = 0
"""


def judge_published(
    db: duckdb.DuckDBPyConnection,
    nodes: Sequence[Node],
    connections: Iterable[str],
    lake: Lake,
    rules: Rules,
) -> None:
    """Put the published tables into `judged`; `nodes` are their models in dbt's manifest."""
    catalogue, *_ = db.execute("select current_database()").fetchall()[0]
    note_persons(db, catalogue, connections, lake)
    _named_persons(db, catalogue, nodes)
    for node in nodes:
        _contract(db, node)
        _personal_data(db, node)
        if node["name"] == "kpi_scorecard":
            db.execute(
                _MOVEMENTS.format(
                    scorecard=_table(node), window=rules.window_months, minimum=rules.minimum_months
                )
            )


def _contract(db: duckdb.DuckDBPyConnection, node: Node) -> None:
    columns = ", ".join(
        f"({literal(c['name'])}, {literal(_type(c['data_type']))})" for c in node["columns"].values()
    )
    db.execute(f"""
        insert into judged
        select
            'published_contract', 'kpi', {literal(node["name"])}, 'type', coalesce(e.name, f.column_name),
            null, null, null, null, 0, coalesce(e.type, '(none)'), coalesce(lower(f.data_type), '(none)'),
            0, null
        from (values {columns}) as e(name, type)
        full join (
            select column_name, data_type from duckdb_columns()
            where database_name = current_database()
                and schema_name = {literal(node["schema"])} and table_name = {literal(node["name"])}
        ) as f on e.name = f.column_name
    """)
    key = node["config"]["meta"]["key"]
    known = {name for name, *_ in db.execute(f"describe {_table(node)}").fetchall()}
    if set(key) <= known:
        distinct = f"count(distinct ({', '.join(map(identifier, key))}))"
        db.execute(f"""
            insert into judged
            select
                'published_contract', 'kpi', {literal(node["name"])}, 'repeated_keys',
                {literal(", ".join(key))}, count(*) - {distinct}, null, 0, null, 0, null, null,
                0, null
            from {_table(node)}
        """)


def _named_persons(db: duckdb.DuckDBPyConnection, catalogue: str, nodes: Iterable[Node]) -> None:
    """Texts of the published tables, saved queries and sums of metrics among them, that name somebody."""
    made = db.execute(
        "select schema_name || '.' || table_name from duckdb_tables() "
        "where database_name = ? and schema_name in (?, ?)",
        [catalogue, SAVED_SCHEMA, STAR_SCHEMA],
    ).fetchall()
    names = {f"{node['schema']}.{node['name']}": str(node["name"]) for node in nodes}
    for found in find_persons(db, catalogue, [*names, *(table for (table,) in made)]):
        subject = literal(f"{found.column}: {found.kind}")
        _insert_personal(db, names.get(found.table, found.table), subject, str(found.values))


def _personal_data(db: duckdb.DuckDBPyConnection, node: Node) -> None:
    for name, kind, *_ in db.execute(f"describe {_table(node)}").fetchall():
        if re.search(personal.COLUMN, name):
            _insert_personal(db, node["name"], literal(f"{name}: a column of single persons"), "1")
        elif kind == "VARCHAR":
            counts = [
                f"count(*) filter (regexp_matches(value, {literal(pattern)}))"
                for pattern in personal.VALUES.values()
            ]
            _insert_personal(
                db,
                node["name"],
                f"unnest([{literals(f'{name}: {text}' for text in personal.VALUES)}])",
                f"unnest([{', '.join(counts)}])",
                f"from (select distinct {identifier(name)} as value from {_table(node)})",
            )


def _insert_personal(
    db: duckdb.DuckDBPyConnection, table: str, subject: str, found: str, values: str = ""
) -> None:
    db.execute(
        f"insert into judged select 'published_personal_data', 'kpi', {literal(table)}, "
        f"'personal_values', {subject}, {found}, null, 0, null, 0, null, null, 0, null {values}"
    )


def _type(written: str) -> str:
    kind = " ".join(written.lower().split())
    return _TYPES.get(kind, kind)


def _table(node: Node) -> str:
    return f"{identifier(node['schema'])}.{identifier(node['name'])}"
