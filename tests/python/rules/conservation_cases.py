"""Each test of conservation: a hand-made breach, and a sound case in which nothing was lost or doubled."""

from __future__ import annotations

from typing import Any

from emptied import Tables

Row = dict[str, Any]

LIFECYCLE = "core.fct_lead_lifecycle"
EVENTS = "core.fct_lifecycle_event"
DEALS = "core.fct_opportunity"
SNAPSHOTS = "core.fct_opportunity_snapshot"
COSTS = "core.fct_marketing_cost"
HANDOVERS = "core.fct_handover"
LEAKS = "core.fct_leak"
PASSAGES = "core.fct_stage_passage"
CHANNEL_CREDITS = "core.fct_channel_attribution"
FUNNEL = "kpi.kpi_funnel_conversion"
COHORTS = "kpi.kpi_funnel_cohort"
PIPELINE = "kpi.kpi_pipeline_contribution"
COSTS_PER_LEAD = "kpi.kpi_cost_per_qualified_lead"
VELOCITY = "kpi.kpi_pipeline_velocity"
DURATIONS = "kpi.kpi_stage_duration"
WINDOWS = "definitions.stage_windows"
DAYS = "intermediate.int_reporting__days"
CONVERSIONS = "intermediate.int_attribution__conversions"
FITS = "intermediate.int_markov__fits"
REACHED = "intermediate.int_lifecycle__first_reached"
DECLARED = "intermediate.int_qualification__declared"
PERSONS = "intermediate.int_unified__persons"
STATES = "intermediate.int_opportunity__states"
LANDED = "landing.files"
RAW_PERSONS = "raw_crm.persons"
RAW_SPEND = "raw_google_ads.spend"
RAW_OTHER_COSTS = "raw_finance.other_costs"


def as_of(instant: str) -> Tables:
    return {"intermediate.int_reporting__as_of": [{"as_of": instant}]}


def version(record: str, number: int, **columns: Any) -> Row:
    """A version of a raw record: the highest number landed last."""
    return {"source_id": record, "load_number": number, "file_name": "f.csv", "line_number": 2, **columns}


