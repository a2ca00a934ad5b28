"""What the gate writes: the same findings for programs, pipelines and people, whatever stands in them."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from leitstand.gate import Check, Findings, Status, Weakening
from leitstand.gate.written import as_html, as_junit, texts, write_findings

NASTY = "<script>alert(1)</script> & \x0b"
FAILED = Check(
    name="leads_are_whole",
    kind="test",
    status=Status.failed,
    meaning=NASTY,
    message="Got 2 results, configured to fail if != 0",
    failures=2,
    keys=("lead_cycle_id a1", "lead_cycle_id b2"),
    marts=("kpi_handover", "kpi_scorecard"),
)
FINDINGS = Findings(
    (
        FAILED,
        Check(
            "rules",
            "test",
            Status.warned,
            "Rules hold.",
            "6 results",
            6,
            waived=4,
            is_blocking=False,
            meaning_de="Regeln gelten.",
        ),
        Check("landed_volume.crm", "landed", Status.could_not_run, "m", "no band yet", is_blocking=False),
        Check("fct_lead", "model", Status.could_not_run, "m", "held back", is_held_back=True, marts=("x",)),
        Check("sound", "test", Status.passed, "m"),
    )
)
REQUEST = Weakening("The board meets <now>", "jana", dt.datetime(2026, 7, 1, 8, 30))


def test_json_holds_every_check_with_the_marts_it_makes_untrustworthy(tmp_path: Path) -> None:
    write_findings(tmp_path, FINDINGS, company="Werk", language="de", weakening=REQUEST)
    content = json.loads((tmp_path / "gate.json").read_text())
    assert content["is_open"] is False
    assert content["counts"] == {"passed": 1, "warned": 1, "failed": 1, "could not run": 2}
    assert content["checks"][0]["marts"] == ["kpi_handover", "kpi_scorecard"]
    assert [check["closes_the_gate"] for check in content["checks"]] == [True, False, False, True, False]
    assert content["checks"][1]["waived"] == 4
    assert content["weakened"] == {
        "reason": "The board meets <now>",
        "at": "2026-07-01 08:30:00",
        "marts": ["kpi_handover", "kpi_scorecard", "x"],
    }
    assert sorted(path.name for path in tmp_path.iterdir()) == ["gate.html", "gate.json", "gate.xml"]


def test_junit_fails_only_for_what_closes_the_gate() -> None:
    suite = ElementTree.fromstring(as_junit(FINDINGS))
    assert {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "5",
        "failures": "1",
        "errors": "1",
        "skipped": "1",
    }
    (failure,) = suite.iter("failure")
    assert failure.text is not None
    assert "makes untrustworthy: kpi_handover, kpi_scorecard" in failure.text
    assert "\x0b" not in failure.text and "<script>" in failure.text
    assert [case.get("name") for case in suite.iter("testcase")] == [c.name for c in FINDINGS.checks]


@pytest.mark.parametrize(
    ("language", "said", "other"), [("de", "Regeln gelten.", "Rules hold."), ("en", "Rules hold.", "Regeln")]
)
def test_a_check_says_what_it_means_in_the_language_of_the_page(
    language: str, said: str, other: str, tmp_path: Path
) -> None:
    page = as_html(FINDINGS, "Werk", language)
    assert f'<p lang="{language}">{said}</p>' in page and other not in page
    assert '<p lang="en">&lt;script&gt;' in page
    # what was found, too
    assert "no band yet" in page and texts(language)["cases"].format(count=6) in page
    write_findings(tmp_path, FINDINGS, company="Werk", language=language)
    written = {check["name"]: check for check in json.loads((tmp_path / "gate.json").read_text())["checks"]}
    assert written["rules"]["meaning_de"] == "Regeln gelten." and written["rules"]["failures"] == 6
    assert written["rules"]["message"] == "6 results"
    assert written["sound"]["meaning_de"] is None


@pytest.mark.parametrize(("language", "closed"), [("de", "Geschlossen"), ("en", "Closed")])
def test_the_page_escapes_what_it_shows(language: str, closed: str) -> None:
    page = as_html(FINDINGS, NASTY, language)
    assert "<script" not in page and "&lt;script&gt;" in page
    assert closed in page and "kpi_handover" in page and "lead_cycle_id a1" in page
    weakened = as_html(FINDINGS, "Werk", language, REQUEST)
    assert "jana" not in weakened and "The board meets &lt;now&gt;" in weakened
    assert texts(language)["unnamed"] not in page
    assert texts(language)["unnamed"] in as_html(Findings((replace(FAILED, marts=()),)), "Werk", language)


def test_both_languages_have_the_same_words() -> None:
    def keys(texts: object, prefix: str = "") -> set[str]:
        if not isinstance(texts, dict):
            return {prefix}
        return {key for name, inner in texts.items() for key in keys(inner, f"{prefix}.{name}")}

    assert keys(texts("de")) == keys(texts("en"))
    assert set(texts("de")["statuses"]) == {status.value for status in Status}
