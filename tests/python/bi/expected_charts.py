"""What each chart must show, by SQL that knows nothing of the metrics behind it.

Columns as the chart has them; the order of rows does not matter. Files are read as `k.<table>`.
"""

from __future__ import annotations

KPI_MONTHS = """
select period_start, value from k.kpi_scorecard
where kpi = '{kpi}' and period_type = 'month' and scope_type = 'company' and is_mature
"""

CHARTS: dict[str, str] = {
    "Marketing contribution to pipeline": KPI_MONTHS.format(kpi="marketing_contribution_to_pipeline"),
    "Cost per qualified lead (CPL-Q)": KPI_MONTHS.format(kpi="cost_per_qualified_lead"),
    "Conversion first touch to SAL": KPI_MONTHS.format(kpi="first_touch_to_sal_rate"),
    "New pipeline against plan": """
        -- a month that nothing entered has a value all the same: none
        select month, coalesce(total, 0), plan from (
            select month, sum(new_pipeline_amount) as total from k.kpi_pipeline_contribution group by month
        )
        right join (
            select period_start as month, plan from k.kpi_scorecard
            where kpi || period_type || scope_type = 'new_pipeline_amountmonthcompany' and is_mature
        ) using (month)
    """,
    "New pipeline by origin": """
        select month, origin_path, sum(new_pipeline_amount)
        from k.kpi_pipeline_contribution group by month, origin_path
    """,
    "KPIs of the company, last mature month of each": """
        select label_en, unit, period_start, value, plan, prior_year, status from (
            select *, row_number() over (partition by kpi order by period_start desc) as place
            from k.kpi_scorecard
            where period_type = 'month' and scope_type = 'company' and is_mature
        )
        where place = 1
    """,
    "What this is: release, and state of its data": """
        select company_name, release_id, as_of, published_at, checks_passed, checks_failed from m.release
    """,
    "Stages reached": """
        select period_start, label_en, value from k.kpi_scorecard
        where period_type || scope_type = 'monthcompany' and is_mature
            and kpi in ('inquiries', 'mqls', 'sals', 'sqls', 'opportunities', 'wins')
    """,
    "Conversion within the window, by month of entry": """
        select
            month, from_stage, to_stage,
            case when sum(matured) > 0 then sum(converted) / sum(matured) end
        from k.kpi_funnel_conversion where basis = 'cohort' group by month, from_stage, to_stage
    """,
    "Conversion inquiry to SAL by channel": """
        select
            channel, sum(matured), sum(converted),
            case when sum(matured) > 0 then sum(converted) / sum(matured) end
        from k.kpi_funnel_conversion
        where basis || from_stage || to_stage = 'cohortinquirysal' group by channel
    """,
    "Hand-overs and what became of them": """
        select month, decision, sum(handovers) from k.kpi_handover group by month, decision
    """,
    "Answered in time, by team": """
        select period_start, scope, case when denominator > 0 then numerator / denominator end
        from k.kpi_scorecard
        where kpi = 'sla_attainment' and period_type = 'month' and scope_type = 'team'
    """,
    "Median business minutes to the first answer, by SLA tier": """
        select month, sla_tier, median_response_minutes from k.kpi_response_time where team = '(all)'
    """,
    "Reasons of rejection": """
        select rejection_reason, sum(handovers) from k.kpi_handover
        where decision = 'rejected' group by rejection_reason
    """,
    "Leaks between marketing and sales, each lead at its first": """
        select leak, sum(first_leak_leads), sum(first_leak_pipeline_amount) from k.kpi_leakage group by leak
    """,
    "New pipeline as the default model credits it": """
        select month, channel, sum(attributed_pipeline_amount)
        from k.kpi_pipeline_contribution group by month, channel
    """,
    "Pipeline by channel, attribution models side by side": """
        select channel, attribution_model, sum(credited_amount) from k.kpi_attribution
        where conversion_type = 'pipeline'
            and attribution_model in ('first_touch', 'last_touch', 'linear', 'w_shaped')
        group by channel, attribution_model
    """,
    "Cost per qualified lead by channel, fully loaded": """
        select
            channel, sum(cost_amount), sum(qualified_leads),
            case when sum(qualified_leads) > 0 then sum(cost_amount) / sum(qualified_leads) end
        from k.kpi_cost_per_qualified_lead
        where basis = 'period' and cost_scope = 'fully_loaded' group by channel
    """,
    "Cost per qualified lead by cost scope": """
        select
            month, cost_scope,
            case when sum(qualified_leads) > 0 then sum(cost_amount) / sum(qualified_leads) end
        from k.kpi_cost_per_qualified_lead where basis = 'period' group by month, cost_scope
    """,
    "Marketing cost by channel, fully loaded": """
        select month, channel, sum(cost_amount) from k.kpi_cost_per_qualified_lead
        where basis = 'period' and cost_scope = 'fully_loaded' group by month, channel
    """,
    "Open pipeline at the end of the month, by segment": """
        select month, segment, open_pipeline_amount from k.kpi_pipeline_velocity
    """,
    "Win rate of deals closed in the month": """
        select
            month,
            case when sum(wins + losses) > 0 then sum(wins) / sum(wins + losses) end,
            case when sum(closed_amount) > 0 then sum(won_amount) / sum(closed_amount) end
        from k.kpi_pipeline_velocity group by month
    """,
    "From the CRM's total to the new pipeline": """
        select step, sum(opportunities), sum(amount) from k.kpi_pipeline_bridge group by step
    """,
}
