"""The tables of the hand-made release that only the working pages read: every month alike, few rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import duckdb

TABLES = """
alter table kpi.kpi.kpi_pipeline_contribution add column attributed_pipeline_amount decimal(18, 2);
update kpi.kpi.kpi_pipeline_contribution set attributed_pipeline_amount = new_pipeline_amount;
create table kpi.kpi.kpi_pipeline_bridge as
select month, step, opportunities, cast(amount as decimal(18, 2)) as amount
from months, (values
    ('crm_total', 20, 1000), ('renewals', -4, -300), ('below_entry', -3, 0), ('no_amount', 0, 0),
    ('other_excluded', 0, 0), ('amount_change', 0, 50), ('in_scope', 13, 750), ('attributed', 9, 500),
    ('no_touch', 4, 250)
) as steps (step, opportunities, amount);
create table kpi.kpi.kpi_attribution as
select month, 'pipeline' as conversion_type, attribution_model, channel,
    attribution_model = 'w_shaped' as is_default, cast(amount as decimal(18, 2)) as credited_amount
from months, (values
    ('w_shaped', 'paid_search', 60), ('w_shaped', 'email', 40),
    ('last_touch', 'paid_search', 25), ('last_touch', 'email', 75)
) as credits (attribution_model, channel, amount);
create table kpi.kpi.kpi_attribution_spread as
select month, 'pipeline' as conversion_type, channel, cast(low as double) as min_share,
    cast(high as double) as max_share,
    high - low > 0.3 as is_model_dependent
from months, (values ('paid_search', 0.25, 0.6), ('email', 0.4, 0.6)) as spreads (channel, low, high);
create table kpi.kpi.kpi_handover as
select month, team, sla_tier, decision, rejection_reason, handovers, handovers as sla_due,
    handovers // 2 as sla_met, handovers // 5 as responded_1h, handovers // 3 as responded_8h,
    handovers // 2 as responded_24h
from months, (values
    ('North', 'hand_raiser', 'accepted', '(none)', 40), ('North', 'scored', 'rejected', 'bad_data', 10),
    ('South', 'hand_raiser', 'accepted', '(none)', 20), ('South', 'scored', 'rejected', 'no_interest', 30)
) as decisions (team, sla_tier, decision, rejection_reason, handovers);
create table kpi.kpi.kpi_response_time as
select month, team, 'hand_raiser' as sla_tier, team = '(all)' as is_total,
    90.0 as median_response_minutes, 300.0 as p90_response_minutes,
    cast(0.05 as double) as never_responded_share, sample_size
from months, (values ('(all)', 60), ('North', 50), ('South', 10)) as teams (team, sample_size);
create table kpi.kpi.kpi_leakage as
select month, leak, channel, 'North' as team, leads as first_leak_leads,
    cast(leads * 1000 as decimal(18, 2)) as first_leak_pipeline_amount
from months, (values
    ('no_decision', 'paid_search', 7), ('no_decision', 'email', 2), ('not_routed', 'paid_search', 3)
) as leaks (leak, channel, leads);
create table kpi.kpi.dim_leak as
select * from (values
    ('no_decision', 1, 'No decision', 'Keine Entscheidung', 'Ask for one', 'Einfordern'),
    ('not_routed', 2, 'Not routed', 'Nicht zugeteilt', 'Mend the rule', 'Regel richten')
) as leaks (leak, gravity, label_en, label_de, action_en, action_de);
create table kpi.kpi.dim_team as
select * from (values
    ('North', 'North', 'Nord'), ('South', 'South', 'Süd'), ('(all)', 'All teams', 'Alle Teams')
) as teams (team, label_en, label_de);
create table kpi.kpi.dim_kpi as
select * from (values
    ('cost_per_qualified_lead', 'Cost ÷ accepted leads', 'Kosten ÷ angenommene Leads')
) as kpis (kpi, formula_en, formula_de);
create table kpi.kpi.dim_label as
select * from (values
    ('rejection_reason', 'bad_data', 'Wrong data', 'Daten falsch'),
    ('segment', 'small', 'Small companies', 'Kleinunternehmen')
) as labels (dimension, dimension_value, label_en, label_de);
create table kpi.kpi.kpi_definition_verdicts as
select month, 'mql' as stage, verdict, 'paid_search' as channel, events
from months, (values ('verified', 80), ('contradicted', 20)) as verdicts (verdict, events);
create table kpi.kpi.kpi_rule_breaches as
select month, 'I37' as rule, 'paid_search' as channel, 50 as cases, 5 as breaches from months;
create table kpi.kpi.kpi_invoice_reconciliation as
select 'google_ads' as platform, month, 'USD' as currency, 1010.5 as spend_amount, 900.0 as invoice_amount,
    110.5 / 900 as difference_share, 'outside_tolerance' as reconciliation
from months where month = date '2026-05-01';
create table kpi.kpi.kpi_restatement as
select 'inquiries' as kpi, 'month' as period_type, date '2026-05-01' as period_start,
    'company:company' as scope, release_id, 'late' as cause, 3.0 as difference, 3 as leads
from meta.release;
create table kpi.kpi.kpi_stage_duration as
select month, 'small' as segment, 'mql' as from_stage, 'sal' as to_stage, 12 as passages,
    2.5 as median_days, 4.0 as p75_days from months;
create table kpi.kpi.kpi_funnel_cohort as
select month as cohort_month, 'mql' as from_stage, 'sal' as to_stage, days_since,
    days_since / 20.0 as cumulative_incidence
from months, (values (1), (5), (9)) as days (days_since);
create table meta.publications as
select * from (values
    (1, 'first', timestamp '2026-05-02 08:00:00', timestamp '2026-05-01 04:00:00', '0.1.0', '2025-01')
) as former (number, release_id, published_at, as_of, project_version, definition_version)
union all
select 2, release_id, published_at, as_of, project_version, definition_version from meta.release;
create table meta.definition_changes as
select 2 as number, 'kpi_targets' as definition, 0 as rows_added, 0 as rows_removed, 4 as rows_changed,
    1 as rows_of_history;
create table kpi.kpi.dim_decision as
select *, raised_on + interval 60 day < date '2026-07-01' as is_overdue from (values
    ('rota', 'month', date '2026-06-10', 'open', null::date, date '2026-08-01', 'Sales',
     'marketing_contribution_to_pipeline', 0.4, 0.5, 'A rota', 'Ein Plan', null, null),
    ('budget', 'quarter', date '2026-04-10', 'open', null::date, date '2026-06-01', 'Marketing', '(none)',
     null, null, 'Move budget', 'Budget verschieben', null, null),
    ('form', 'month', date '2026-06-30', 'proposed', null::date, null::date, 'Marketing', '(none)', null,
     null, 'A shorter form', 'Ein kürzeres Formular', null, null)
) as decisions (decision, review, raised_on, status, closed_on, due_on, responsible, kpi, expected_low,
    expected_high, title_en, title_de, outcome_en, outcome_de);
drop table months;
"""


def add_tables(connection: duckdb.DuckDBPyConnection, months: Sequence[dt.date]) -> None:
    """Add them to a release that holds the rest."""
    values = ", ".join(f"(date '{month}')" for month in months)
    connection.execute(f"create temp table months as select * from (values {values}) as m (month)")
    connection.execute(TABLES)
