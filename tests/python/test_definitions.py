"""The agreement: everything that can be wrong with it is found, with file, line and remedy."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from leitstand import cli
from leitstand.config import PROJECT_ROOT, Company, load_company
from leitstand.definitions import check_definitions, find_faults
from leitstand.errors import BadInput

RULES, SCORES, MAPPING = "qualification_rules", "scoring_rules", "stage_mapping"
CREDIT = "attribution_models"
MQL = "mql_scored_2,mql,scored,engagement_score,>=,9,2,,"
SIZE = "fit_size_small,fit,size,,segment,=,small,5,,20,1"
TARGET = "mql_to_sal_rate,company,company,2024-07-01"
WEBINAR = "webinar,true,false,Marketing,2020-01-01"

WORDS = """connection,subject,field,value,stage,exit_state,owner,valid_from,valid_to
crm,person,status,Anfrage,inquiry,,RevOps,2020-01-01,
crm,person,status,MQL,mql,,RevOps,2020-01-01,
"""

# What is wrong in one row: the file, a text in it and what it becomes, the column to be named, and the words.
FAULTS = [
    # words that stand nowhere else, with the nearest that does
    (RULES, MQL, MQL.replace("engagement", "engagment"), "attribute",
     "one of rule_attributes.csv, found 'engagment_score' (did you mean 'engagement_score'?)"),
    (RULES, MQL, MQL.replace(">=", "=>"), "operator",
     "one of rule_operators.csv, found '=>' (did you mean"),
    (RULES, MQL, MQL.replace("mql,", "mqll,"), "stage",
     "one of stages.csv, found 'mqll' (did you mean 'mql'?). Correct the word, or add it to stages.csv."),
    (RULES, MQL, MQL.replace(",2,,", ",2,crn,"), "connection",
     "a connection of vars.yml, found 'crn' (did you mean 'crm'?). Correct the name."),
    ("thresholds", "accepted_work_days,5,", "accepted_work_days,5.5,", None,
     "that working days are whole, found threshold=accepted_work_days"),
    (SCORES, "requests,chat,", "requests,chatt,", "touch_type",
     "one of touch_types.csv, found 'chatt' (did you mean 'chat'?)"),
    (MAPPING, "crm,person,status,MQL,mql", "cmr,person,status,MQL,mql", "connection",
     "a connection of vars.yml, found 'cmr' (did you mean 'crm'?)"),
    (MAPPING, "crm,person,status,MQL,mql", "crm,person,status,MQL,mqls", "stage",
     "one of stages.csv, found 'mqls' (did you mean 'mql'?)"),
    ("platform_channels", "linkedin_ads,,paid_social", "linkedin_ads,,paid_socail", "channel",
     "one of channels.csv, found 'paid_socail' (did you mean 'paid_social'?)"),
    ("kpi_targets", TARGET, TARGET.replace("rate", "rates"), "kpi",
     "one of kpis.csv, found 'mql_to_sal_rates' (did you mean 'mql_to_sal_rate'?)"),
    ("kpi_targets", TARGET, TARGET.replace("company,company", "channel,emial"), "scope",
     "one of channels.csv, found 'emial' (did you mean 'email'?)"),
    ("kpi_targets", TARGET, TARGET.replace("company,company", "segment,enterprize"), "scope",
     "one of segments.csv, found 'enterprize' (did you mean 'enterprise'?)"),
    ("responsibilities", "definition,segments,", "definition,segmnts,", "subject",
     "a file of definitions, found 'segmnts' (did you mean 'segments'?)"),
    # rules that could never hold
    (RULES, MQL, MQL.replace(",9,", ",eight,"), "value",
     "a number such as 20 or 0.5 for engagement_score, found 'eight'. Correct the value."),
    (RULES, MQL, MQL.replace(">=", "in"), "operator",
     "an operator for the number engagement_score (=, <>, >=, >, <=, <, is known, is unknown)"),
    (RULES, "2,mql,hand_raiser,is_hand_raiser,=,true", "2,mql,hand_raiser,is_hand_raiser,=,yes", "value",
     "true or false for is_hand_raiser, found 'yes'"),
    (RULES, "in,sales|sdr", "in,sales | sdr", "value",
     "words, or words separated by | without blanks around it for actor_role, found 'sales | sdr'"),
    (SCORES, "exclusions,,job_title,=,student", "exclusions,,fit_score,=,9", "attribute",
     "evidence that a score can be made of, found 'fit_score'. A score cannot be made of scores."),
    # cells of another type, or empty
    (RULES, MQL, MQL.replace(",2,,", ",two,,"), "version",
     "a whole number, found 'two'. Correct the cell."),
    ("segments", "mid_market,2", "mid_market,2.5", "sort_order", "a whole number, found '2.5'"),
    ("thresholds", "rate_carry_days,7,", "rate_carry_days,seven,", "threshold_value",
     "a number, found 'seven'"),
    ("touch_types", WEBINAR, WEBINAR.replace("true", "maybe"), "is_inquiry",
     "true or false, found 'maybe'"),
    ("touch_types", WEBINAR, WEBINAR.replace("2020-01", "2020-13"), "valid_from",
     "a day such as 2026-01-31, found '2020-13-01'"),
    ("touch_types", WEBINAR, WEBINAR.replace("Marketing", ""), "owner",
     "a value, found none. Fill the cell."),
    (RULES, "Interest that sales may follow up", "", "reason", "a value, found none. Fill the cell."),
    # rows that contradict themselves or others
    ("touch_types", WEBINAR + ",", WEBINAR + ",2020-01-01", None,
     "that valid_from lies before valid_to, found valid_from=2020-01-01 and valid_to=2020-01-01"),
    (SCORES, "visits,session,,,,1", "visits,session,touches,>=,1,1", None,
     "that a rule is about a touch or an attribute, found touch_type=session and attribute=touches"),
    (SCORES, SIZE, SIZE.replace(",20,1", ",25,1"), "group_cap",
     "20, as on line 4 of the same score, score_group, version, found 25. Give all rows"),
    (MAPPING, "crm,person,status,MQL,mql", "crm,lead,status,MQL,mql", None,
     "that subject is person or opportunity, found subject=lead. Correct the row."),
    (RULES, "cold,Marketing,2025-07-01", "cold,Marketing,2025-08-01", "valid_from",
     "the days of its version, from 2025-07-01 as on line 4, found others. Rules of"),
    ("channels", "email,", "email,email,", None, "9 cells, found 10. Put a text"),
    ("sales_regions", "DE,Germany,", "de,Germany,", None,
     "that country is two capital letters, found country=de. Correct the row."),
    # attribution models that credit nothing, what nobody knows, or what another is the default for
    (CREDIT, "linear,0,0,0,0,0,1,", "linear,0,0,0,0,0,0,", None,
     "that a model credits something, by anchors or by a half-life, found ft=0"),
    (CREDIT, "sal|pipeline|revenue,,Linear", "sal|pipelin|revenue,,Linear", "conversion_types",
     "types of conversion of attribution_policies.csv, separated by |, found 'pipelin' (did you mean"),
    (CREDIT, "sal|pipeline|revenue,,J-", "sal|pipeline|revenue,mql,J-", "default_for",
     "a type that stands in conversion_types too, found 'mql'"),
    (CREDIT, "sal|pipeline|revenue,,J-", "sal|pipeline|revenue,pipeline,J-", "default_for",
     "one default model for pipeline on each day, found two: this one and w_shaped on line 9. Take"),
]  # fmt: skip


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """A company whose agreement is the demo's."""
    return copied_company(tmp_path)


