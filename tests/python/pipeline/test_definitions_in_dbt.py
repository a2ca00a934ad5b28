"""Whoever builds with dbt alone is stopped by a wrong agreement, too."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from fresh_clone import DBT, FreshClone


def test_a_plain_build_stops(fresh_clone: FreshClone, tmp_path: Path) -> None:
    clone = shutil.copytree(fresh_clone.folder, tmp_path / "clone")
    rules = clone / "seeds" / "definitions" / "qualification_rules.csv"
    text = rules.read_text(encoding="utf-8")
    for old, new in {
        "mql_hand_raiser_1,mql,hand_raiser,is_hand_raiser": "mql_hand_raiser_1,mql,hand_raiser,raises",
        "mql_scored_1,mql,scored,engagement_score,>=": "mql_scored_1,mql,scored,engagement_score,=>",
        "mql_scored_2,mql,scored,engagement_score,>=,9": "mql_scored_2,mql,scored,engagement_score,>=,eight",
        "cold,Marketing,2025-07-01": "cold,Marketing,2025-08-01",
    }.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    rules.write_text(text + "sal_by_sales,sal,accepted,actor_role,=,sdr,1,,Twice,Sales,2025-01-01,\n")
    done = subprocess.run(
        [
            *(DBT, "build", "--exclude-resource-type", "unit_test", "--log-level", "none"),
            *("--select", "qualification_rules", "scoring_rules", "rule_attributes", "rule_operators"),
            *("stages", "touch_types", "rules_fit_their_attribute"),
        ],
        cwd=clone,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 1
    results = json.loads((clone / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    failed = {run["unique_id"].split(".")[2] for run in results if run["status"] == "fail"}
    assert failed == {
        "relationships_qualification_rules_attribute__attribute__ref_rule_attributes_",
        "relationships_qualification_rules_operator__operator__ref_rule_operators_",
        "periods_qualification_rules",
        "versions_qualification_rules",
        "rules_fit_their_attribute",
    }
