"""The questions of `analyses/`: each compiles, and answers from the published file as its head promises."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from emptied import compiled
from leitstand.build import call_dbt
from leitstand.config import PROJECT_ROOT, load_company
from parsed import parsed
from running import Company

FILES = sorted((PROJECT_ROOT / "analyses").glob("*.sql"))
LAST_YEAR = "month >= '2025-07-01' and month < '2026-07-01'"


def head(file: Path) -> dict[str, str]:
    """The comment at the head: what is asked, how to read the answer, and its columns."""
    lines = file.read_text(encoding="utf-8").splitlines()
    text = " ".join(line[3:] for line in lines[: next(i for i, x in enumerate(lines) if x[:2] != "--")])
    parts = re.split(r" ?(Question|How to read|Columns): ", text)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


@pytest.fixture(scope="module")
def answers(demo: Company) -> dict[str, list[dict[str, Any]]]:
    """The answer to each question, asked of the published file alone."""
    company = load_company(PROJECT_ROOT)
    done = call_dbt(company, "compile", "--select", "path:analyses", manifest=parsed(company))
    assert {result.status for result in done.results} == {"success"}
    found = {}
    with duckdb.connect(str(demo.folder / "releases/current/kpi.duckdb"), read_only=True) as db:
        for file in FILES:
            sql = re.sub(r'"\w+"\."(?:kpi|core)"\."(\w+)"', r"kpi.kpi.\1", compiled(f"analyses/{file.stem}"))
            rows = db.execute(sql)
            names = [column[0] for column in rows.description or []]
            found[file.stem] = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_answer_has_rows_and_the_columns_of_its_head(
    file: Path, answers: dict[str, list[dict[str, Any]]]
) -> None:
    rows = answers[file.stem]
    assert rows
    assert ", ".join(rows[0]) == head(file)["Columns"]
    assert head(file)["Question"].endswith("?") and head(file)["How to read"].endswith(".")


def test_each_question_has_its_line_on_the_page() -> None:
    page = (PROJECT_ROOT / "docs" / "questions.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\| (.+?) \| \[`(\w+)`\]\(\.\./analyses/(\w+)\.sql\) \|", page, re.MULTILINE)
    assert sorted(lines) == sorted((head(file)["Question"], file.stem, file.stem) for file in FILES)
    assert len(FILES) >= 8


def test_leaks_add_up_to_the_leads_that_broke(
    demo: Company, answers: dict[str, list[dict[str, Any]]]
) -> None:
    rows = answers["largest_leak"]
    ((subjects, amount),) = demo.rows(
        "select count(*), sum(pipeline_at_stake_amount) from core.fct_leak "
        f"where is_first_leak and {LAST_YEAR}"
    )
    assert sum(row["first_leak_leads"] for row in rows) == subjects
    assert sum(row["first_leak_pipeline_amount"] for row in rows) == amount
    assert rows[-1]["cumulative_share"] == pytest.approx(1)
    assert {row["leak"]: row["leads"] for row in rows} == dict(
        demo.rows(f"select leak, count(*) from core.fct_leak where {LAST_YEAR} group by leak")
    )


def test_late_answers_are_those_of_the_handovers(
    demo: Company, answers: dict[str, list[dict[str, Any]]]
) -> None:
    by_team = {
        row["team"]: (row["sla_due"], row["sla_met"], row["sla_attainment"])
        for row in answers["late_answers_by_team"]
    }
    assert by_team == {
        team: (due, met, met / due if due else None)
        for team, due, met in demo.rows(
            "select team, count(*) filter (is_sla_due), count(*) filter (is_sla_met) from core.fct_handover "
            "where verdict <> 'contradicted' and handover_month between '2025-07-01' and '2026-06-30' "
            "group by team"
        )
    }


def test_a_quarter_is_the_sum_of_its_opportunities(
    demo: Company, answers: dict[str, list[dict[str, Any]]]
) -> None:
    last = answers["sourced_influenced_attributed_by_quarter"][-1]
    assert str(last["quarter_start"]) == "2026-04-01"
    assert demo.rows(
        "select sum(amount) from core.fct_attribution inner join core.dim_channel using (channel) "
        "where conversion_type = 'pipeline' and is_default and is_marketing "
        "and conversion_month between '2026-04-01' and '2026-06-30'"
    ) == [(last["attributed_amount"],)]
    assert demo.rows(
        "select count(*), sum(entry_amount), sum(entry_amount) filter (origin_path = 'marketing'), "
        "sum(entry_amount) filter (is_influenced) from core.fct_opportunity "
        "where is_new_pipeline and opportunity_month between '2026-04-01' and '2026-06-30'"
    ) == [
        tuple(
            last[column]
            for column in ("opportunities", "new_pipeline_amount", "sourced_amount", "influenced_amount")
        )
    ]


def test_the_last_quarter_is_compared_with_the_one_before(
    demo: Company, answers: dict[str, list[dict[str, Any]]]
) -> None:
    rows = {row["kpi"]: row for row in answers["change_since_last_quarter"]}
    pipeline = {
        quarter: amount
        for quarter, amount in demo.rows(
            "select quarter(opportunity_month), sum(entry_amount)::double from core.fct_opportunity "
            "where is_new_pipeline and year(opportunity_month) = 2026 group by all"
        )
    }
    row = rows["new_pipeline_amount"]
    assert row["quarter_value"] == pytest.approx(pipeline[2])
    assert row["former_value"] == pytest.approx(pipeline[1])
    assert row["change_share"] == pytest.approx(pipeline[2] / pipeline[1] - 1)
    share = rows["marketing_contribution_to_pipeline"]
    assert share["quarter_value"] == pytest.approx(
        answers["sourced_influenced_attributed_by_quarter"][-1]["sourced_share"]
    )


def test_the_year_to_date_is_judged_against_the_plan_of_its_months(
    demo: Company, answers: dict[str, list[dict[str, Any]]]
) -> None:
    rows = {row["kpi"]: row for row in answers["plan_attainment_year_to_date"]}
    # the plan of a cost per lead is that of the cost over the leads that both plans imply
    ((plan, cost_plan, planned_leads),) = demo.rows(
        "select sum(plan) filter (kpi = 'new_pipeline_amount'), "
        "sum(plan) filter (kpi = 'marketing_cost_amount'), sum(leads) "
        "from (select kpi, plan, max(plan) filter (kpi = 'marketing_cost_amount') over months"
        " / nullif(case when kpi = 'cost_per_qualified_lead' then plan end, 0) as leads "
        "from definitions.kpi_targets where scope_type = 'company' "
        "and period_start between '2026-01-01' and '2026-06-30' "
        "window months as (partition by period_start))"
    )
    assert rows["new_pipeline_amount"]["plan_to_date"] == pytest.approx(plan)
    cost = rows["cost_per_qualified_lead"]
    assert cost["plan_to_date"] == pytest.approx(cost_plan / planned_leads)
    assert cost["share_of_plan"] == pytest.approx(cost["value_to_date"] / cost["plan_to_date"])
    # dearer than planned is worse, more pipeline is better
    assert cost["share_of_plan"] > 1 and cost["status"] == "red"
    statuses = dict(
        demo.rows(
            "select kpi, status from kpi.kpi_scorecard where period_type = 'year_to_date' "
            "and scope_type = 'company' and period_start = '2026-06-01' and plan is not null"
        )
    )
    assert {kpi: row["status"] for kpi, row in rows.items()} == statuses