def copied_company(folder: Path) -> Company:
    """A copy of the demo company's settings and agreement, with two words of its CRM."""
    for name in ("leitstand.yml", "vars.yml"):
        shutil.copy(PROJECT_ROOT / name, folder / name)
    shutil.copytree(PROJECT_ROOT / "seeds" / "definitions", folder / "seeds" / "definitions")
    (folder / "seeds" / "definitions" / "stage_mapping.csv").write_text(WORDS, encoding="utf-8")
    return load_company(folder)


def replace(company: Company, seed: str, old: str, new: str) -> int:
    """Change a text that stands once in a file; return its line."""
    file = company.definitions / f"{seed}.csv"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file.name}"
    file.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def append(company: Company, seed: str, row: str) -> int:
    """Add a row at the end of a file; return its line."""
    file = company.definitions / f"{seed}.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}{row}\n", encoding="utf-8")
    return text.count("\n") + 1


def message(company: Company) -> str:
    """What stops the build of a company."""
    with pytest.raises(BadInput) as stopped:
        check_definitions(company)
    return str(stopped.value)


@pytest.mark.parametrize(
    "folder",
    [
        ".",
        "examples/leadforge",
        "examples/maven_crm",
        "examples/olist",
        "examples/salesforce_campaign_influence",
    ],
)
def test_the_shipped_agreements_are_well(folder: str) -> None:
    assert find_faults(load_company(PROJECT_ROOT / folder)) == []


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[int, Path, str]]:
    """The line, the file and what was told of each fault, beside one of every other file at most."""
    rounds: list[list[int]] = []
    for number, (seed, *_) in enumerate(FAULTS):
        earlier = sum(other[0] == seed for other in FAULTS[:number])
        rounds += [[]] if earlier == len(rounds) else []
        rounds[earlier].append(number)
    answers = {}
    for numbers in rounds:
        company = copied_company(tmp_path_factory.mktemp("round"))
        lines = {number: replace(company, *FAULTS[number][:3]) for number in numbers}
        words = message(company)
        answers |= {
            n: (line, company.definitions / f"{FAULTS[n][0]}.csv", words) for n, line in lines.items()
        }
    return [answers[number] for number in range(len(FAULTS))]


