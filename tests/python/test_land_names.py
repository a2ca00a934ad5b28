"""Folders, files and columns of any name: what a name means in SQL or as a pattern is not meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from leitstand.contract import load_contract
from leitstand.errors import BadInput
from leitstand.gate.border.profile import read_profiles
from leitstand.gate.border.suite import load_rules
from leitstand.land import rebuild
from leitstand.land.lake import Lake
from leitstand.warehouse import open_warehouse
from tiny_company import TinyCompany

FILE, COLUMN = "kosten '26; drop table x --.csv", "Betrag\"; select 'a' \\ [€]"
MAPPING = f"""
files:
  - file: "{FILE}"
    feeds:
      - entity: other_costs
        columns: {{item: Posten, period_start: Von, period_end: Bis, cost_category: Art, channel: Kanal,
                  amount: '{COLUMN.replace("'", "''")}', currency: Währung}}
"""
HEADER = f'Posten,Von,Bis,Art,Kanal,"{COLUMN.replace(chr(34), chr(34) * 2)}",Währung\n'
ROW = "Messe,2026-01-01,2026-01-31,program,event,{},EUR\n"
LANDED = "select file_name, amount from raw_crm.other_costs"


@pytest.mark.parametrize("folder", ['o\'neil "a"', "[ab]", "a*", "läuft; --"])
def test_a_folder_a_file_and_a_column_of_any_name(tmp_path: Path, folder: str) -> None:
    """The folder's neighbour is what the folder would mean as a pattern: its costs are others."""
    for name, amount in (("a", 7), (folder, 1250)):
        tiny = TinyCompany(tmp_path / name).connect(MAPPING)
        tiny.export(FILE, HEADER + ROW.format(amount))
        tiny.land()
    assert tiny.rows(LANDED) == [(FILE, 1250)]
    for _ in range(2):  # made, and read again
        with open_warehouse(tiny.company.warehouse) as db:
            read_profiles(db, Lake(tiny.company.lake), load_contract(), load_rules())
            means = db.execute("select value from profiles where measure = 'average'").fetchall()
        assert means == [(1250,)]
    tiny.company.warehouse.unlink()
    rebuild(tiny.company)
    assert tiny.rows(LANDED) == [(FILE, 1250)]


@pytest.mark.parametrize("name", ["Crm", "c rm", "crm'", 'crm"; --', "crm]"])
def test_a_connection_has_a_name_that_needs_no_quotes(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match=r"leitstand\.yml"):
        TinyCompany(tmp_path / "company").connect(MAPPING.replace(FILE, "*.csv"), name).land()
