"""Make the folder of a new company: settings, one mapping as an example, and the agreement to start from."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

from leitstand.config import PROJECT_ROOT
from leitstand.definitions import PATTERN
from leitstand.errors import BadInput

_OWN = ("stage_mapping", "kpi_targets", "platform_channels", "exclusion_rules", "team_calendars")
"""Definitions that name a company's own systems and plans; a new company begins with their headers."""

_SETTINGS = """\
# What `leitstand` needs to know of the company; docs/company.md explains each key.
name: {name}
connections:
  crm: {{mapping: mappings/crm.yml, folder: files/crm}}
report:
  language: de
"""

_VARS = """\
# What the models need to know of the company; docs/company.md explains each key.
vars:
  reporting_currency: EUR
  report_timezone: Europe/Berlin
  fiscal_year_start_month: 1
  history_start: "2020-01-01"
  pseudonymisation_key: secret
  connections:
    - {name: crm, connector: files, entities: [persons, stage_signals]}
"""

_MAPPING = """\
# yaml-language-server: $schema={schema}
# Which file feeds which entity of the input contract, and which column is which; docs/mapping.md explains it.
defaults:
  delimiter: ","
  timezone: Europe/Berlin
files:
  - file: leads*.csv
    feeds:
      - entity: persons
        columns:
          source_id: id
          created_at: created
          email: email
          lead_source: source
  - file: history*.csv
    feeds:
      - entity: stage_signals
        columns:
          subject: {{constant: person}}
          subject_id: lead_id
          field: {{constant: status}}
          new_value: status
          changed_at: changed
"""


def init(folder: Path) -> list[Path]:
    """Make a new company's folder and return the files in it.

    Raises:
        BadInput: the folder holds a company already.
    """
    if (folder / "leitstand.yml").exists():
        raise BadInput(
            f"{folder}: expected a folder without a company, found leitstand.yml. Choose another folder."
        )
    schema = os.path.relpath(PROJECT_ROOT / "docs" / "mapping.schema.json", folder / "mappings")
    texts = {
        "leitstand.yml": _SETTINGS.format(name=json.dumps(folder.resolve().name, ensure_ascii=False)),
        "vars.yml": _VARS,
        "mappings/crm.yml": _MAPPING.format(schema=schema),
        ".gitignore": "files/\nwarehouse/\nreleases/\n",
    }
    for name, text in {**texts, **_definitions()}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "files" / "crm").mkdir(parents=True, exist_ok=True)
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _definitions() -> dict[str, str]:
    """The demo company's agreement, without the rows that speak of its own systems."""
    texts = {}
    for file in sorted(PATTERN.glob("*.csv")):
        lines = file.read_text(encoding="utf-8").splitlines()
        header = next(csv.reader(lines[:1]))
        kept = [] if file.stem in _OWN else [line for line in lines[1:] if _is_for_all(header, line)]
        texts[f"definitions/{file.name}"] = "\n".join([",".join(header), *kept]) + "\n"
    return texts


def _is_for_all(header: list[str], line: str) -> bool:
    """A row that names no other connection than the new company has."""
    row = dict(zip(header, next(csv.reader([line])), strict=True))
    return {row.get("connection") or "crm", row.get("foreign_connection") or "crm"} == {"crm"}
