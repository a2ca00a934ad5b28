"""The published state, which a change is measured against: kept at each publication beside the warehouse.

`warehouse/published/` holds `manifest.json`, what dbt knew of the project, for `--state`; `definitions/`, the
agreement; and `state.json`, which release it was and with which settings.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from leitstand.config import Company
from leitstand.errors import BadInput
from leitstand.land.sql import identifier, literal
from leitstand.manifest import Manifest, read_manifest, without_places
from leitstand.publish import current_release
from leitstand.warehouse import open_warehouse


@dataclass(frozen=True)
class PublishedState:
    """What was published: by which code, definitions and settings, and as which release."""

    folder: Path
    release: Path
    manifest: Manifest
    variables: dict[str, Any]

    @property
    def definitions(self) -> Path:
        """The agreement as it was published."""
        return self.folder / "definitions"


def keep_state(company: Company, release_id: str, manifest: Path) -> None:
    """Keep what a release was made of, in place of what is kept of the one before."""
    draft, folder = (_folder(company).with_name(name) for name in (".published", "published"))
    shutil.rmtree(draft, ignore_errors=True)
    (draft / "definitions").mkdir(parents=True)
    content = without_places(read_manifest(manifest))
    (draft / "manifest.json").write_text(json.dumps(content, separators=(",", ":")), encoding="utf-8")
    for file in company.definitions.glob("*.csv"):
        shutil.copyfile(file, draft / "definitions" / file.name)
    state = {"release_id": release_id, "variables": company.vars.model_dump(mode="json")}
    (draft / "state.json").write_text(json.dumps(state, indent=2), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)


def read_state(company: Company) -> PublishedState:
    """The published state, once it is sure that the warehouse still holds it.

    Raises:
        BadInput: nothing is published, or the warehouse holds other figures or other loads since.
    """
    release, folder = current_release(company), _folder(company)
    file = folder / "state.json"
    state = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    if release is None or state.get("release_id") != release.name:
        raise BadInput(
            f"{folder}: expected what release {release.name if release else '(none)'} was made of, found "
            f"{'that of ' + state['release_id'] if state else 'nothing'}. Run `leitstand run`."
        )
    manifest = read_manifest(folder / "manifest.json")
    changed = _changed_since(company, release, published_nodes(manifest))
    if changed:
        raise BadInput(
            f"{company.warehouse}: expected what was published as {release.name}, found other rows in "
            f"{changed}. Run `leitstand run`, then this command again."
        )
    return PublishedState(folder, release, manifest, state["variables"])


def published_nodes(manifest: Manifest) -> dict[str, dict[str, Any]]:
    """The published models of a manifest, by name."""
    nodes = manifest["nodes"].values()
    return {
        node["name"]: node
        for node in sorted(nodes, key=lambda node: str(node["name"]))
        if node["resource_type"] == "model" and node["config"]["meta"].get("published")
    }


def _changed_since(company: Company, release: Path, nodes: dict[str, dict[str, Any]]) -> str | None:
    """The first table that holds other rows than were published; `landing.files` where something landed."""
    tables = {
        f"{node['schema']}.{name}": (
            f"published.kpi.{identifier(name)}",
            f"{identifier(node['schema'])}.{identifier(name)}",
        )
        for name, node in nodes.items()
    } | {
        "landing.files": (
            "published.meta.data_state",
            "(select connection, entity, sum(rows_read)::bigint, sum(rows_landed)::bigint, "
            "sum(rows_quarantined)::bigint, max(loaded_at) from landing.files group by connection, entity)",
        )
    }
    with open_warehouse(company.warehouse, read_only=True) as db:
        db.execute(f"attach {literal(release / 'kpi.duckdb')} as published (read_only)")
        for shown, (published, table) in tables.items():
            try:
                different = db.execute(
                    f"select exists ((from {published} except all from {table}) "
                    f"union all (from {table} except all from {published}))"
                ).fetchone()
            except (duckdb.CatalogException, duckdb.BinderException):
                return shown
            if different == (True,):
                return shown
    return None


def _folder(company: Company) -> Path:
    return company.warehouse.parent / "published"