@pytest.mark.parametrize("number", range(len(FAULTS)), ids=lambda n: f"{FAULTS[n][0]}-{n}")
def test_a_fault_in_one_row(told: list[tuple[int, Path, str]], number: int) -> None:
    line, file, message = told[number]
    *_, column, words = FAULTS[number]
    place = f"{file}, line {line}" + (f", column {column!r}" if column else "")
    if column == "subject":
        place = f"{file}, column 'subject'"
    assert f"{place}: expected {words}" in message


@pytest.mark.parametrize(
    ("seed", "row", "words"),
    [
        ("segments", "small,9,Small,Klein,RevOps,2024-01-01,",
         "each segment once, found the same as on line 4. Remove one, or end one before"),
        (MAPPING, "crm,person,status,MQL,sal,,RevOps,2024-01-01,",
         "one row of the same connection, subject, field, value on each day, found two on 2024-01-01: this "
         "one and line 3. End line 3 by its valid_to, or begin later."),
        ("kpi_targets", "mql_to_sal_rate,company,company,2026-06-01,0.7,Management,2026-01-01,",
         "one row of the same kpi, scope_type, scope, period_start on each day, found two on 2026-01-01"),
        ("sales_regions", "DE,Middle,Sales,2026-01-01,",
         "one row of the same country on each day, found two on 2026-01-01"),
        ("qualified_lead_stage", "sql,Management,2026-01-01,",
         "one row on each day, found two on 2026-01-01: this one and line 2. End line 2 by its valid_to"),
        (SCORES, "fit_later,fit,country,,country,in,us,5,,15,2,Abroad,Marketing,2026-02-01,",
         "version 2, which begins on 2026-02-01, to follow version 1 on that day, found an overlap"),
        (RULES, "sal_later,sal,accepted,actor_role,=,sdr,2,,Speed,Sales,2026-02-01,",
         "version 2, which begins on 2026-02-01, to follow version 1 on that day, found an overlap: version "
         "1 does not end. Give version 1 the valid_to 2026-02-01."),
    ],
)  # fmt: skip
def test_a_row_too_many(company: Company, seed: str, row: str, words: str) -> None:
    line = append(company, seed, row)
    assert f"{seed}.csv, line {line}" in message(company)
    assert f"expected {words}" in message(company)


def test_a_gap_between_two_versions(company: Company) -> None:
    """Nobody would be qualified by any rule in between."""
    file = company.definitions / "qualification_rules.csv"
    file.write_text(
        file.read_text(encoding="utf-8").replace(",2025-07-01\n", ",2025-06-01\n"), encoding="utf-8"
    )
    assert (
        "expected version 2, which begins on 2025-07-01, to follow version 1 on that day, found a gap: "
        "version 1 ends on 2025-06-01. Give version 1 the valid_to 2025-07-01."
    ) in message(company)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("stage,sal,RevOps,Sales,2020-01-01,\n", "an owner of the stage 'sal'"),
        ("kpi,mqls,RevOps,Marketing,2020-01-01,\n", "an owner of the kpi 'mqls'"),
        ("definition,thresholds,,RevOps,2020-01-01,\n", "an owner of the definition 'thresholds'"),
    ],
)
def test_what_nobody_answers_for(company: Company, row: str, words: str) -> None:
    replace(company, "responsibilities", row, "")
    assert f"responsibilities.csv: expected {words}, found none. Add a row." in message(company)


def test_a_conversion_without_a_default_model(company: Company) -> None:
    """Attributed revenue would be empty."""
    replace(company, CREDIT, "pipeline|revenue,pipeline|revenue,W", "pipeline|revenue,pipeline,W")
    assert (
        "attribution_models.csv, column 'default_for': expected a default model for revenue on 2020-01-01, "
        "found none. Add revenue to default_for of a model valid then."
    ) in message(company)


def test_all_faults_are_told_at_once(company: Company) -> None:
    replace(company, "segments", "mid_market,2", "mid_market,two")
    replace(company, RULES, MQL, MQL.replace(">=", "=>"))
    (company.definitions / "channels.csv").unlink()
    told = message(company)
    assert "3 things are wrong with the agreement" in told
    assert "channels.csv: expected a file, found none" in told
    assert told.index("channels.csv") < told.index("qualification_rules.csv") < told.index("segments.csv")


def test_the_command_tells_faults_as_json(company: Company) -> None:
    line = replace(company, RULES, MQL, MQL.replace("engagement", "engagment"))
    shown = CliRunner().invoke(cli.app, ["definitions", "check", "--json", "-c", str(company.folder)])
    assert shown.exit_code == 2
    (fault,) = json.loads(shown.stdout)
    assert (fault["line"], fault["column"]) == (line, "attribute")
    assert fault["file"].endswith("qualification_rules.csv")


def test_the_command_says_that_nothing_is_wrong(company: Company) -> None:
    shown = CliRunner().invoke(cli.app, ["definitions", "check", "-c", str(company.folder)])
    assert shown.exit_code == 0
    assert "Nothing is wrong" in shown.output
