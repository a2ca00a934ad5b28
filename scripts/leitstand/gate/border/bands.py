"""What each load to be published is, beside what the loads before it let expect.

Judged is every load that landed after `published`, the last load that a sound publication held, each against
its own history: one that was refused stays refused, whatever follows it. The newest load of each entity is
judged in any case.
"""

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
# beside `expected`; `middle` and `loads` say what the band was learned from. `load_number` is that of the
# load, 0 for what is not of one load.
JUDGED = """
create or replace temp table judged (
    suite varchar, connection varchar, entity varchar, measure varchar, subject varchar, found double,
    lower double, upper double, middle double, loads bigint, expected varchar, seen varchar,
    load_number bigint, loaded_at timestamp
)
"""

_HISTORY = """
create or replace temp table history as
with
-- the loads of each entity in their order
deliveries as (
    select
        connection, entity, load_number, loaded_at,
        row_number() over entity_loads as place,
        lead(loaded_at) over entity_loads as next_at
    from (select distinct connection, entity, load_number, loaded_at from profiles)
    window entity_loads as (partition by connection, entity order by load_number)
),
judged_loads as (
    select
        connection, entity, load_number as judged_load, place,
        place = max(place) over (partition by connection, entity) as is_newest
    from deliveries
    qualify load_number > {published} or is_newest
),
-- each load that is judged, as age 0, and the loads before it that count
behind as (
    select
        connection, entity, judged_load, is_newest, load_number, loaded_at, next_at,
        j.place - d.place as age
    from judged_loads as j
    inner join deliveries as d using (connection, entity)
    where j.place - d.place between 0 and {window}
),
shares as (
    select
        connection, entity, judged_load, load_number, age, subject,
        split_part(subject, ' = ', 1) as category, value
    from behind
    inner join profiles using (connection, entity, load_number)
    where measure = 'share'
),
-- the mean share of each category over the loads before the one judged; a load without it counts as zero
means as (
    select connection, entity, judged_load, category, subject, sum(value) / max(loads) as value
    from shares
    inner join (
        select connection, entity, judged_load, count(*) as loads from behind where age > 0 group by all
    ) using (connection, entity, judged_load)
    where age > 0
    group by all
),
-- half the distance of two distributions is 1 minus what they have in common
drifts as (
    select
        s.connection, s.entity, s.judged_load, s.age, 'drift' as measure, s.category as subject,
        greatest(1 - sum(least(s.value, coalesce(m.value, 0))), 0) as value
    from shares as s
    left join means as m using (connection, entity, judged_load, subject)
    semi join means as known
        on s.connection = known.connection and s.entity = known.entity
        and s.judged_load = known.judged_load and s.category = known.category
    group by s.connection, s.entity, s.judged_load, s.load_number, s.age, s.category
),
new_categories as (
    select connection, entity, judged_load, age, 'new_category' as measure, subject, value
    from shares
    anti join means using (connection, entity, judged_load, subject)
    where age = 0
),
-- hours from one load of an entity to the next; of the newest, to the newest load of all
silences as (
    select
        connection, entity, judged_load, age, 'silent_hours' as measure, '' as subject,
        epoch(coalesce(next_at, (select max(loaded_at) from landing.loads)) - loaded_at) / 3600 as value
    from behind
    where age > 0 or is_newest
)
select connection, entity, judged_load, age, measure, subject, value
from behind
inner join profiles using (connection, entity, load_number)
where measure <> 'share'
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
    select connection, entity, judged_load, count(distinct age) filter (age > 0) as loads
    from history group by all
),
learned as (
    select
        connection, entity, judged_load, measure, subject, count(*) as values_seen,
        median(value) as middle, mad(value) as spread
    from history
    where age > 0
    group by all
),
-- what the loads judged are, and what may be beside it
measured as (
    select
        m.suite, connection, entity, judged_load, measure, subject, h.value as found,
        m.sides, m.limit_value,
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
    inner join known as k using (connection, entity, judged_load)
    left join learned as l using (connection, entity, judged_load, measure, subject)
    where h.age = 0
),
bounded as (
    select
        *,
        case when sides <> 'above' then middle - half_width end as lower,
        case when is_limited then limit_value when sides <> 'below' then middle + half_width end as upper
    from measured
)
select
    suite, connection, entity, measure, subject, found, lower, upper, middle, bounded.loads, null, null,
    judged_load, loaded_at
from bounded
inner join (select load_number as judged_load, loaded_at from landing.loads) using (judged_load)
-- of an older load only what can be judged
qualify lower is not null or upper is not null
    or judged_load = max(judged_load) over (partition by connection, entity)
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


def judge_loads(db: duckdb.DuckDBPyConnection, rules: Rules, published: int) -> None:
    """Put the loads after `published`, and the newest of each entity, into `judged`, each beside its bands.

    Reads the temp tables `profiles` and `measures`.
    """
    db.execute(_HISTORY.format(window=rules.window_loads, published=published))
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
            coalesce(lower(e.type), '(none)'), coalesce(lower(f.data_type), '(none)'), 0, null
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
