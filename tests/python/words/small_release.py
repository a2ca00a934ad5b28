"""A release small enough to be read: one month by hand, so that a test can say what a text may claim."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb

JUNE, MAY, JULY = dt.date(2026, 6, 1), dt.date(2026, 5, 1), dt.date(2026, 7, 1)
RELEASE_ID = "2026-07-01-0123456789"
COLUMNS = [
    "kpi", "period_type", "period_start", "scope_type", "scope", "value", "numerator", "denominator", "unit",
    "plan", "prior_year", "ci_low", "ci_high", "process_low", "process_high", "sample_size", "mature_share",
    "nowcast", "status", "status_reason", "signal", "is_mature", "label_en", "label_de",
]  # fmt: skip
LABELS = {
    "win_rate": ("Win rate", "Abschlussquote", "share"),
    "mql_to_sal_rate": ("Acceptance rate", "Akzeptanzquote", "share"),
    "new_pipeline_amount": ("New pipeline", "Neue Pipeline", "currency"),
    "sourced_pipeline_amount": ("Marketing-sourced pipeline", "Marketing-generierte Pipeline", "currency"),
    "marketing_contribution_to_pipeline": (
        "Marketing contribution to pipeline",
        "Marketing-Beitrag zur Pipeline",
        "share",
    ),
    "cost_per_qualified_lead": (
        "Cost per qualified lead (CPL-Q)",
        "Kosten pro qualifiziertem Lead (CPL-Q)",
        "currency_per_lead",
    ),
    "marketing_cost_amount": ("Marketing cost", "Marketingkosten", "currency"),
    "mqls": ("MQLs", "MQLs", "count"),
    "sals": ("SALs", "SALs", "count"),
    "inquiries": ("Inquiries", "Anfragen", "count"),
    "speed_to_lead_minutes": ("Speed to lead", "Reaktionszeit", "minutes"),
    "sales_cycle_days": ("Sales cycle", "Vertriebszyklus", "days"),
    "marketing_roi": ("Marketing ROI", "Marketing-ROI", "ratio"),
}


def row(kpi: str, period_type: str = "month", period: dt.date = JUNE, scope: str = "", **values: Any) -> Any:
    """One row of the scorecard; a `scope` is a channel."""
    label_en, label_de, unit = LABELS[kpi]
    return {
        "kpi": kpi,
        "period_type": period_type,
        "period_start": period,
        "scope_type": "channel" if scope else "company",
        "scope": scope or "company",
        "unit": unit,
        "status": "grey",
        "status_reason": "no_plan",
        "signal": "(none)",
        "is_mature": True,
        "label_en": label_en,
        "label_de": label_de,
    } | values


ROWS = [
    row("win_rate", value=16 / 34, numerator=16, denominator=34, plan=0.28, prior_year=2 / 9, ci_low=0.3145,
        ci_high=0.63263, process_low=0.07656, process_high=0.40371, sample_size=141, status="green",
        status_reason="on_plan", signal="outside_limits"),
    row("win_rate", "rolling_3_months", value=49 / 141, numerator=49, denominator=141, plan=0.28,
        prior_year=0.25926, ci_low=0.27391, ci_high=0.42922, sample_size=141, status="green",
        status_reason="on_plan"),
    row("win_rate", "quarter", dt.date(2026, 4, 1), value=49 / 141, numerator=49, denominator=141),
    row("win_rate", period=MAY, value=0.30952, numerator=13, denominator=42),
    row("mql_to_sal_rate", value=136 / 224, numerator=136, denominator=224, plan=0.65, sample_size=734,
        status="amber", status_reason="near_plan", mature_share=0.975),
    row("mql_to_sal_rate", period=JULY, nowcast=0.56838, is_mature=False, mature_share=0.0),
    row("new_pipeline_amount", value=1992960.50, plan=1700000, prior_year=2379291.91, ci_low=1370335.91,
        ci_high=2615585.09, sample_size=152),
    row("sourced_pipeline_amount", value=1302257.80, prior_year=1439731.91),
    row("marketing_contribution_to_pipeline", value=1302257.80 / 1992960.50, numerator=1302257.80,
        denominator=1992960.50, plan=0.52),
    row("cost_per_qualified_lead", value=944.91, plan=850, prior_year=980.2, ci_low=811.2, ci_high=1078.6,
        sample_size=459),
    row("cost_per_qualified_lead", scope="paid_search", value=2126.4, sample_size=48),
    row("cost_per_qualified_lead", scope="email", value=62.97, sample_size=52),
    row("marketing_cost_amount", value=117168.56, plan=115000, prior_year=110913.99),
    row("marketing_cost_amount", scope="paid_search", value=41000.0),
    row("inquiries", value=972, prior_year=834),
    row("mqls", value=216, prior_year=241),
    row("mqls", period=MAY, value=259),
    row("sals", value=212, plan=210),
    row("sals", scope="paid_search", value=48),
    row("speed_to_lead_minutes", value=289.65, sample_size=673),
    row("sales_cycle_days", value=114.127, sample_size=49),
    row("marketing_roi", value=-0.2564),
]  # fmt: skip


def make_small_release(folder: Path, *statements: str) -> Path:
    """Write the release's `kpi.duckdb` to a folder; `statements` change the finished tables."""
    folder.mkdir(parents=True)
    with duckdb.connect(folder / "kpi.duckdb") as db:
        db.execute("create schema kpi.kpi; create schema meta")
        types = {
            "period_start": "date", "sample_size": "bigint", "is_mature": "boolean",
            **dict.fromkeys(("kpi", "period_type", "scope_type", "scope", "unit", "status", "status_reason",
                             "signal", "label_en", "label_de"), "varchar"),
        }  # fmt: skip
        columns = ", ".join(f"{column} {types.get(column, 'double')}" for column in COLUMNS)
        db.execute(f"create table kpi.kpi.kpi_scorecard ({columns})")
        db.executemany(
            f"insert into kpi.kpi.kpi_scorecard values ({', '.join('?' * len(COLUMNS))})",
            [[values.get(column) for column in COLUMNS] for values in ROWS],
        )
        db.execute(TABLES)
        db.execute(
            "insert into meta.release values (?, '2026-07-01 04:12:00', '2026-07-01 04:00:00', '0.3.0', "
            "'abc', 469, 1, [], 'EUR', 'Europe/Berlin', 30, 'Muster GmbH')",
            [RELEASE_ID],
        )
        for statement in statements:
            db.execute(statement)
    return folder


