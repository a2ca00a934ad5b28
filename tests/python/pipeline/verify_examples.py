"""The examples on their real files with all their checks: `make verify-examples`.

What comes out is compared in `test_examples.py` and `test_examples_reconcile.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from example_runs import make_example, run_example
from faults.delivered import differing
from leitstand.config import load_company

EXAMPLES = {
    "leadforge": ["leadforge_b2b_saas"],
    "maven_crm": ["maven_crm"],
    "olist": ["olist", "ecb"],
    "salesforce_campaign_influence": ["salesforce_campaign_influence"],
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_passes_its_checks(name: str, real_data: Path, tmp_path: Path) -> None:
    """And has the tables that it has without them."""
    whole = run_example(name, EXAMPLES[name], real_data, tmp_path / "whole")
    made = make_example(name, EXAMPLES[name], real_data, tmp_path / "made")
    assert whole.run["weakened_marts"] == []
    assert (whole.folder / "releases" / "current" / "report_en" / "index.html").is_file()
    assert differing(load_company(whole.folder), load_company(made.folder)) == []
