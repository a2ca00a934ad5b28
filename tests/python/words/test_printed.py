"""Which sentences of the executive page stand in print: plan and leak, and no other in their place."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_release import make_small_release

from leitstand.words import commentary

PLAN, LEAK = "1 of 2 KPIs with a plan are on plan", "The largest leak of June 2026"
A_THIRD = (
    "insert into kpi.kpi.kpi_scorecard select * replace ('rolling_3_months' as period_type) "
    "from kpi.kpi.kpi_scorecard where kpi = 'marketing_contribution_to_pipeline'"
)
NOT_JUDGED = "update kpi.kpi.kpi_scorecard set status = 'grey'"
NOTHING_LOST = "update kpi.kpi.kpi_leakage set first_leak_pipeline_amount = 0"


@pytest.mark.parametrize(
    ("statements", "printed"),
    [
        ((), [PLAN, LEAK]),
        ((NOT_JUDGED,), [LEAK]),
        ((NOTHING_LOST,), [PLAN]),
        ((NOT_JUDGED, NOTHING_LOST), []),
    ],
)
def test_plan_and_leak_stand_in_print(
    tmp_path: Path, statements: tuple[str, ...], printed: list[str]
) -> None:
    release = make_small_release(tmp_path / "2026-07-01-0123456789", A_THIRD, *statements)
    said = commentary(release, "en")["executive"]
    kept = [sentence for sentence in said.sentences if sentence in said.printed]
    assert len(said.sentences) == len(printed) + 1
    assert [sentence[: len(start)] for sentence, start in zip(kept, printed, strict=True)] == printed
