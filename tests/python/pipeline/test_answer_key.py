"""The built-in company against its answer key, which the pipeline never reads."""

from __future__ import annotations

import json
from typing import Any

import pytest

from leitstand.evaluate import STAGES
from running import Company, leitstand

KEY = "exports/answer_key"


@pytest.fixture(scope="module")
def evaluation(demo: Company) -> Any:
    """What `leitstand evaluate` says of the demo."""
    return leitstand("evaluate", "--json", cwd=demo.folder).json


@pytest.fixture(scope="module")
def scores(evaluation: Any) -> dict[str, Any]:
    return {score["measure"]: score for score in evaluation["scores"]}


def test_every_threshold_is_met(scores: dict[str, Any]) -> None:
    missed = {name: score["share"] for name, score in scores.items() if not score["is_met"]}
    assert missed == {}
    assert {name: score["threshold"] for name, score in scores.items() if score["threshold"]} == {
        "records: precision of pairs": 0.99,
        "records: recall of pairs": 0.95,
        "records and visitors: precision of pairs": 0.99,
        "records and visitors: recall of pairs": 0.95,
        **{f"{stage}: date exact where observable": 1.0 for stage in STAGES},
        "origin path of the first cycle": 0.98,
        "new pipeline, in cents: as it is": 1.0,
        "origin path of opportunities, where observable": 1.0,
        "sourced pipeline, in cents: as it is, where observable": 1.0,
        "influenced pipeline, in cents: as it is, where observable": 1.0,
    }


def test_the_scores_speak_of_nearly_everybody(scores: dict[str, Any]) -> None:
    """A score over few cases would say nothing."""
    people = scores["people whose records are exactly one lead"]
    assert people["cases"] > 19_000
    assert people["share"] > 0.95
    least = {"inquiry": 14_000, "mql": 4_000, "sal": 3_400, "sql": 1_900, "opportunity": 1_000, "won": 200}
    for stage, cases in least.items():
        assert scores[f"{stage}: date exact where observable"]["cases"] > cases
    assert scores["stages from a contradicted declaration on"]["share"] < 0.02
    assert scores["people with the right number of cycles, where observable"]["share"] > 0.995
    assert scores["people with the right number of cycles"]["share"] > 0.99
    assert scores["cycles with the right end, where observable"]["share"] > 0.99
    assert scores["tests and colleagues left out"]["share"] == 1


def test_the_noise_stands_beside_the_scores(evaluation: Any, demo: Company) -> None:
    planted = json.loads((demo.folder / KEY / "noise.json").read_text(encoding="utf-8"))
    assert evaluation["noise"] == planted
    assert planted["skipped_stages"]["rate"] == {"sal": 0.03, "mql": 0.02}


def test_people_are_found(demo: Company) -> None:
    """What no system tells keeps the number of leads from being that of humans."""
    ((true_people,),) = demo.rows(
        f"select count(distinct person_id) from '{demo.folder}/{KEY}/persons.csv' "
        "where record_type <> 'visitor' and not is_excluded"
    )
    ((found,),) = demo.rows("select count(*) from core.dim_lead where is_identified")
    assert found == pytest.approx(true_people, rel=0.01)


def test_pipeline_is_the_truth_to_the_cent_where_any_system_tells_it(scores: dict[str, Any]) -> None:
    """What no system tells is little, and counted; the build's guess at it is mostly right."""
    least = {"sourced": (0.96, 0.99), "influenced": (0.94, 0.94)}
    for kind, (told, right) in least.items():
        observable = scores[f"{kind} pipeline, in cents: as it is, where observable"]
        assert observable["hits"] == observable["cases"] > 100 * 10_000_000
        untold = scores[f"{kind} pipeline, in cents: no system tells"]
        assert 0 < untold["share"] < 1 - told
        assert scores[f"{kind} pipeline, in cents: as it is"]["share"] > right


def test_what_no_system_tells_of_the_pipeline_has_its_reason(evaluation: Any, demo: Company) -> None:
    untold = dict(
        demo.rows(
            f"select coalesce(origin_untold, 'told'), count(*) from '{demo.folder}/{KEY}/opportunities.csv' "
            "where entered_at is not null group by all"
        )
    )
    assert untold.pop("told") > 950
    planted = evaluation["noise"]["pipeline"]
    counted = {name.removeprefix("origin_untold_"): count for name, count in planted.items() if count}
    assert untold == {name: count for name, count in counted.items() if name in untold}
    assert sum(untold.values()) == sum(n for name, n in planted.items() if name.startswith("origin_untold"))
    assert planted["opportunities"] > 1_000


def test_attribution_is_as_far_from_the_truth_as_its_assumptions(evaluation: Any) -> None:
    """One channel brings each person and later touches change nothing, so the first touch comes nearest."""
    rows = evaluation["attribution"]
    far: dict[str, dict[str, float]] = {}
    for row in rows:
        # a model that credits some of the conversions only is measured on others than the rest
        most = max(r["conversions"] for r in rows if r["conversion_type"] == row["conversion_type"])
        if row["conversions"] == most:
            far.setdefault(row["conversion_type"], {})[row["attribution_model"]] = row["distance"]
    assert set(far) == {"sal", "pipeline", "revenue"}
    for models in far.values():
        assert min(models, key=lambda model: models[model]) == "first_touch"
        assert models["first_touch"] < models["linear"] < models["last_touch"]
    assert far["sal"]["first_touch"] < 0.08
    assert "markov" in far["sal"] and "markov" in far["pipeline"] and "markov" not in far["revenue"]


def test_programs_and_visits_without_consent_count_for_nothing(demo: Company) -> None:
    """Every click that was planted is found, and nothing else; people known have visits that do not count."""
    noise = json.loads((demo.folder / KEY / "noise.json").read_text(encoding="utf-8"))
    rules = dict(
        demo.rows(
            "select bot_rule, count(*) from intermediate.int_touch__classified "
            "where ineligible_reason = 'not_human' group by bot_rule"
        )
    )
    assert rules.pop("click_on_delivery") == noise["machines"]["quick"]
    assert rules.pop("hidden_link") == noise["machines"]["hidden_link"]
    assert sum(rules.values()) == noise["machines"]["named"]
    ((counted,),) = demo.rows(
        "select left_out_rows from intermediate.int_quality__left_out "
        "where connection = 'automation' and entity = 'touches' and reason = 'not_human'"
    )
    assert counted == noise["machines"]["clicks"]
    ((visits, known),) = demo.rows(
        "select count(*), count(lead_id) from intermediate.int_touch__classified "
        "where consent_state = 'withdrawn' and ineligible_reason = 'no_consent'"
    )
    assert visits == noise["withdrawn_visits"] and known > 0


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
