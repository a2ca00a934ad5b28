"""What is to be published, beside what its contract, its readers and its own past let expect."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import duckdb

from leitstand.gate import personal
from leitstand.gate.border.suite import Rules
from leitstand.land.sql import identifier, literal, literals

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
    db: duckdb.DuckDBPyConnection, nodes: Iterable[Node], connections: Iterable[str], rules: Rules
) -> None:
    """Put the published tables into `judged`; `nodes` are their models in dbt's manifest."""
    _note_known_values(db, connections)
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


def _note_known_values(db: duckdb.DuckDBPyConnection, connections: Iterable[str]) -> None:
    """The addresses and numbers of persons as the sources have them; short ones are nobody's."""
    db.execute("create or replace temp table known_values (value varchar)")
    tables = {
        schema
        for (schema,) in db.execute(
            "select schema_name from duckdb_tables() where table_name = 'persons'"
        ).fetchall()
    }
    for schema in sorted({f"raw_{connection}" for connection in connections} & tables):
        for column, is_one in (("email", "email like '%_@_%._%'"), ("phone", "length(phone) > 8")):
            db.execute(
                f"insert into known_values select distinct lower({column}) "
                f"from {identifier(schema)}.persons where {is_one}"
            )


def _personal_data(db: duckdb.DuckDBPyConnection, node: Node) -> None:
    for name, kind, *_ in db.execute(f"describe {_table(node)}").fetchall():
        if re.search(personal.COLUMN, name):
            _insert_personal(db, node, literal(f"{name}: a column of single persons"), "1")
        elif kind == "VARCHAR":
            what = [*personal.VALUES, "what the sources hold of a person"]
            counts = [
                *(
                    f"count(*) filter (regexp_matches(value, {literal(pattern)}))"
                    for pattern in personal.VALUES.values()
                ),
                "count(*) filter (lower(value) in (select value from known_values))",
            ]
            _insert_personal(
                db,
                node,
                f"unnest([{literals(f'{name}: {text}' for text in what)}])",
                f"unnest([{', '.join(counts)}])",
                f"from (select distinct {identifier(name)} as value from {_table(node)})",
            )


def _insert_personal(
    db: duckdb.DuckDBPyConnection, node: Node, subject: str, found: str, values: str = ""
) -> None:
    db.execute(
        f"insert into judged select 'published_personal_data', 'kpi', {literal(node['name'])}, "
        f"'personal_values', {subject}, {found}, null, 0, null, 0, null, null, 0, null {values}"
    )


def _type(written: str) -> str:
    kind = " ".join(written.lower().split())
    return _TYPES.get(kind, kind)


def _table(node: Node) -> str:
    return f"{identifier(node['schema'])}.{identifier(node['name'])}"
