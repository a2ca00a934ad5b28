"""Why figures differ between two publications: the difference of each, split by cause so that it adds up.

Causes follow one another in a fixed order. Each changes its own cases from what they were to what they are
now; the value after it, less the value before it, is its part. Parts are decimals and add up exactly.
"""

from __future__ import annotations

import duckdb

CAUSES = ("code", "definition", "erased", "merged", "deleted", "corrected", "late")
LEAD_CAUSES = CAUSES[2:]
AMOUNT = "decimal(38, 12)"
ROUNDING = 1e-8

# Figures without cases of their own: a variance is the cost less a plan, and changes as the cost does.
_FOLLOWERS = {
    "budget_variance_amount": "marketing_cost_amount",
    "budget_variance_rate": "marketing_cost_amount",
}

# Rows of cases in each scope that they count in.
_SCOPED = """
    select * from (
        select
            *,
            unnest(
                ['company:company', 'channel:' || channel, 'segment:' || segment, 'team:' || team]
            ) as scope
        from {cases}
    )
    where scope is not null
"""


def begin(db: duckdb.DuckDBPyConnection) -> None:
    """Make the table to which every change of cases adds its parts.

    Wants the tables `former` and `present` (kpi, period_type, period_start, scope, value), `kpis` (kpi,
    aggregation) and `period_months` (period_type, period_start, month_start).
    """
    db.execute(
        f"create table parts (kpi varchar, period_type varchar, period_start date, scope varchar, "
        f"cause varchar, difference {AMOUNT}, leads bigint)"
    )


def add_change(db: duckdb.DuckDBPyConnection, before: str, after: str, causes: str) -> None:
    """Split the change from one table of cases to another.

    `causes` is a table (case_id, cause) that names the cause of every case that differs.
    """
    ranks = ", ".join(f"('{cause}', {rank})" for rank, cause in enumerate(CAUSES, 1))
    db.execute(
        f"""
        create or replace temp table ranks as from (values {ranks}) as ranks(cause, rank);

        -- what a case added before and adds no longer, or the other way round
        create or replace temp table changes as
        with signed as (
            select *, -1 as sign from {before}
            union all
            select *, 1 as sign from {after}
        ),

        netted as (
            select
                kpi, month, channel, segment, team, case_id, lead_id, measure,
                sum(sign) as sign,
                sum(sign * coalesce(numerator, 0)) as numerator,
                sum(sign * coalesce(denominator, 0)) as denominator
            from signed
            group by all
        )

        select netted.*, ranks.rank
        from netted
        inner join {causes} as causes on netted.case_id is not distinct from causes.case_id
        inner join ranks on causes.cause = ranks.cause
        where
            case
                when netted.measure is not null then netted.sign <> 0
                else netted.numerator <> 0 or netted.denominator <> 0
            end;

        create or replace temp table scoped_changes as {_SCOPED.format(cases="changes")};
        """
    )
    _add_up(db, before)
    db.execute(
        """
        insert into parts
        with counted as (
            select
                changes.kpi, months.period_type, months.period_start, changes.scope, changes.rank,
                count(distinct changes.lead_id) as leads
            from scoped_changes as changes
            inner join period_months as months on changes.month = months.month_start
            group by all
        ),

        differences as (
            select
                *,
                value - lag(value) over (
                    partition by kpi, period_type, period_start, scope order by rank
                ) as difference
            from stages
        )

        select
            differences.kpi, differences.period_type, differences.period_start, differences.scope,
            ranks.cause, differences.difference, counted.leads
        from differences
        inner join counted using (kpi, period_type, period_start, scope, rank)
        inner join ranks using (rank)
        inner join former using (kpi, period_type, period_start, scope)
        left join present using (kpi, period_type, period_start, scope)
        -- a figure that lacks an input was not published, whatever its cases say
        where former.value is not null or present.value is not null
        """
    )


