"""What the newest load of each entity is, beside what the loads before it let expect."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from leitstand.gate.border.suite import Rules, Suite
from leitstand.land.sql import literal

_MEASURES = """
create or replace temp table measures (
    suite varchar, measure varchar, deviations double, of_median double, at_least double, sides varchar,
    limit_value double, after_history boolean
)
"""

# One row per thing judged: `found` between `lower` and `upper`, either of which may be missing, or `seen`
# beside `expected`; `middle` and `loads` say what the band was learned from.
JUDGED = """
create or replace temp table judged (
    suite varchar, connection varchar, entity varchar, measure varchar, subject varchar, found double,
    lower double, upper double, middle double, loads bigint, expected varchar, seen varchar
)
"""

_HISTORY = """
create or replace temp table history as
with
aged as (
    select *, dense_rank() over (partition by connection, entity order by load_number desc) - 1 as age
    from profiles
),
-- the loads of each entity that count, the newest as age 0
deliveries as (
    select distinct connection, entity, load_number, loaded_at, age from aged where age <= {window}
),
shares as (
    select
        connection, entity, load_number, age, subject, split_part(subject, ' = ', 1) as category, value
    from aged
    where measure = 'share' and age <= {window}
),
-- the mean share of each category over the loads before the newest; a load without it counts as zero
means as (
    select connection, entity, category, subject, sum(value) / max(loads) as value
    from shares
    inner join (select connection, entity, count(*) as loads from deliveries where age > 0 group by all)
        using (connection, entity)
    where age > 0
    group by all
),
-- half the distance of two distributions is 1 minus what they have in common
drifts as (
    select
        s.connection, s.entity, s.load_number, s.age, 'drift' as measure, s.category as subject,
        greatest(1 - sum(least(s.value, coalesce(m.value, 0))), 0) as value
    from shares as s
    left join means as m
        on s.connection = m.connection and s.entity = m.entity and s.subject = m.subject
    where exists (
        select 1 from means
        where means.connection = s.connection and means.entity = s.entity and means.category = s.category
    )
    group by all
),
new_categories as (
    select s.connection, s.entity, s.load_number, s.age, 'new_category' as measure, s.subject, s.value
    from shares as s
    anti join means as m
        on s.connection = m.connection and s.entity = m.entity and s.subject = m.subject
    where s.age = 0
),
-- hours from one load of an entity to the next; of the newest, to the newest load of all
silences as (
    select
        connection, entity, load_number, age, 'silent_hours' as measure, '' as subject,
        epoch(
            coalesce(
                lead(loaded_at) over (partition by connection, entity order by load_number),
                (select max(loaded_at) from landing.loads)
            ) - loaded_at
        ) / 3600 as value
    from deliveries
)
select connection, entity, load_number, age, measure, subject, value
from aged
where measure <> 'share' and age <= {window}
union all
select * from drifts
union all
select * from new_categories
union all
select * from silences
"""

_JUDGE = """
insert into judged
with
known as (
    select connection, entity, count(distinct load_number) filter (age > 0) as loads
    from history group by all
),
learned as (
    select
        connection, entity, measure, subject, count(*) as values_seen,
        median(value) as middle, mad(value) as spread
    from history
    where age > 0
    group by all
),
newest as (
    select
        m.suite, h.connection, h.entity, h.measure, h.subject, h.value as found, m.sides, m.limit_value,
        case
            when m.limit_value is not null then k.loads
            else coalesce(l.values_seen, 0)
        end as loads,
        -- where a limit holds, no band is learned
        case when m.limit_value is null and l.values_seen >= {minimum} then l.middle end as middle,
        greatest(
            m.deviations * 1.4826 * l.spread, m.of_median * abs(l.middle), m.at_least
        ) as half_width,
        m.limit_value is not null and (not m.after_history or k.loads >= {minimum}) as is_limited
    from history as h
    inner join measures as m using (measure)
    inner join known as k on h.connection = k.connection and h.entity = k.entity
    left join learned as l
        on h.connection = l.connection and h.entity = l.entity and h.measure = l.measure
        and h.subject = l.subject
    where h.age = 0
)
select
    suite, connection, entity, measure, subject, found,
    case when sides <> 'above' then middle - half_width end,
    case when is_limited then limit_value when sides <> 'below' then middle + half_width end,
    middle, loads, null, null
from newest
"""


def write_measures(db: duckdb.DuckDBPyConnection, suites: Iterable[Suite]) -> None:
    """Make the temp table `measures` of what the suites say."""
    db.execute(_MEASURES)
    for suite in suites:
        for name, m in suite.measures.items():
            db.execute(
                "insert into measures values (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    suite.name,
                    name,
                    m.deviations,
                    m.of_median,
                    m.at_least,
                    m.sides,
                    m.limit,
                    m.after_history,
                ],
            )


def judge_loads(db: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """Put the newest load of each entity into `judged`, beside the bands that its history gives.

    Reads the temp tables `profiles` and `measures`.
    """
    db.execute(_HISTORY.format(window=rules.window_loads))
    db.execute(_JUDGE.format(minimum=rules.minimum_loads))


def judge_schema(db: duckdb.DuckDBPyConnection, expected: Iterable[tuple[str, str, str, str]]) -> None:
    """Put each column of the landed tables into `judged`: (connection, entity, column, type) are expected."""
    rows = ", ".join(f"({', '.join(map(literal, row))})" for row in expected)
    if not rows:
        return
    db.execute(f"""
        insert into judged
        select
            'landed_schema', coalesce(e.connection, substr(f.schema_name, 5)),
            coalesce(e.entity, f.table_name),
            'type', coalesce(e.name, f.column_name), null, null, null, null, 0,
            coalesce(lower(e.type), '(none)'), coalesce(lower(f.data_type), '(none)')
        from (values {rows}) as e(connection, entity, name, type)
        full join (
            select schema_name, table_name, column_name, data_type
            from duckdb_columns()
            where database_name = current_database()
                and (schema_name, table_name) in (
                    select distinct 'raw_' || connection, entity from landing.files
                )
        ) as f
            on f.schema_name = 'raw_' || e.connection and f.table_name = e.entity and f.column_name = e.name
        where coalesce(e.connection, substr(f.schema_name, 5)) in (select connection from landing.files)
    """)
