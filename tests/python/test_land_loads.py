"""Loads: append-only, the same file twice, corrected files, atomicity, the lake, rebuilding."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from leitstand.contract import load_contract
from leitstand.errors import BadInput, LeitstandError
from leitstand.land import rebuild
from tiny_company import TinyCompany

MAPPING = """
files:
  - file: "accounts*"
    feeds:
      - entity: accounts
        columns: {source_id: id, name: name, employees: staff}
"""
RATES = """
files:
  - file: rates.csv
    feeds:
      - entity: fx_rates
        unpivot: {columns: [USD, GBP], name: currency, value: units_per_euro}
        columns: {rate_date: Date, provider: {constant: ECB}}
"""
FILES = {"accounts.csv": "id,name,staff\n1, Alpha ,5\n2,Beta,many\n"}
NAMES = "select load_number, source_id, name from raw_crm.accounts order by all"


@pytest.fixture
def tiny(make_company) -> TinyCompany:
    return make_company(MAPPING, FILES)


def test_tables_are_those_of_the_contract(tiny):
    tiny.land()
    columns = tiny.rows(
        "select column_name, lower(data_type) from duckdb_columns() where schema_name = 'raw_crm' "
        "and table_name = 'accounts' order by column_index"
    )
    assert columns == [(c.name, c.data_type) for c in load_contract()["accounts"].columns]


def test_every_row_knows_where_it_comes_from(tiny):
    result = tiny.land()
    (record,) = result.files
    assert tiny.rows(
        "select loaded_at, load_number, file_name, file_hash, line_number from raw_crm.accounts"
    ) == [(dt.datetime(2026, 7, 1, 4), 1, "accounts.csv", record.file_hash, 2)]
    assert tiny.rows("select * exclude loaded_at from landing.files") == [
        tuple(v for k, v in dataclasses.asdict(record).items() if k != "loaded_at")
    ]
    assert json.loads(json.dumps(dataclasses.asdict(result)))["loaded_at"] == "2026-07-01T04:00:00Z"


def test_the_same_file_twice_changes_nothing(tiny):
    tiny.land()
    before = tiny.contents()
    result = tiny.land()
    assert (result.load_number, result.files) == (None, ())
    assert [(s.file_name, s.reason) for s in result.skipped] == [("accounts.csv", "already landed")]
    assert tiny.contents() == before


def test_a_copy_under_another_name_changes_nothing(tiny):
    tiny.land()
    tiny.export("accounts (1).csv", FILES["accounts.csv"])
    assert tiny.land().load_number is None


def test_a_corrected_file_is_appended(tiny):
    tiny.land()
    tiny.export("accounts.csv", "id,name,staff\n1,Alpha AG,5\n")
    assert tiny.land().load_number == 2
    assert tiny.rows(NAMES) == [(1, "1", "Alpha"), (2, "1", "Alpha AG")]


def test_a_file_that_goes_back_to_what_it_was_lands_again(tiny):
    for number, name in enumerate(["Alpha", "Alpha AG", "Alpha"], 1):
        tiny.export("accounts.csv", f"id,name,staff\n1,{name},5\n")
        assert tiny.land().load_number == number


def test_a_changed_mapping_lands_the_file_again_but_not_for_a_column_ignored(tiny):
    tiny.land()
    tiny.connect(MAPPING.replace("    feeds:", "    ignore: [x]\n    feeds:"))
    assert tiny.land().load_number is None
    tiny.connect(MAPPING.replace("    feeds:", "    missing: [many]\n    feeds:"))
    assert tiny.land().files[0].rows_quarantined == 0


def test_the_later_line_of_one_file_and_equal_rows_of_two_are_no_conflict(tiny):
    tiny.export("accounts_2.csv", "id,name,staff\n3,Old,1\n3,Gamma,1\n")
    tiny.export("accounts_3.csv", "id,name,staff\n3,Gamma,1\n")
    tiny.land()
    assert [name for _, key, name in tiny.rows(NAMES) if key == "3"] == ["Gamma", "Gamma", "Old"]


def test_only_the_connections_named_land(tiny):
    tiny.connect(RATES, "ecb").export("rates.csv", "Date,USD,GBP\n2026-01-02,1.1,\n", "ecb")
    assert {r.connection for r in tiny.land(connections=["ecb"]).files} == {"ecb"}
    assert {r.connection for r in tiny.land().files} == {"crm"}


def test_progress_names_the_file(tiny):
    lines: list[str] = []
    tiny.land(progress=lines.append)
    assert lines == ["reading exports/crm/accounts.csv", "landing exports/crm/accounts.csv"]


def test_the_lake_keeps_the_text_as_read(tiny):
    tiny.land()
    (kept,) = (tiny.company.lake / "000001").glob("*.parquet")
    assert duckdb.sql(f"select * from '{kept}'").fetchall() == [
        ("1", " Alpha ", "5", 2),
        ("2", "Beta", "many", 3),
    ]
    assert tiny.lake_folders() == ["000001"]


def three_loads(tiny: TinyCompany) -> dict[str, list[tuple]]:
    """Two connections, corrected and wide files, Parquet and quarantine; return what the warehouse holds."""
    tiny.connect(RATES, "ecb").export("rates.csv", "Date,USD,GBP\n2026-01-02,1.1,\n2026-01-03,x,0.9\n", "ecb")
    tiny.land()
    tiny.export("accounts.csv", "id,name,staff\n1,Alpha AG,5\n,Nobody,\n")
    tiny.land()
    duckdb.sql("select 7 as id, 'Eta' as name, 1e3::double as staff").write_parquet(
        str(tiny.export("accounts.parquet", b""))
    )
    tiny.land()
    return tiny.contents()


@pytest.mark.parametrize("fate", ["as it is", "lost", "damaged"])
def test_rebuild_makes_the_same_rows(tiny, fate):
    before = three_loads(tiny)
    assert len(before["landing.quarantine"]) == 3
    assert [row[0] for row in before["raw_crm.accounts"]] == ["1", "1", "7"]
    if fate == "lost":
        tiny.company.warehouse.unlink()
    elif fate == "damaged":
        tiny.company.warehouse.write_bytes(b"no database" * 1000)
    result = rebuild(tiny.company)
    assert tiny.contents() == before
    assert result.load_number == 3
    assert {p.name for p in tiny.company.warehouse.parent.iterdir()} == {"leitstand.duckdb", "lake"}
    assert tiny.land().load_number is None


def test_rebuild_drops_what_landing_does_not_write(tiny):
    tiny.land()
    with duckdb.connect(str(tiny.company.warehouse)) as db:
        db.execute("create table stray as select 1 as one")
    rebuild(tiny.company)
    assert tiny.rows("select count(*) from duckdb_tables() where table_name = 'stray'") == [(0,)]


def test_rebuild_without_a_load(tiny):
    with pytest.raises(BadInput, match="Run `leitstand land` first"):
        rebuild(tiny.company)


def test_rebuild_without_a_kept_load_changes_nothing(tiny):
    before = three_loads(tiny)
    (tiny.company.lake / "000002").rename(tiny.folder / "elsewhere")
    with pytest.raises(LeitstandError, match="lake/000002: expected the kept files of load 2, found none"):
        rebuild(tiny.company)
    assert tiny.contents() == before


def test_land_refuses_a_warehouse_that_lags_behind_the_lake(tiny):
    tiny.land()
    tiny.company.warehouse.unlink()
    with pytest.raises(LeitstandError, match="Run `leitstand rebuild`"):
        tiny.land()
    assert tiny.lake_folders() == ["000001"]


def test_land_refuses_a_raw_table_of_another_contract(tiny):
    tiny.land()
    with duckdb.connect(str(tiny.company.warehouse)) as db:
        db.execute("alter table raw_crm.accounts drop column industry")
    tiny.export("accounts.csv", "id,name,staff\n1,Alpha AG,5\n")
    with pytest.raises(LeitstandError, match=r"raw_crm.accounts: expected the columns of the contract"):
        tiny.land()


def test_land_refuses_a_warehouse_in_use(tiny):
    tiny.land()
    warehouse = str(tiny.company.warehouse)
    hold = f"import duckdb, sys; db = duckdb.connect({warehouse!r}); print(1, flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout and other.stdout.readline()
        with pytest.raises(LeitstandError, match="another process that has it open") as raised:
            tiny.land()
        assert raised.value.exit_code == 1
        other.communicate()


# Where the killed process dies: the function that it never reaches, or never leaves.
DEATHS = {
    "while a file is read": "leitstand.land.keep.check_header",
    "while rows are inserted": "leitstand.land.feed._check_conservation",
    "before the files move into place": "leitstand.land.lake.Lake.put",
    "before the commit": "leitstand.land.load.commit",
    "after the commit": "leitstand.land.lake.Lake.confirm",
}
KILLED = """
import os, signal, sys
from pathlib import Path
from unittest.mock import patch
from leitstand.config import load_company
from leitstand.land import land
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
with patch(sys.argv[2], die):
    land(load_company(Path(sys.argv[1])))
