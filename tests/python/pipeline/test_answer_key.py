"""The built-in company against its answer key, which the pipeline never reads."""

from __future__ import annotations

import pytest

from running import Company

KEY = "exports/answer_key"


def test_people_are_found(demo: Company) -> None:
    """Records of one person share an address, so only those without one stay apart."""
    ((true_people,),) = demo.rows(
        f"select count(distinct person_id) from '{demo.folder}/{KEY}/persons.csv' where record_type = 'lead'"
    )
    ((found,),) = demo.rows("select count(*) from core.dim_lead where is_identified")
    assert found == pytest.approx(true_people, rel=0.01)


def test_recorded_stage_dates_are_exact(demo: Company) -> None:
    """Of the first cycles, every stage that the CRM recorded stands at the second of the key."""
    ((compared, exact),) = demo.rows(
        f"""
        with key as (
            select person_id, stage, reached_at
            from '{demo.folder}/{KEY}/stages.csv'
            where is_recorded and cycle_number = 1 and stage in ('mql', 'sal', 'sql')
        ),
        people as (
            select key.person_id, any_value(records.lead_id) as lead_id
            from '{demo.folder}/{KEY}/persons.csv' as key
            join intermediate.int_identity__records as records
                on key.record_type = 'lead'
                and records.connection = 'crm'
                and records.source_id = key.record_id
            group by key.person_id
            having count(distinct records.lead_id) = 1
        )
        select
            count(*),
            count(*) filter (
                key.reached_at = case key.stage
                    when 'mql' then cycles.mql_at_observed
                    when 'sal' then cycles.sal_at_observed
                    else cycles.sql_at_observed
                end
            )
        from key
        join people using (person_id)
        join core.fct_lead_lifecycle as cycles using (lead_id)
        """
    )
    assert compared > 8_000
    assert exact / compared > 0.99


def test_sourced_pipeline_is_near_the_truth(demo: Company) -> None:
    """Origins that no record proves (partners without a deal) keep it from being equal."""
    ((true_share,),) = demo.rows(
        f"select sum(entry_amount) filter (origin_path = 'marketing') / sum(entry_amount) "
        f"from '{demo.folder}/{KEY}/opportunities.csv' where entry_amount > 0"
    )
    ((share,),) = demo.rows(
        "select sum(entry_amount) filter (is_marketing_sourced) / sum(entry_amount) "
        "from core.fct_opportunity where is_new_pipeline"
    )
    assert float(share) == pytest.approx(float(true_share), abs=0.03)


def test_spend_equals_the_invoices_but_for_the_stated_deviation(demo: Company) -> None:
    """The platforms bill what they report, within a percent, in all months but one."""
    off = demo.rows(
        """
        select invoices.platform, invoices.invoice_month
        from intermediate.int_unified__invoices as invoices
        join (
            select platform, date_trunc('month', spend_date) as month, sum(amount) as amount
            from intermediate.int_unified__spend group by all
        ) as spend on spend.platform = invoices.platform and spend.month = invoices.invoice_month
        where abs(spend.amount - invoices.amount) > 0.01 * invoices.amount
        """
    )
    assert len(off) == 1
