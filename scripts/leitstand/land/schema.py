"""The JSON schema of mapping files, for editors: `python -m leitstand.land.schema` writes it."""

from __future__ import annotations

import json
from pathlib import Path

from leitstand.config import PROJECT_ROOT
from leitstand.land.mapping import Mapping

SCHEMA_FILE = PROJECT_ROOT / "docs" / "mapping.schema.json"


def mapping_schema() -> str:
    """The schema as text, as it stands in `docs/`."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | Mapping.model_json_schema()
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write_schema(path: Path = SCHEMA_FILE) -> None:
    """Write the schema."""
    path.write_text(mapping_schema(), encoding="utf-8")


if __name__ == "__main__":
    write_schema()