PAIR: Row = {"from_stage": "mql", "to_stage": "sal"}
FUNNEL_PAIR: Row = PAIR | {"is_funnel_pair": True, "valid_from": "2020-01-01"}
PASSED: list[Row] = [
    {"lead_id": "a", "cycle_number": 1, "stage": "mql", "stage_rank": 2, "reached_at": "2026-03-01 10:00"},
    {"lead_id": "a", "cycle_number": 1, "stage": "sal", "stage_rank": 3, "reached_at": "2026-03-03 10:00"},
]
LATE = ("2026-03-04 10:00", "2026-03-03 10:00")
OBSERVED: Row = {
    "lead_id": "a",
    "mql_at": "2026-03-01 10:00",
    "mql_is_inferred": False,
    "sal_at": "2026-03-03 10:00",
    "sal_is_inferred": False,
}
MATURED: Row = {"is_identified": True, "is_matured_mql_to_sal": True, "is_converted_mql_to_sal": True}
IN_TIME: Row = {"is_entered": True, "is_matured": True, "is_converted": True, "arrived_date": "2026-03-03"}
CHAIN: Row = {"attribution_model": "markov", "conversion_type": "sal", "conversion_month": "2026-03-01"}
FITTED = CHAIN | {"is_fitted": True, "conversions": 9, "paths": 20, "first_path_month": "2026-01-01"}
TWENTY_PATHS: Tables = {
    CONVERSIONS: [
        {"conversion_number": n, "conversion_type": "sal", "conversion_month": "2026-03-01"} for n in range(9)
    ],
    "intermediate.int_attribution__paths": [{"conversion_number": n, "touch_number": 1} for n in range(9)],
    "intermediate.int_markov__lost_paths": [
        {"conversion_type": "sal", "path_month": "2026-02-01", "touch_number": 1}
    ]
    * 11,
}
CONVERSION: Row = {"conversion_type": "sal", "conversion_month": "2026-03-01"}
HALF: Row = CHAIN | {"share": 0.5, "conversions": 0.5}
WON: Row = {
    "opportunity_id": "o",
    "opportunity_type": "new",
    "is_new_pipeline": True,
    "is_won": True,
    "is_lost": False,
    "won_at": "2026-03-09 10:00",
    "won_amount": 100,
    "opportunity_month": "2026-01-01",
    "entry_amount": 90,
}
WIN_MONTH: Row = {"month": "2026-03-01", "conversion_type": "revenue", "attribution_model": "linear"}
ENTRY_MONTH = WIN_MONTH | {"month": "2026-01-01", "conversion_type": "pipeline"}
ENTRY = ENTRY_MONTH | {"credited_conversions": 1, "credited_amount": 90}
SPENT: Row = {"currency": "EUR", "amount": 12.5, "spend_date": "2026-03-01"}
STAND: Row = {"currency": "EUR", "amount": 100, "period_start": "2026-03-01", "period_end": "2026-03-03"}
COST: Row = {"original_currency": "EUR", "original_amount": 12.5}
SCOPES: Tables = {
    "definitions.cost_scopes": [
        {"cost_scope": "media", "cost_category": "media"},
        {"cost_scope": "fully_loaded", "cost_category": "media"},
        {"cost_scope": "fully_loaded", "cost_category": "overhead"},
    ]
}
LOADED: Row = {"cost_scope": "fully_loaded", "basis": "period", "month": "2026-03-01"}
SILENT: Row = {"lead_cycle_id": "a-1", "decision": "silent", "verdict": "verified"}
LEAK: Row = {
    "subject_type": "lead_cycle",
    "lead_cycle_id": "a-1",
    "pipeline_at_stake_amount": 50,
    "is_first_leak": True,
}
LEAKAGE: Row = {"leads": 1, "pipeline_at_stake_amount": 50, "first_leak_pipeline_amount": 50}
DECLARATION: Row = {"connection": "crm", "source_id": "1"}
MARCH: Row = {"month": "2026-03-01", "channel": "email", "segment": "small", "origin_path": "marketing"}
# two days of June are kept; lost on the first, re-opened on the second
REOPENED: Tables = as_of("2026-06-30 12:00") | {
    "intermediate.int_reporting__thresholds": [{"threshold": "daily_snapshot_days", "threshold_value": 2}],
    DAYS: [{"date_day": f"2026-06-{day}"} for day in (28, 29, 30)],
    DEALS: [
        {
            "opportunity_id": "b00ac7c68f23d434ef904df653f5891a",
            "opportunity_at": "2026-06-28 10:00",
            "current_amount": 100,
            "is_won": False,
            "is_lost": False,
        }
    ],
    STATES: [
        {
            "connection": "crm",
            "opportunity_id": "c",
            "happened_at": at,
            "outcome": outcome,
            "is_lasting": lasts,
        }
        for at, outcome, lasts in (
            ("2026-06-28 10:00", "open", False),
            ("2026-06-29 08:00", "lost", False),
            ("2026-06-30 08:00", "open", True),
        )
    ],
}
OPEN: Row = {"is_open": True, "amount": 100}

