"""The agreement in words, and what changed between two agreements, against texts written by hand."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from leitstand import cli
from leitstand.config import PROJECT_ROOT
from leitstand.definitions.diff import describe, diff, diff_versions
from leitstand.definitions.show import show
from leitstand.errors import BadInput

AGREEMENT = {
    "stages": """
stage,stage_rank,is_pipeline,label_en,label_de,owner,valid_from,valid_to
sal,3,false,Sales accepted lead,Vom Vertrieb akzeptierter Lead,RevOps,2020-01-01,
mql,2,false,Marketing qualified lead,Marketing-qualifizierter Lead,RevOps,2020-01-01,
""",
    "qualification_rules": """
rule_id,stage,alternative,attribute,operator,value,version,connection,reason,owner,valid_from,valid_to
h1,mql,hand_raiser,is_hand_raiser,=,true,1,,Asks,Marketing,2020-01-01,2025-07-01
s1,mql,scored,fit_score,>=,15,1,,Warm,Marketing,2020-01-01,2025-07-01
h2,mql,hand_raiser,is_hand_raiser,=,true,2,,Asks,Marketing,2025-07-01,
s2,mql,scored,fit_score,>=,20,2,,Warm,Marketing,2025-07-01,
c2,mql,scored,country,in,de|at,2,,Served,Marketing,2025-07-01,
""",
    "scoring_rules": """
rule_id,score,score_group,touch_type,attribute,operator,value,points,half_life_days,group_cap,version,reason,owner,valid_from,valid_to
f1,fit,size,,segment,=,enterprise,20,,20,1,Large,Marketing,2020-01-01,
f2,fit,size,,email_kind,<>,business,-5,,20,1,Private,Marketing,2020-01-01,
e1,engagement,requests,form,,,,25,60,,1,Asks,Marketing,2020-01-01,
""",
    "exit_states": """
exit_state,precedence,label_en,label_de,owner,valid_from,valid_to
rejected,2,Rejected,Abgelehnt,RevOps,2020-01-01,
won,1,Closed won,Gewonnen,RevOps,2020-01-01,
""",
    "rejection_reasons": """
reason,route,needs_text,label_en,label_de,owner,valid_from,valid_to
no_interest,nurture,false,No interest,Kein Bedarf,Sales,2020-01-01,
other,scoring,true,Other,Sonstiges,Sales,2020-01-01,
""",
    "loss_reasons": """
reason,label_en,label_de,owner,valid_from,valid_to
price,Price,Preis,Sales,2020-01-01,
no_budget,No budget,Kein Budget,Sales,2020-01-01,
""",
    "sla_policies": """
sla_tier,sort_order,response_minutes,decision_minutes,label_en,label_de,owner,valid_from,valid_to
hand_raiser,1,60,960,Asked for contact,Bitte um Kontakt,Sales,2020-01-01,
scored,2,480,,Qualified by score,Durch Punktwert,Sales,2020-01-01,
""",
    "kpis": """
kpi,kpi_number,unit,direction,label_en,label_de,owner,valid_from,valid_to
mqls,K15,count,higher,MQLs,MQLs,RevOps,2020-01-01,
""",
    "responsibilities": """
subject_type,subject,deputy,owner,valid_from,valid_to
stage,mql,RevOps,Marketing,2020-01-01,
handover,mql,,Sales,2020-01-01,
kpi,mqls,,Marketing,2020-01-01,
""",
}

ENGLISH = """\
# The agreement between marketing and sales

## Stages, and what qualifies for them

### Marketing qualified lead (`mql`)

Answers for it: Marketing (deputy: RevOps).

Version 2, valid from July 1, 2025. One of these is enough:

* has asked for contact
* fit score is at least 20, and country is one of de or at

### Sales accepted lead (`sal`)

Answers for it: nobody.

It counts as declared; there is no rule to verify.

## Scores

**Fit score**

* size (at most 20): segment is enterprise: +20; kind of e-mail address is not business: -5

**Engagement score**

* requests: form: +25 (halves every 60 days)

## Hand-over

* Asked for contact: first response within business minutes: 60; decision within business minutes: 960
* Qualified by score: first response within business minutes: 480

## Ways out

A cycle ends as: Closed won (`won`), Rejected (`rejected`). Where several hold, the first of them counts.

Reasons of sales for not taking a lead, and where it goes:

* No interest (`no_interest`) → back to nurture
* Other (`other`) → scoring and target group are reviewed (with a text)

Reasons for lost deals: Price, No budget.

## KPIs, and who answers for them

* MQLs (`mqls`): Marketing

## Who answers for what

**Hand-overs, by the stage that is handed over**

* `mql`: Sales
"""

GERMAN = """\
# Die Vereinbarung zwischen Marketing und Vertrieb

## Stufen und was für sie qualifiziert

### Marketing-qualifizierter Lead (`mql`)

Steht dafür ein: Marketing (Vertretung: RevOps).

Version 1, gültig ab 1. Januar 2020. Eines davon genügt:

* hat um Kontakt gebeten
* Fit-Score ist mindestens 15
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small agreement."""
    return write(tmp_path / "agreement")


def write(folder: Path, **changed: tuple[str, str]) -> Path:
    """Write the small agreement, with texts of some files replaced."""
    folder.mkdir()
    for name, text in AGREEMENT.items():
        old, new = changed.get(name, ("", ""))
        assert old in text
        (folder / f"{name}.csv").write_text(text.lstrip("\n").replace(old, new, 1), encoding="utf-8")
    return folder


def test_the_agreement_in_english(folder: Path) -> None:
    assert show(folder, "en") == ENGLISH


def test_the_agreement_of_a_former_day_in_german(folder: Path) -> None:
    """Version 1 held until the end of June 2025."""
    assert show(folder, "de", dt.date(2025, 6, 30)).startswith(GERMAN)
    assert "Version 2, gültig ab 1. Juli 2025" in show(folder, "de", dt.date(2025, 7, 1))


def test_every_text_stands_in_both_languages() -> None:
    import yaml

    texts = PROJECT_ROOT / "scripts" / "leitstand" / "definitions" / "texts"
    english, german = (yaml.safe_load((texts / f"{name}.yml").read_text("utf-8")) for name in ("en", "de"))
    assert english.keys() == german.keys()
    for key, text in english.items():
        assert type(text) is type(german[key])
        if isinstance(text, dict):
            assert text.keys() == german[key].keys()


DAY = dt.date(2026, 1, 1)


def test_nothing_changed(folder: Path, tmp_path: Path) -> None:
    assert diff(folder, write(tmp_path / "new"), DAY) == []
    assert describe([], "en") == "Nothing changed."
    assert describe([], "de") == "Nichts hat sich geändert."


@pytest.mark.parametrize(
    ("seed", "old", "new", "words"),
    [
        # a threshold moved for a version that has been valid for months
        ("qualification_rules", "s2,mql,scored,fit_score,>=,20", "s2,mql,scored,fit_score,>=,25",
         "* changed: s2, 2025-07-01: value from 20 to 25 (changes history from July 1, 2025)"),
        # a row of the future
        ("kpis", "mqls,K15", "sals,K15,count,higher,SALs,SALs,RevOps,2026-02-01,\nmqls,K15",
         "* added: sals: kpi_number K15, unit count, direction higher, label_en SALs, label_de SALs"),
        # a row that is gone
        ("responsibilities", "handover,mql,,Sales,2020-01-01,\n", "",
         "* removed: handover, mql, 2020-01-01 (changes history from January 1, 2020)"),
        # a row that ends in the future leaves the past as it was
        ("exit_states", "Abgelehnt,RevOps,2020-01-01,", "Abgelehnt,RevOps,2020-01-01,2026-06-01",
         "* changed: rejected: valid_to from (empty) to 2026-06-01"),
        # and one that ends in the past does not
        ("exit_states", "Abgelehnt,RevOps,2020-01-01,", "Abgelehnt,RevOps,2020-01-01,2025-06-01",
         "* changed: rejected: valid_to from (empty) to 2025-06-01 (changes history from June 1, 2025)"),
    ],
)  # fmt: skip
def test_what_changed(folder: Path, tmp_path: Path, seed: str, old: str, new: str, words: str) -> None:
    changed = write(tmp_path / "new", **{seed: (old, new)})
    assert describe(diff(folder, changed, DAY), "en") == f"## {seed}\n\n{words}"


def test_a_file_that_the_project_does_not_know_is_compared_row_by_row(folder: Path, tmp_path: Path) -> None:
    changed = write(tmp_path / "new")
    for place, colour in ((folder, "red"), (changed, "green")):
        (place / "colours.csv").write_text(f"colour,owner\n{colour},Marketing\n")
    assert describe(diff(folder, changed, DAY), "en") == (
        "## colours\n\n* removed: red, Marketing\n* added: green, Marketing"
    )


def test_two_versions_of_a_stage(folder: Path) -> None:
    assert describe(diff_versions(folder, "mql", 1, 2), "en") == (
        "## qualification_rules\n\n"
        "* changed: scored, fit_score, >=: value from 15 to 20\n"
        "* added: scored, country, in: value de|at, reason Served"
    )


def test_a_version_that_is_not_there(folder: Path) -> None:
    with pytest.raises(BadInput, match=r"expected version 3 of 'mql', found 1, 2\. Name a stage"):
        diff_versions(folder, "mql", 1, 3)
    with pytest.raises(BadInput, match=r"of 'mqll' \(did you mean 'mql'\?\), found no rule"):
        diff_versions(folder, "mqll", 1, 2)


def test_a_folder_without_definitions(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="expected a folder of definition files, found no CSV file"):
        diff(tmp_path, folder, DAY)


def call(*arguments: str) -> str:
    shown = CliRunner().invoke(cli.app, ["definitions", *arguments, "-c", str(PROJECT_ROOT)])
    assert shown.exit_code == 0, shown.output
    return shown.stdout


def test_the_commands_speak_as_asked(tmp_path: Path) -> None:
    assert call("show", "--language", "en").startswith("# The agreement between marketing and sales\n")
    assert json.loads(call("show", "--json"))["text"].startswith("# Die Vereinbarung")
    assert "Version 1" in call("show", "--on", "2025-06-30")
    old = shutil.copytree(PROJECT_ROOT / "seeds" / "definitions", tmp_path / "old")
    rules = old / "qualification_rules.csv"
    rules.write_text(
        rules.read_text("utf-8").replace("scored,engagement_score,>=,9,2", "scored,engagement_score,>=,12,2")
    )
    (change,) = json.loads(call("diff", str(old), "--json"))
    assert change["cells"] == [["value", "12", "9"]] and change["history_from"] == "2025-07-01"
    assert "engagement_score" in call("diff", "--stage", "mql", "--versions", "1", "2")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["diff"], "a folder to compare with, or a stage and two versions"),
        (["show", "--language", "fr"], "de or en"),
    ],
)
def test_what_cannot_be_asked(arguments: list[str], words: str) -> None:
    shown = CliRunner().invoke(cli.app, ["definitions", *arguments, "-c", str(PROJECT_ROOT)])
    assert isinstance(shown.exception, BadInput)
    assert words in str(shown.exception)