def _add_up(db: duckdb.DuckDBPyConnection, before: str) -> None:
    """The value of every period that changes, before the first cause (rank 0) and after each."""
    db.execute(
        f"""
        create or replace temp table stages as
        with touched as (
            select distinct changes.kpi, months.period_type, months.period_start, changes.scope, ranks.rank
            from scoped_changes as changes
            inner join period_months as months on changes.month = months.month_start
            cross join (select rank from ranks union all select 0) as ranks
        ),

        base as ({_SCOPED.format(cases=before)}),

        -- sums of a month as they were, and what each cause adds to them
        monthly as (
            select kpi, month, scope, 0 as rank, sum(numerator) as numerator, sum(denominator) as denominator
            from base
            where measure is null
            group by all
            union all
            select kpi, month, scope, rank, sum(numerator), sum(denominator)
            from scoped_changes
            where measure is null
            group by all
        ),

        sums as (
            select
                touched.kpi, touched.period_type, touched.period_start, touched.scope, touched.rank,
                coalesce(sum(monthly.numerator), 0) as numerator,
                coalesce(sum(monthly.denominator), 0) as denominator
            from touched
            inner join period_months as months using (period_type, period_start)
            left join monthly
                on touched.kpi = monthly.kpi
                and touched.scope = monthly.scope
                and months.month_start = monthly.month
                and monthly.rank <= touched.rank
            group by all
        ),

        -- every measure with the ranks from and up to which it counts
        spans as (
            select
                base.kpi, base.month, base.scope, base.measure, 0 as first_rank,
                coalesce(changes.rank - 1, 99) as last_rank
            from base
            left join scoped_changes as changes
                on base.kpi = changes.kpi
                and base.month = changes.month
                and base.scope = changes.scope
                and base.case_id = changes.case_id
                and base.measure = changes.measure
                and changes.sign < 0
            where base.measure is not null
            union all
            select kpi, month, scope, measure, rank, 99
            from scoped_changes
            where measure is not null and sign > 0
        ),

        medians as (
            select
                touched.kpi, touched.period_type, touched.period_start, touched.scope, touched.rank,
                percentile_cont(0.5) within group (order by spans.measure) as median_value
            from touched
            inner join period_months as months using (period_type, period_start)
            inner join spans
                on touched.kpi = spans.kpi
                and touched.scope = spans.scope
                and months.month_start = spans.month
                and touched.rank between spans.first_rank and spans.last_rank
            group by all
        )

        -- a value that is not there counts as nothing
        select
            sums.kpi, sums.period_type, sums.period_start, sums.scope, sums.rank,
            cast(coalesce(
                case kpis.aggregation
                    when 'median' then medians.median_value
                    when 'ratio'
                        then cast(sums.numerator as double) / nullif(cast(sums.denominator as double), 0)
                    else cast(sums.numerator as double)
                end, 0
            ) as {AMOUNT}) as value
        from sums
        inner join kpis using (kpi)
        left join medians using (kpi, period_type, period_start, scope, rank)
        """
    )


def finish(release_id: str, rest: str = "late") -> str:
    """SQL of the restatement: a row per figure and cause.

    A variance to plan has the causes of the cost that it is of. What else has no cases of its own counts for
    the cause `rest`; what rounding leaves over goes to the largest part.
    """
    followers = ", ".join(f"('{kpi}', '{leader}')" for kpi, leader in _FOLLOWERS.items())
    return f"""
        with

        differences as (
            select
                former.kpi, former.period_type, former.period_start, former.scope,
                cast(coalesce(present.value, 0) as {AMOUNT}) - cast(coalesce(former.value, 0) as {AMOUNT})
                    as difference
            from former
            left join present using (kpi, period_type, period_start, scope)
        ),

        known as (
            select kpi, period_type, period_start, scope, cause, difference, leads from parts
            union all
            select
                followers.kpi, parts.period_type, parts.period_start, parts.scope, parts.cause,
                cast(
                    cast(parts.difference as double)
                    * cast(own.difference as double) / nullif(cast(whole.difference as double), 0)
                    as {AMOUNT}
                ),
                parts.leads
            from (values {followers}) as followers(kpi, leader)
            inner join parts on followers.leader = parts.kpi
            inner join differences as own
                on followers.kpi = own.kpi
                and (parts.period_type, parts.period_start, parts.scope)
                = (own.period_type, own.period_start, own.scope)
            inner join differences as whole
                on followers.leader = whole.kpi
                and (parts.period_type, parts.period_start, parts.scope)
                = (whole.period_type, whole.period_start, whole.scope)
            where '{rest}' = 'late' and whole.difference <> 0
        ),

        rests as (
            select
                kpi, period_type, period_start, scope,
                differences.difference - coalesce(sum(known.difference), 0) as difference,
                max_by(known.cause, abs(known.difference)) as largest,
                {ROUNDING} * (
                    1 + coalesce(sum(abs(known.difference)), 0) + coalesce(abs(any_value(former.value)), 0)
                ) as rounding
            from differences
            inner join former using (kpi, period_type, period_start, scope)
            left join known using (kpi, period_type, period_start, scope)
            group by kpi, period_type, period_start, scope, differences.difference
        ),

        explained as (
            select * from known
            union all
            select
                kpi, period_type, period_start, scope,
                case when abs(difference) <= rounding then coalesce(largest, '{rest}') else '{rest}' end,
                difference,
                0
            from rests
        )

        select
            kpi, period_type, period_start, scope, '{release_id}' as release_id, cause,
            cast(sum(difference) as {AMOUNT}) as difference,
            cast(sum(leads) as bigint) as leads
        from explained
        group by kpi, period_type, period_start, scope, cause
        having sum(difference) <> 0
        order by kpi, period_type, period_start, scope, cause
    """