CONSERVATION: dict[str, tuple[Tables, Tables]] = {
    "accruals_add_up_to_their_items": (
        as_of("2026-06-30 12:00")
        | {
            "intermediate.int_unified__other_costs": [STAND | DECLARATION],
            "intermediate.int_cost__accruals": [DECLARATION | {"original_amount": 33.33}] * 3,
        },
        as_of("2026-06-30 12:00")
        | {
            "intermediate.int_unified__other_costs": [STAND | DECLARATION],
            "intermediate.int_cost__accruals": [
                DECLARATION | {"original_amount": amount} for amount in (33.33, 33.34, 33.33)
            ],
        },
    ),
    "attributed_pipeline_is_the_new_pipeline": (
        {PIPELINE: [MARCH | {"new_pipeline_amount": 100, "attributed_pipeline_amount": 99.99}]},
        {
            PIPELINE: [
                MARCH | {"new_pipeline_amount": 100, "attributed_pipeline_amount": 60},
                MARCH | {"channel": "(no touch)", "new_pipeline_amount": 0, "attributed_pipeline_amount": 40},
            ]
        },
    ),
    "chains_convert_as_often_as_their_paths": (
        # nine of twenty paths converted, and the chain of the month says 0.44
        TWENTY_PATHS
        | {FITS: [FITTED], "intermediate.int_markov__removal_effects": [CHAIN | {"chain_probability": 0.44}]},
        TWENTY_PATHS
        | {FITS: [FITTED], "intermediate.int_markov__removal_effects": [CHAIN | {"chain_probability": 0.45}]},
    ),
    "cohorts_are_the_funnel_to_date": (
        # the funnel knows a second member that converted later
        {
            FUNNEL: [
                PAIR | MARCH | {"basis": "to_date", "entered": 2, "converted": 2, "window_days": 14},
                PAIR | MARCH | {"basis": "cohort", "matured": 2, "converted": 1, "window_days": 14},
            ],
            COHORTS: [
                PAIR
                | {"cohort_month": "2026-03-01", "days_since": 3, "converted": 1, "competing": 0}
                | {"censored": 1, "cumulative_incidence": 0.5}
            ],
        },
        {
            FUNNEL: [
                PAIR | MARCH | {"basis": "to_date", "entered": 2, "converted": 1, "window_days": 14},
                PAIR | MARCH | {"basis": "cohort", "matured": 2, "converted": 1, "window_days": 14},
            ],
            COHORTS: [
                PAIR
                | {"cohort_month": "2026-03-01", "days_since": 3, "converted": 1, "competing": 0}
                | {"censored": 1, "cumulative_incidence": 0.5}
            ],
        },
    ),
    "cost_adds_up_from_raw_to_mart": (
        # the join with campaigns has lost the row of a campaign without a record
        as_of("2026-06-30 12:00")
        | {RAW_SPEND: [version("1", 1, **SPENT), version("2", 1, **SPENT)], COSTS: [COST]},
        # the second version of a record replaces the first; a third of the stand is still to come
        as_of("2026-03-02 12:00")
        | {
            DAYS: [{"date_day": "2026-01-01"}, {"date_day": "2026-03-02"}],
            RAW_SPEND: [version("1", 1, **SPENT | {"amount": 99}), version("1", 2, **SPENT)],
            RAW_OTHER_COSTS: [version("s", 1, **STAND)],
            COSTS: [COST, COST | {"original_amount": 66.67}],
        },
    ),
    "cost_is_converted_by_its_day": (
        {
            "intermediate.int_currency__daily_rates": [
                {"currency": "USD", "date_day": "2026-03-01", "units_per_euro": 2}
                | {"reporting_units_per_euro": 1}
            ],
            COSTS: [
                {"original_currency": "USD", "cost_date": "2026-03-01", "original_amount": 10}
                | {"cost_amount": 10}
            ],
        },
        {
            "intermediate.int_currency__daily_rates": [
                {"currency": "USD", "date_day": "2026-03-01", "units_per_euro": 2}
                | {"reporting_units_per_euro": 1}
            ],
            COSTS: [
                {"original_currency": "USD", "cost_date": "2026-03-01", "original_amount": 10}
                | {"cost_amount": 5},
                {"original_currency": "EUR", "cost_date": "2026-03-01", "original_amount": 7}
                | {"cost_amount": 7},
            ],
        },
    ),
    "cost_scopes_add_up_to_the_cost": (
        SCOPES
        | {COSTS: [{"cost_month": "2026-03-01", "cost_amount": 100}]}
        | {COSTS_PER_LEAD: [LOADED | {"cost_amount": 60}]},
        SCOPES
        | {COSTS: [{"cost_month": "2026-03-01", "cost_amount": 100}]}
        | {COSTS_PER_LEAD: [LOADED | {"cost_amount": 100}]},
    ),
    "credits_add_up_to_the_conversions": (
        {
            DEALS: [WON],
            "kpi.kpi_attribution": [
                ENTRY,
                WIN_MONTH | {"credited_conversions": 1, "credited_amount": 99.99},
            ],
        },
        {
            DEALS: [WON],
            "kpi.kpi_attribution": [
                ENTRY,
                WIN_MONTH | {"credited_conversions": 0.4, "credited_amount": 40},
                WIN_MONTH | {"credited_conversions": 0.6, "credited_amount": 60},
            ],
        },
    ),
    "data_driven_credit_adds_up": (
        {
            CONVERSIONS: [CONVERSION],
            FITS: [FITTED],
            CHANNEL_CREDITS: [HALF, HALF | {"share": 0.4}],
        },
        {CONVERSIONS: [CONVERSION], FITS: [FITTED], CHANNEL_CREDITS: [HALF, HALF]},
    ),
    "durations_count_the_passages_of_the_lifecycle": (
        # the mart has lost the pair
        as_of("2026-06-30 12:00") | {WINDOWS: [FUNNEL_PAIR], REACHED: PASSED},
        # of the second lead the MQL was declared after the acceptance
        as_of("2026-06-30 12:00")
        | {
            WINDOWS: [FUNNEL_PAIR],
            REACHED: PASSED
            + [row | {"lead_id": "b", "reached_at": at} for row, at in zip(PASSED, LATE, strict=True)],
            DURATIONS: [PAIR | {"passages": 1}],
        },
    ),
    "funnel_counts_are_those_of_the_lifecycle": (
        as_of("2026-06-30 12:00")
        | {
            WINDOWS: [FUNNEL_PAIR],
            LIFECYCLE: [OBSERVED],
            FUNNEL: [PAIR | {"basis": "to_date", "entered": 2, "converted": 1}],
        },
        as_of("2026-06-30 12:00")
        | {
            WINDOWS: [FUNNEL_PAIR],
            LIFECYCLE: [OBSERVED],
            FUNNEL: [PAIR | {"basis": "to_date", "entered": 1, "converted": 1}],
        },
    ),
    "handovers_are_all_there": (
        {"intermediate.int_handover__mqls": [{"lead_id": "a", "cycle_number": 1}]},
        {
            "intermediate.int_handover__mqls": [{"lead_id": "a", "cycle_number": 1}],
            HANDOVERS: [{"lead_id": "a", "cycle_number": 1}],
        },
    ),
    "landed_rows_stand_in_raw": (
        {
            LANDED: [
                {"connection": "crm", "entity": "persons", "load_number": 1, "rows_landed": 2}
                | {"file_hash": "h"}
            ],
            RAW_PERSONS: [version("1", 1, file_hash="h")],
        },
        {
            LANDED: [
                {"connection": "crm", "entity": "persons", "load_number": 1, "rows_landed": 2}
                | {"file_hash": "h"}
            ],
            RAW_PERSONS: [version("1", 1, file_hash="h"), version("2", 1, file_hash="h")],
        },
    ),
    "leads_per_cost_are_those_of_the_lifecycle": (
        {
            LIFECYCLE: [OBSERVED | {"is_marketing_sourced": True}],
            COSTS_PER_LEAD: [LOADED | {"mqls": 1, "sals": 0.5}],
        },
        {
            LIFECYCLE: [OBSERVED | {"is_marketing_sourced": True}],
            COSTS_PER_LEAD: [LOADED | {"mqls": 1, "sals": 0.5}, LOADED | {"mqls": 0, "sals": 0.5}],
        },
    ),
    "leads_with_a_stage_have_a_cycle": (
        {EVENTS: [{"lead_id": "a", "stage": "mql"}]},
        {EVENTS: [{"lead_id": "a", "stage": "mql"}, {"lead_id": "b"}], LIFECYCLE: [{"lead_id": "a"}]},
    ),
    "leaks_are_those_of_the_handovers": (
        {HANDOVERS: [SILENT]},
        {
            HANDOVERS: [SILENT, SILENT | {"lead_cycle_id": "b-1", "verdict": "contradicted"}],
            "intermediate.int_leak__breaks": [{"leak": "no_decision", "subject_key": "a-1"}],
        },
    ),
    "leaks_count_each_subject_once": (
        {
            LEAKS: [LEAK, LEAK | {"is_first_leak": False, "pipeline_at_stake_amount": 30}],
            "kpi.kpi_leakage": [
                LEAKAGE | {"leads": 2, "first_leak_leads": 2, "pipeline_at_stake_amount": 80}
            ],
        },
        {
            LEAKS: [LEAK, LEAK | {"is_first_leak": False, "pipeline_at_stake_amount": 30}],
            "kpi.kpi_leakage": [
                LEAKAGE | {"leads": 2, "first_leak_leads": 1, "pipeline_at_stake_amount": 80}
            ],
        },
    ),
    "passages_are_those_of_the_lifecycle": (
        # the fact says that the lead came too late
        as_of("2026-06-30 12:00")
        | {
            WINDOWS: [FUNNEL_PAIR],
            LIFECYCLE: [OBSERVED | MATURED],
            PASSAGES: [PAIR | IN_TIME | {"is_converted": False}],
        },
        as_of("2026-06-30 12:00")
        | {WINDOWS: [FUNNEL_PAIR], LIFECYCLE: [OBSERVED | MATURED], PASSAGES: [PAIR | IN_TIME]},
    ),
    "person_records_count_or_say_why_not": (
        {
            PERSONS: [{"connection": "crm"}] * 2,
            "intermediate.int_identity__records": [{"connection": "crm", "record_kind": "record"}],
        },
        {
            PERSONS: [{"connection": "crm"}] * 2,
            "intermediate.int_identity__records": [{"connection": "crm", "record_kind": "record"}],
            "intermediate.int_quality__left_out": [
                {"connection": "crm", "entity": "persons", "reason": "internal", "left_out_rows": 1}
            ],
        },
    ),
    "raw_records_reach_unified": (
        {RAW_PERSONS: [version("1", 1), version("2", 1)], PERSONS: [{"connection": "crm"}]},
        {RAW_PERSONS: [version("1", 1), version("1", 2)], PERSONS: [{"connection": "crm"}]},
    ),
    "revenue_lines_reach_their_opportunities": (
        {
            "intermediate.int_opportunity__revenue_lines": [
                {"opportunity_id": "o", "reporting_amount": 10},
                {"opportunity_id": "o", "reporting_amount": -2},
            ],
            DEALS: [{"revenue_lines": 1, "revenue_amount": 10}],
        },
        {
            "intermediate.int_opportunity__revenue_lines": [
                {"opportunity_id": "o", "reporting_amount": 10},
                {"opportunity_id": "o", "reporting_amount": -2},
                {"opportunity_id": None, "reporting_amount": 5},
            ],
            DEALS: [{"revenue_lines": 2, "revenue_amount": 8}],
        },
    ),
    "rows_read_are_landed_or_quarantined": (
        {LANDED: [{"rows_read": 3, "rows_landed": 2, "rows_quarantined": 0, "cells_missing": 1}]},
        {LANDED: [{"rows_read": 3, "rows_landed": 2, "rows_quarantined": 1, "cells_missing": 1}]},
    ),
    "rules_judge_every_declaration": (
        {
            "intermediate.int_qualification__outcomes": [{"moment_number": 1, "rule_id": "fit"}],
            DECLARED: [{"declaration_number": 1}],
        },
        {
            "intermediate.int_qualification__outcomes": [{"moment_number": 1, "rule_id": "fit"}],
            DECLARED: [{"declaration_number": 1}],
            "kpi.kpi_definition_rules": [{"rule": "fit", "events": 1}],
        },
    ),
    "snapshots_are_transitions": (
        # on the day between it counts as open, though it was lost then
        REOPENED | {SNAPSHOTS: [OPEN | {"snapshot_date": day} for day in ("2026-06-29", "2026-06-30")]},
        REOPENED | {SNAPSHOTS: [OPEN | {"snapshot_date": "2026-06-30"}]},
    ),
    "touches_count_or_say_why_not": (
        {
            "intermediate.int_unified__touches": [{"source_id": "1"}],
            "intermediate.int_touch__classified": [{"source_id": "1"}],
        },
        {
            "intermediate.int_unified__touches": [{"source_id": "1"}, {"source_id": "2"}],
            "intermediate.int_touch__classified": [
                {"source_id": "1", "ineligible_reason": "not_human"},
                {"source_id": "2"},
            ],
            "core.fct_touchpoint": [{"touchpoint_id": "2"}],
        },
    ),
    "velocity_counts_the_opportunities_of_the_facts": (
        {DEALS: [WON], VELOCITY: [{"month": "2026-01-01", "entered": 1}]},
        {
            DEALS: [WON],
            SNAPSHOTS: [
                {"snapshot_month": "2026-01-01", "is_month_end": True, "is_open": True}
                | {"is_new_pipeline": True, "amount": 90}
            ],
            VELOCITY: [
                {"month": "2026-01-01", "entered": 1, "open_opportunities": 1, "open_pipeline_amount": 90},
                {"month": "2026-03-01", "wins": 1, "won_amount": 100, "closed_amount": 100},
            ],
        },
    ),
    "verdicts_add_up_to_the_declarations": (
        {
            "intermediate.int_qualification__verdicts": [{"moment_number": 1, "verdict": "verified"}],
            DECLARED: [{"declaration_number": 1, "stage": "mql"}],
        },
        {
            "intermediate.int_qualification__verdicts": [{"moment_number": 1, "verdict": "verified"}],
            DECLARED: [{"declaration_number": 1, "stage": "mql"}],
            "kpi.kpi_definition_verdicts": [{"stage": "mql", "verdict": "verified", "events": 1}],
        },
    ),
}

# further breaches, each beside the sound case above
FURTHER: dict[str, list[Tables]] = {
    "cost_adds_up_from_raw_to_mart": [
        # spread over days, an item has lost a part
        as_of("2026-06-30 12:00")
        | {
            DAYS: [{"date_day": "2026-01-01"}, {"date_day": "2026-06-30"}],
            RAW_OTHER_COSTS: [version("s", 1, **STAND)],
            COSTS: [COST | {"original_amount": 66.67}],
        }
    ],
    "funnel_counts_are_those_of_the_lifecycle": [
        # the mart has lost the pair
        as_of("2026-06-30 12:00") | {WINDOWS: [FUNNEL_PAIR], LIFECYCLE: [OBSERVED]},
    ],
    "leads_per_cost_are_those_of_the_lifecycle": [
        {LIFECYCLE: [OBSERVED | {"is_marketing_sourced": True}]},
    ],
}