"""


@pytest.mark.parametrize("death", DEATHS)
def test_a_load_killed_in_the_middle_changes_nothing(tiny, tmp_path, death):
    tiny.land()
    before = tiny.contents()
    twin = TinyCompany(tmp_path / "twin").connect(MAPPING)
    twin.export("accounts.csv", FILES["accounts.csv"])
    twin.land()
    for company in (tiny, twin):
        company.export("accounts.csv", "id,name,staff\n1,Alpha AG,5\n3,Gamma,x\n")
    twin.land()

    killed = subprocess.run([sys.executable, "-c", KILLED, str(tiny.folder), DEATHS[death]], check=False)

    assert killed.returncode == -signal.SIGKILL
    survives = death == "after the commit"
    assert tiny.contents() == (twin.contents() if survives else before)
    assert tiny.land().load_number == (None if survives else 2)
    assert tiny.contents() == twin.contents()
    assert tiny.lake_folders() == twin.lake_folders() == ["000001", "000002"]
    assert not list(Path(tiny.company.lake).rglob("uncommitted"))


@pytest.mark.parametrize("death", ["before the commit", "while rows are inserted"])
def test_the_first_load_killed_leaves_no_load(tiny, death):
    subprocess.run([sys.executable, "-c", KILLED, str(tiny.folder), DEATHS[death]], check=False)
    assert tiny.rows("select count(*) from landing.loads") == [(0,)]
    assert tiny.land().load_number == 1
    assert tiny.lake_folders() == ["000001"]


def test_a_rebuild_after_a_killed_load_leaves_that_load_out(tiny):
    tiny.land()
    before = tiny.contents()
    tiny.export("accounts.csv", "id,name,staff\n1,Alpha AG,5\n")
    subprocess.run([sys.executable, "-c", KILLED, str(tiny.folder), DEATHS["before the commit"]], check=False)
    rebuild(tiny.company)
    assert tiny.contents() == before
    assert tiny.lake_folders() == ["000001"]
