"""The built-in company, end to end: what is published, that it repeats, and that dbt works by hand."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from fresh_clone import FreshClone
from leitstand.land.sql import literal
from running import Company

TABLES = {
    "kpi_attribution",
    "kpi_attribution_spread",
    "kpi_pipeline_contribution",
    "kpi_pipeline_bridge",
    "kpi_cost_per_qualified_lead",
    "kpi_invoice_reconciliation",
    "kpi_funnel_conversion",
    "kpi_funnel_cohort",
    "kpi_pipeline_velocity",
    "kpi_stage_duration",
    "kpi_scorecard",
    "kpi_definition_rules",
    "kpi_definition_verdicts",
    "kpi_handover",
    "kpi_response_time",
    "kpi_rule_breaches",
    "kpi_leakage",
    "kpi_restatement",
    "dim_date",
    "dim_kpi",
    "dim_team",
    "dim_channel",
    "dim_stage",
    "dim_origin_path",
    "dim_leak",
    "dim_decision",
    "dim_label",
}


def test_demo_ends_with_file_page_and_three_kpis(demo: Company) -> None:
    assert Path(demo.run["file"]).is_file()
    assert Path(demo.run["page"]).read_text(encoding="utf-8").startswith("<!doctype html>")
    assert [figure["kpi"] for figure in demo.run["kpis"]] == [
        "marketing_contribution_to_pipeline",
        "cost_per_qualified_lead",
        "first_touch_to_sal_rate",
    ]
    for figure in demo.run["kpis"]:
        assert figure["value"] is not None and figure["value"] > 0
        assert figure["period"] == "2026-06-01"


def test_every_published_column_is_described_and_has_a_role(demo: Company) -> None:
    columns = demo.published(
        "select table_schema, table_name, column_name from information_schema.columns "
        "where table_schema in ('kpi', 'metrics')"
    )
    saved = demo.published("select table_name from information_schema.tables where table_schema = 'metrics'")
    described = demo.published(
        "select schema_name, table_name, column_name from meta.columns where description <> ''"
    )
    assert {table for _, table, _ in columns} == TABLES | {table for (table,) in saved}
    assert sorted(columns) == sorted(described)


def test_no_published_value_identifies_a_person(demo: Company) -> None:
    """Every text that is published, against every address and phone number that the exports hold."""
    with duckdb.connect() as db:
        db.execute(f"attach {literal(demo.folder / 'warehouse' / 'leitstand.duckdb')} as built (read_only)")
        db.execute(f"attach {literal(demo.run['file'])} as published (read_only)")
        db.execute(
            # what people enter instead of an address or a number identifies nobody
            "create table secrets as "
            "select lower(email) as value from built.raw_crm.persons where email like '%@%.%' "
            "union select phone from built.raw_crm.persons where length(phone) > 8 "
            "union select lead_id from built.core.dim_lead"
        )
        assert db.execute("select count(*) > 60_000 from secrets").fetchone() == (True,)
        columns = db.execute(
            "select schema_name || '.' || table_name, column_name from duckdb_columns() "
            "where database_name = 'published' and data_type = 'VARCHAR'"
        ).fetchall()
        assert len(columns) > 100
        for table, column in columns:
            found = db.execute(
                f'select distinct "{column}" from published.{table} '
                f'where lower("{column}") in (select value from secrets) '
                f"or regexp_matches(\"{column}\", '\\S@\\S+\\.\\S')"
            ).fetchall()
            assert not found, (table, column)


def test_the_published_file_is_read_only_and_has_a_ledger_row_per_kpi(demo: Company) -> None:
    assert Path(demo.run["file"]).stat().st_mode & 0o222 == 0
    unequal = demo.published(
        """
        select s.kpi, s.period_start, s.scope_type, s.scope, s.value, l.value
        from kpi.kpi.kpi_scorecard as s
        full join (
            select * from meta.ledger where release_id = (select release_id from meta.release)
        ) as l
            on s.kpi = l.kpi and s.period_type = l.period_type and s.period_start = l.period_start
            and s.scope_type || ':' || s.scope = l.scope
        where s.value is distinct from l.value or s.kpi is null or l.kpi is null
        """
    )
    assert unequal == []
    assert demo.published("select count(*) > 1000 from meta.ledger") == [(True,)]


def test_parquet_and_duckdb_hold_the_same(demo: Company) -> None:
    folder = Path(demo.run["file"]).parent
    for table in TABLES:
        parquet = folder / f"{table}.parquet"
        differences = demo.published(
            f"(from kpi.kpi.{table} except all from '{parquet}') union all "
            f"(from '{parquet}' except all from kpi.kpi.{table})"
        )
        assert differences == []


def test_additive_columns_add_up_to_their_facts(demo: Company) -> None:
    """Every additive column, summed over the dimensions it names, against a count in the facts."""
    (pipeline,) = demo.rows(
        "select count(*), sum(entry_amount), count(*) filter (is_influenced), "
        "sum(entry_amount) filter (is_influenced) from core.fct_opportunity where is_new_pipeline"
    )
    assert demo.published(
        "select sum(opportunities), sum(new_pipeline_amount), sum(influenced_opportunities), "
        "sum(influenced_pipeline_amount) from kpi.kpi.kpi_pipeline_contribution"
    ) == [pipeline]
    pairs = demo.published("select distinct from_stage, to_stage from kpi.kpi.kpi_funnel_conversion")
    assert len(pairs) == 9
    for from_stage, to_stage in pairs:
        flag = f"{from_stage}_to_{to_stage}"
        # a later cycle never enters a cohort of first touches
        cycles = "and is_first_cycle" if from_stage == "first_touch" else ""
        (funnel,) = demo.rows(
            f"select count(*), count(*) filter (is_matured_{flag}), "
            f"count(*) filter (is_matured_{flag} and is_converted_{flag}) "
            f"from core.fct_lead_lifecycle where {from_stage}_at is not null {cycles}"
        )
        assert demo.published(
            "select sum(entered), sum(matured), sum(converted) from kpi.kpi.kpi_funnel_conversion "
            f"where basis = 'cohort' and from_stage = '{from_stage}' and to_stage = '{to_stage}'"
        ) == [funnel]
    # stages count lead cycles, opportunities count opportunities
    (leads,) = demo.rows(
        "select count(inquiry_at), count(mql_at), count(sal_at), count(sql_at), "
        "(select count(*) from core.fct_opportunity where is_new_pipeline and is_marketing_sourced), "
        "count(sal_at) from core.fct_lead_lifecycle where is_marketing_sourced"
    )
    for scope, categories in {
        "media": "('media')",
        "program": "('media', 'program')",
        "fully_loaded": "('media', 'program', 'overhead')",
    }.items():
        (cost,) = demo.rows(
            f"select sum(cost_amount) from core.fct_marketing_cost where cost_category in {categories}"
        )
        for basis in ("period", "cohort"):
            assert demo.published(
                "select sum(cost_amount) from kpi.kpi.kpi_cost_per_qualified_lead "
                f"where basis = '{basis}' and cost_scope = '{scope}'"
            ) == [cost]
        (credited,) = demo.published(
            "select sum(inquiries), sum(mqls), sum(sals), sum(sqls), sum(opportunities), "
            "sum(qualified_leads) from kpi.kpi.kpi_cost_per_qualified_lead "
            f"where basis = 'period' and cost_scope = '{scope}'"
        )
        assert credited == pytest.approx(leads)


def test_dbt_build_on_a_fresh_clone_where_nothing_has_landed(fresh_clone: FreshClone) -> None:
    """No flags; unit tests run with it."""
    done = fresh_clone.done
    assert done.returncode == 0, done.stdout[-3000:]
    kinds = [result["unique_id"].split(".")[0] for result in fresh_clone.artifact("run_results")["results"]]
    assert kinds.count("unit_test") == len(fresh_clone.artifact("manifest")["unit_tests"]) >= 150
    said = [line for line in done.stdout.splitlines() if "Next: `make demo`" in line]
    assert len(said) == 1
