"""Settings and definitions that are wrong: the run stops, says why, and the last good release stays."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from running import KEY, Company, leitstand


def test_a_target_for_an_unknown_kpi_stops_the_run(own_company: Company, changed_company: Path) -> None:
    file = changed_company / "definitions" / "kpi_targets.csv"
    line = file.read_text(encoding="utf-8").count("\n") + 1
    with file.open("a") as targets:
        targets.write("cost_per_smile,company,company,2026-01-01,1,Management,2020-01-01,\n")
    outcome = leitstand("run", "-c", str(changed_company), key=KEY)
    assert outcome.code == 2
    message = " ".join(outcome.err.split())
    assert f"kpi_targets.csv, line {line}, column 'kpi': expected one of kpis.csv" in message
    assert "cost_per_smile" in message
    assert (changed_company / "releases" / "current").resolve().name == own_company.run["release"]


def test_as_of_before_the_first_load(own_company: Company, changed_company: Path) -> None:
    settings = changed_company / "vars.yml"
    settings.write_text(settings.read_text().replace("vars:\n", 'vars:\n  as_of: "2020-01-01 00:00:00"\n'))
    outcome = leitstand("run", "-c", str(changed_company), key=KEY)
    assert outcome.code == 2
    assert "expected as_of at or after the first load" in " ".join(outcome.err.split())


def test_a_real_company_needs_a_key(own_company: Company) -> None:
    outcome = leitstand("build", "-c", str(own_company.folder))
    assert outcome.code == 2
    assert "LEITSTAND_KEY" in outcome.err and "openssl rand -hex 32" in outcome.err
    other = leitstand("build", "-c", str(own_company.folder), key=KEY[::-1])
    assert other.code == 2
    assert "Every pseudonym would change" in " ".join(other.err.split())


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("as_of", '"2026-07-01 00:00:00+02:00"', "as_of is in UTC; write it without an offset"),
        ("report_timezone", "Europe/Berln", "expected a time zone such as Europe/Berlin"),
        ("reporting_currency", "Euro", "key 'reporting_currency'"),
    ],
)
def test_a_setting_that_cannot_be(changed_company: Path, key: str, value: str, words: str) -> None:
    settings = changed_company / "vars.yml"
    kept = [line for line in settings.read_text().splitlines() if f" {key}:" not in line]
    settings.write_text("\n".join([kept[0], kept[1], f"  {key}: {value}", *kept[2:]]) + "\n")
    outcome = leitstand("build", "-c", str(changed_company), key=KEY)
    assert outcome.code == 2, outcome.err
    assert words in " ".join(outcome.err.split())
    assert "vars.yml" in outcome.err


def test_a_warehouse_that_another_program_holds(changed_company: Path) -> None:
    holder = "import duckdb, sys; db = duckdb.connect(sys.argv[1]); print('open', flush=True); input()"
    warehouse = changed_company / "warehouse" / "leitstand.duckdb"
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(warehouse)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == "open\n"
        outcome = leitstand("build", "-c", str(changed_company), key=KEY)
        process.communicate("\n")
    assert outcome.code == 1
    assert "found another process that has it open" in " ".join(outcome.err.split())
    assert "Traceback" not in outcome.err


def test_a_definition_file_that_is_missing(changed_company: Path) -> None:
    (changed_company / "definitions" / "segments.csv").unlink()
    outcome = leitstand("build", "-c", str(changed_company), key=KEY)
    assert outcome.code == 2
    assert "definitions/segments.csv: expected a file, found none" in " ".join(outcome.err.split())


def test_a_definition_file_with_other_columns(changed_company: Path) -> None:
    file = changed_company / "definitions" / "channels.csv"
    file.write_text(file.read_text().replace("is_marketing", "marketing", 1))
    outcome = leitstand("build", "-c", str(changed_company), key=KEY)
    assert outcome.code == 2
    message = " ".join(outcome.err.split())
    assert "channels.csv, line 1: expected channel,sort_order,is_marketing" in message
    assert "(did you mean 'is_marketing'?)" in message


def test_a_definition_file_in_another_encoding(changed_company: Path) -> None:
    file = changed_company / "definitions" / "exit_states.csv"
    file.write_bytes(file.read_text().encode("latin-1"))
    outcome = leitstand("build", "-c", str(changed_company), key=KEY)
    assert outcome.code == 2
    assert "expected UTF-8, found the byte 0xfc" in " ".join(outcome.err.split())
