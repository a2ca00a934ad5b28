"""The JSON schema of mapping files is the one in `docs/`, and says what the mapping's reader says."""

from __future__ import annotations

import json

import jsonschema
import pytest
import yaml

from leitstand.land.schema import SCHEMA_FILE, mapping_schema, write_schema

GOOD = """
defaults: {delimiter: ";", missing: ["", N/A, 0]}
files:
  - file: leads_*.csv
    ignore: [Telefax, ""]
    feeds:
      - entity: persons
        columns:
          source_id: {columns: [A, B]}
          created_at: {column: C, formats: ["%d.%m.%Y"]}
          kind: {constant: lead}
          is_deleted: {column: D, values: {x: true}, others: reject}
        where: {column: Status, in: [Won, 1]}
"""


def test_the_shipped_schema_is_current(tmp_path):
    write_schema(tmp_path / "schema.json")
    assert SCHEMA_FILE.read_text(encoding="utf-8") == (tmp_path / "schema.json").read_text(
        encoding="utf-8"
    ), "Run `python -m leitstand.land.schema`."


def test_a_good_mapping_passes():
    jsonschema.validate(yaml.safe_load(GOOD), json.loads(mapping_schema()))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("delimiter", "delimeter"),
        ("ignore", "ignored"),
        ("reject", "drop"),
        ("columns: [A, B]", "columns: [A]"),
        ("in:", "is:"),
    ],
)
def test_a_bad_mapping_does_not(old, new):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(GOOD.replace(old, new)), json.loads(mapping_schema()))
