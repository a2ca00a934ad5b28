"""The figures of a former publication's raw data under other code or definitions, in a folder of their own.

A company is a folder: the loads up to then, the definitions in question, and `as_of` as it was.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import yaml

from leitstand.build import build
from leitstand.config import Company, load_company
from leitstand.errors import LeitstandError
from leitstand.land import rebuild
from leitstand.land.lake import Lake
from leitstand.ledger.cases import write_cases
from leitstand.ledger.publications import Publication


def write_former_cases(
    company: Company, former: Publication, definitions: Path, variables: dict[str, Any], target: Path
) -> None:
    """Build a publication's raw data by these definitions, and write the cases of that.

    Raises:
        LeitstandError: the definitions do not fit the code of today, or a load is missing in the lake.
    """
    folder = company.warehouse.parent / ".former"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        scratch = _make_company(company, former, definitions, variables, folder)
        rebuild(scratch)
        result = build(scratch)
        broken = [node.name for node in result.failed if node.kind != "test"]
        if broken:
            raise LeitstandError(f"{folder}: expected every model to be built, found {broken[0]} failed.")
        spreads_costs = scratch.vars.allocate_overhead
        write_cases(scratch.warehouse, result.manifest, target, spreads_costs=spreads_costs)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _make_company(
    company: Company, former: Publication, definitions: Path, variables: dict[str, Any], folder: Path
) -> Company:
    lake = folder / "warehouse" / "lake"
    lake.mkdir(parents=True)
    folder.chmod(0o700)
    shutil.copytree(definitions, folder / "definitions")
    kept = Lake(company.lake)
    for number in kept.numbers():
        if number <= former.last_load:
            (lake / kept.path(number).name).symlink_to(kept.path(number), target_is_directory=True)
    settings = company.settings.model_dump(mode="json", include={"name", "connections"})
    as_it_was = {**variables, "as_of": former.as_of.isoformat(" ")}
    for name, content in (("leitstand.yml", settings), ("vars.yml", {"vars": as_it_was})):
        (folder / name).write_text(yaml.safe_dump(content), encoding="utf-8")
    return load_company(folder)