TABLES = """
create table kpi.kpi.dim_leak as
    select 'not_answered_in_time' as leak, 'Not answered in time' as label_en,
        'Nicht rechtzeitig beantwortet' as label_de;
create table kpi.kpi.kpi_leakage as
    select 'not_answered_in_time' as leak, date '2026-06-01' as month, channel,
        leads as first_leak_leads, cast(amount as decimal(18, 2)) as first_leak_pipeline_amount
    from (values ('email', 100, 500000.00), ('paid_search', 29, 169673.83)) as t(channel, leads, amount);
create table kpi.kpi.dim_label as
    select 'rejection_reason' as dimension, * from (values ('no_interest', 'No need', 'Kein Bedarf'),
        ('bad_data', 'Wrong data', 'Daten falsch')) as t(dimension_value, label_en, label_de);
create table kpi.kpi.kpi_handover as
    from (values (date '2026-01-01', 'bad_data', 30), (date '2026-03-01', 'no_interest', 10),
        (date '2026-04-01', 'no_interest', 18), (date '2026-06-01', 'no_interest', 12),
        (date '2026-05-01', 'bad_data', 20), (date '2026-06-01', '(not set)', 10),
        (date '2026-06-01', '(none)', 99)) as t(month, rejection_reason, handovers);
create table kpi.kpi.kpi_attribution_spread as
    select date '2026-06-01' as month, 'pipeline' as conversion_type, 'email' as channel,
        0.06710 as min_share, 0.375 as max_share, 0.3079 as spread, true as is_model_dependent;
create table kpi.kpi.kpi_restatement as
    select 'mqls' as kpi, 'month' as period_type, date '2026-06-01' as period_start,
        'company:company' as scope, '2026-07-01-0123456789' as release_id, 'late' as cause,
        cast(3 as decimal(38, 10)) as difference, 3 as leads;
create table kpi.kpi.kpi_funnel_conversion as
    select 'mql' as from_stage, 'sal' as to_stage, 14 as window_days;
create table kpi.kpi.dim_channel as
    from (values ('paid_search', 'Paid search', 'Bezahlte Suche', true),
        ('email', 'E-mail', 'E-Mail', true)) as t(channel, label_en, label_de, is_marketing);
create table kpi.kpi.dim_team as select '(all)' as team, 'All teams' as label_en, 'Alle Teams' as label_de;
create table kpi.kpi.dim_date as
    select unnest([date '2026-04-01', date '2026-05-01', date '2026-06-01']) as month_start,
        2026 as fiscal_year, 2 as fiscal_quarter;
create table kpi.kpi.dim_kpi as
    select 'K11' as kpi_number, 'Win rate' as label_en, 'Abschlussquote' as label_de, 'a ÷ b' as formula_en,
        'Gewonnene ÷ abgeschlossene' as formula_de, 'share' as unit, 'higher' as direction,
        'ratio' as aggregation, 'Sales' as owner, 'win_rate' as kpi;
create table meta.release (release_id varchar, published_at timestamp, as_of timestamp,
    project_version varchar, definition_version varchar, checks_passed bigint, checks_failed bigint,
    weakened_marts varchar[], reporting_currency varchar, report_timezone varchar, minimum_sample bigint,
    company_name varchar);
create table meta.columns as
    select 'kpi' as schema_name, 'kpi_scorecard' as table_name, 'value' as column_name,
        'double' as data_type,
        'non_additive' as role, ['month', 'channel'] as additive_over, 'Value' as description;
create table meta.data_state as
    from (values ('crm', 'persons', 20412, 14), ('web', 'touches', 141873, 0))
        as t(connection, entity, rows_read, rows_quarantined);
"""
