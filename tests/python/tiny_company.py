"""A company in a temporary folder that tests fill with mappings and export files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import yaml

from leitstand.config import Company, load_company
from leitstand.land import LandResult, land


class TinyCompany:
    """A company's folder to be filled with mappings and export files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._connections: dict[str, list[str]] = {}
        self._settings: dict[str, Any] = {
            "name": "Testwerk GmbH",
            "load_time": "2026-07-01T04:00:00Z",
            "max_quarantined_share": 1.0,
        }
        folder.mkdir(parents=True, exist_ok=True)

    def connect(
        self, mapping: str, connection: str = "crm", entities: list[str] | None = None
    ) -> TinyCompany:
        """Write the mapping of a connection; its entities are those that the mapping feeds, unless given."""
        self.write(f"mappings/{connection}.yml", mapping)
        (self.folder / "exports" / connection).mkdir(parents=True, exist_ok=True)
        feeds = [feed for entry in yaml.safe_load(mapping)["files"] for feed in entry["feeds"]]
        self._connections[connection] = entities or sorted({feed["entity"] for feed in feeds})
        return self.set()

    def set(self, **settings: Any) -> TinyCompany:
        """Change settings of `leitstand.yml`; None removes one."""
        self._settings |= settings
        known = {k: v for k, v in self._settings.items() if v is not None}
        known["connections"] = {
            name: {"mapping": f"mappings/{name}.yml", "folder": f"exports/{name}"}
            for name in self._connections
        }
        variables = {
            "history_start": "2020-01-01",
            "pseudonymisation_key": "public_test_key",
            "connections": [
                {"name": name, "connector": "files", "entities": entities}
                for name, entities in self._connections.items()
            ],
        }
        self.write("leitstand.yml", yaml.safe_dump(known))
        self.write("vars.yml", yaml.safe_dump({"vars": variables}))
        return self

    def export(self, name: str, content: str | bytes, connection: str = "crm") -> Path:
        """Write one export file; text as UTF-8."""
        return self.write(f"exports/{connection}/{name}", content)

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    @property
    def company(self) -> Company:
        return load_company(self.folder)

    def land(self, **options: Any) -> LandResult:
        return land(self.company, **options)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the warehouse."""
        with self._read() as db:
            return db.execute(query).fetchall()

    def contents(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table that landing writes, sorted."""
        if not self.company.warehouse.exists():
            return {}
        tables = "select schema_name || '.' || table_name from duckdb_tables() where schema_name <> 'main'"
        with self._read() as db:
            names = sorted(name for (name,) in db.execute(tables).fetchall())
            return {name: db.execute(f"select * from {name} order by all").fetchall() for name in names}

    def _read(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(str(self.company.warehouse), read_only=True)

    def lake_folders(self) -> list[str]:
        """The names of all folders of the lake, hidden ones too."""
        lake = self.company.lake
        return sorted(path.name for path in lake.iterdir()) if lake.exists() else []
